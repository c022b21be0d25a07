#!/usr/bin/env bash
# Collects pieces, as many as have come: assemble.sh <folder with pieces> <where the program goes> [<repository>]
#
# Copies the pieces that are in the first folder to <where>/pieces. Once MANIFEST finds all of them there, unpacks the program, ready for check.sh. The pieces
# of "data" are not needed where the repository (this folder by default) has what is in them.
set -euo pipefail

# The oracles, the embedded model's checkpoint and the pictures of a repository.
copy_data() {
  mkdir -p "$2/pictures"
  cp -r "$1/tests/MGLMM.Runtime.Tests/data/oracle" "$1/tests/MGLMM.Runtime.Tests/data/oracle-glamm" "$2/"
  rm -rf "$2/scenes"
  cp -r "$1/src/MGLMM.Models.Scenes/checkpoint" "$2/scenes"
  cp "$1"/samples/VisionAgent/images/*.png "$2/pictures/"
}

if [ "$1" = --data ]; then
  copy_data "$2" "$3"
  exit 0
fi

from=$1 to=$2 repository=${3:-.}
mkdir -p "$to/pieces"
for piece in "$from"/program.tar.xz.* "$from"/provider.xz.* "$from"/data.tar.xz.* "$from/MANIFEST"; do
  [ ! -f "$piece" ] || cp -f "$piece" "$to/pieces/"
done
if [ -d "$repository/tests/MGLMM.Runtime.Tests/data/oracle-glamm" ]; then
  copy_data "$repository" "$to/data.new"
  rm -rf "$to/data"
  mv "$to/data.new" "$to/data"
fi
cd "$to/pieces"
wanted=MANIFEST
if [ -d "$to/data" ]; then
  grep -v ' data\.tar' MANIFEST > wanted
  wanted=wanted
fi
if ! sha256sum -c "$wanted" --quiet 2>/dev/null; then
  echo "Still missing or of another build:"
  sha256sum -c "$wanted" 2>/dev/null | grep -v ': OK$' || true
  exit 0
fi
cat program.tar.xz.* | xz -dc | tar -C "$to" -x
if [ ! -d "$to/data" ]; then
  mkdir "$to/data"
  cat data.tar.xz.* | xz -dc | tar -C "$to/data" -x
fi
if ls provider.xz.* >/dev/null 2>&1; then
  cat provider.xz.* | xz -dc > "$to/libonnxruntime_providers_cuda.so"
fi
chmod +x "$to/MGLMM.DeviceCheck" "$to/check.sh"
echo "Ready: $to/check.sh probe"
