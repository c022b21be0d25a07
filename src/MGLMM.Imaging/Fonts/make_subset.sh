#!/usr/bin/env bash
# Makes DejaVuSans-Bold-subset.ttf of Debian's fonts-dejavu-core 2.37-6 (needs python3-fonttools): Latin-1, Latin Extended-A, Greek, Cyrillic and punctuation.
set -euo pipefail
cd "$(dirname "$0")"
python=${PYTHON:-python3}
"$python" -m fontTools.subset "${1:-/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf}" \
  --unicodes="U+0020-007E,U+00A0-017F,U+0192,U+01FC-01FF,U+0218-021B,U+02C6-02DD,U+0300-0304,U+0306-030C,U+0370-03FF,U+0400-045F,U+0490-0493,U+04D8-04D9,U+1E9E,U+2010-2015,U+2018-201E,U+2020-2022,U+2026,U+2030,U+2032-2033,U+2039-203A,U+20AC,U+2116,U+2122,U+2190-2193,U+2212,U+2248,U+2260,U+2264-2265,U+25CF,U+FFFD" \
  --layout-features='kern,mark,mkmk,ccmp,locl' --no-hinting --notdef-outline --drop-tables+=FFTM --no-recalc-timestamp --name-IDs='*' \
  --output-file=DejaVuSans-Bold-subset.ttf
