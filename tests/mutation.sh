#!/bin/sh
# Breaks the code line by line and looks whether a test fails (dotnet-stryker, the tool of .config/dotnet-tools.json). Takes long, so it is no part of
# the build. Give names to try some only: tests/mutation.sh Masks
set -eu
cd "$(dirname "$0")/.."
root=$PWD
dotnet tool restore
least=${MGLMM_MUTATION_LEAST:-85}

# mutate <name> <files, a pattern each>...
mutate() {
    name=$1
    shift
    patterns=
    for pattern in "$@"; do
        patterns="$patterns --mutate $pattern"
    done
    echo "== MGLMM.$name"
    # The set of arguments is meant to be split.
    # shellcheck disable=SC2086
    (cd "tests/MGLMM.$name.Tests" && set -f && nice -n 15 dotnet stryker --test-runner mtp --project "MGLMM.$name.csproj" --concurrency 1 \
        $patterns --threshold-high 95 --threshold-low "$least" --break-at "$least" \
        --reporter json --reporter html --reporter cleartext --output "$root/artifacts/mutation/$name" --skip-version-check) || failed="${failed:-} $name"
}

wanted=" ${*:-Masks Vision Evaluation} "
failed=
case $wanted in *" Masks "*) mutate Masks '**/*.cs' ;; esac
case $wanted in *" Vision "*) mutate Vision '**/Geometry/*.cs' ;; esac
case $wanted in *" Evaluation "*) mutate Evaluation '**/Metrics/*.cs' ;; esac
if [ -n "$failed" ]; then
    echo "Fewer than $least of 100 were noticed, or it could not run:$failed" >&2
    exit 1
fi
