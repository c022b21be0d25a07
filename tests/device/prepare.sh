#!/usr/bin/env bash
# Builds the check and packs it: prepare.sh --out <dir> [--architecture 90] [--piece-mib 11] [--cpu]
#
# Makes three archives, cut into pieces: "provider" (ONNX Runtime's CUDA library, which seldom changes), "program" (the program with .NET in it and the other
# libraries) and "data" (oracles, the embedded model's checkpoint, pictures; not needed where the repository is at hand), and MANIFEST with the hash of each
# piece. --architecture keeps the kernels of one kind of GPU only (90: H100 and H200; 80: A100; 89: L40S), which makes the provider a fraction of its size;
# "all" keeps every one.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
out="" architecture=90 piece=11 accelerator=cuda
while [ $# -gt 0 ]; do
  case $1 in
    --out) out=$2; shift 2 ;;
    --architecture) architecture=$2; shift 2 ;;
    --piece-mib) piece=$2; shift 2 ;;
    --cpu) accelerator=cpu; shift ;;
    *) echo "prepare.sh does not know $1" >&2; exit 2 ;;
  esac
done
[ -n "$out" ] || { echo "Say where to: --out <dir>" >&2; exit 2; }
mkdir -p "$out"
out=$(cd "$out" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

dotnet publish "$here/MGLMM.DeviceCheck" -c Release -r linux-x64 -p:MglmmAccelerator=$accelerator -o "$work/program" -v q -clp:NoSummary
rm -f "$work"/program/*.pdb "$work"/program/*.xml "$work"/program/libonnxruntime_providers_tensorrt.so
cp "$here/check.sh" "$work/program/"
provider=$work/program/libonnxruntime_providers_cuda.so
rm -f "$out"/provider.xz.* "$out"/program.tar.xz.* "$out"/data.tar.xz.* "$out/MANIFEST"
if [ -f "$provider" ]; then
  if [ "$architecture" != all ]; then
    python3 "$here/slim_provider.py" "$provider" "$work/slim.so" "$architecture"
    mv "$work/slim.so" "$provider"
  fi
  # The archive is kept by its content: packing it takes a minute or two.
  kept=$out/.kept-$(sha256sum "$provider" | cut -c1-16).xz
  [ -f "$kept" ] || { xz --x86 --lzma2=preset=9e -T1 -c "$provider" > "$work/kept.xz"; mv "$work/kept.xz" "$kept"; }
  split -b "${piece}M" -d -a 2 "$kept" "$out/provider.xz."
  rm "$provider"
fi
tar -C "$work/program" -c . | xz --x86 --lzma2=preset=9e -T1 -c > "$work/program.tar.xz"
split -b "${piece}M" -d -a 2 "$work/program.tar.xz" "$out/program.tar.xz."
mkdir "$work/data"
cp "$here/assemble.sh" "$out/"
"$out/assemble.sh" --data "$root" "$work/data"
tar -C "$work/data" -c . | xz -9e -T1 -c > "$work/data.tar.xz"
split -b "${piece}M" -d -a 2 "$work/data.tar.xz" "$out/data.tar.xz."
(cd "$out" && sha256sum program.tar.xz.* data.tar.xz.* $(ls provider.xz.* 2>/dev/null) > MANIFEST)
ls -l "$out"
