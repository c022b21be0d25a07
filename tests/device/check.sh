#!/usr/bin/env bash
# Runs one step of the check: check.sh probe|oracles|embedded|decoder|vision [options of the step]
#
# Needs a driver for CUDA 13, CUDA 13 and cuDNN 9, wherever they lie (a Python environment with PyTorch has them), or --cpu. Results go to
# $RESULTS (results beside this script by default).
set -u
here=$(cd "$(dirname "$0")" && pwd)
results=${RESULTS:-$here/results}
mkdir -p "$results"

# Folders that may hold the libraries, in the order in which they are tried.
python_packages=$(python3 -c 'import sysconfig; print(sysconfig.get_paths()["purelib"])' 2>/dev/null || true)
candidates=$(
  tr ':' '\n' <<<"${LD_LIBRARY_PATH:-}"
  ldconfig -p 2>/dev/null | sed -n 's/.*=> \(.*\)\/lib\(cuda\|cudart\|cublas\|cublasLt\|curand\|cudnn\)\.so.*/\1/p'
  ls -d /usr/local/nvidia/lib64 /usr/local/nvidia/lib /usr/lib/x86_64-linux-gnu /usr/lib64 /usr/lib/wsl/lib \
    "$python_packages"/nvidia/*/lib /usr/lib/python3*/dist-packages/nvidia/*/lib \
    /usr/local/lib/python3*/*-packages/nvidia/*/lib /usr/local/cuda*/lib64 /usr/local/cuda*/targets/x86_64-linux/lib 2>/dev/null
)
path=""
for library in libcuda.so.1 libcudart.so.13 libcublas.so.13 libcublasLt.so.13 libcurand.so.10 libcudnn.so.9 libnvrtc.so.13; do
  found=""
  while IFS= read -r folder; do
    if [ -n "$folder" ] && [ -e "$folder/$library" ] && [[ "$folder" != *stubs* ]]; then
      found=$folder
      break
    fi
  done <<<"$candidates"
  echo "${library}: ${found:-NOT FOUND}"
  if [ -n "$found" ] && [[ ":$path:" != *":$found:"* ]]; then
    path="$path${path:+:}$found"
  fi
done
export LD_LIBRARY_PATH="$path${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
export DOTNET_gcServer=0 DOTNET_TieredPGO=0 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_BUNDLE_EXTRACT_BASE_DIR=${TMPDIR:-/tmp}
nvidia-smi --query-gpu=name,driver_version,memory.total,clocks.max.mem,power.limit --format=csv 2>/dev/null | tee "$results/device.txt"
uname -sr
grep -m1 PRETTY_NAME /etc/os-release || true

step=${1:?name a step: probe, oracles, embedded, decoder, vision, report}
shift
set -o pipefail
"$here/MGLMM.DeviceCheck" "$step" --out "$results" --data "$here/data" "$@" 2>&1 | tee "$results/$step.log"
code=$?
exit $code
