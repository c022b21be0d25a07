#!/bin/sh
# Breaks single lines and looks whether the test that holds each fails (tests/breaks/breaks.py says how). Takes long, so it is no part of the build.
exec python3 "$(dirname "$0")/breaks/breaks.py" "$@"
