#!/usr/bin/env python3
"""Kills `mglmm annotate` in every step, goes on, and compares what comes out with a run that was not killed.

    python3 tests/MGLMM.Data.Measurements/kill.py --mglmm artifacts/bin/MGLMM.Cli/release/mglmm --images scenes/images --limit 3

For each step a run is killed (SIGKILL) once a line of that step is in steps.jsonl, which is while the next one runs; then the same command goes on, is
killed again at the second picture's line of the step, and goes on to its end.
"""
import argparse
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time


def lines(path):
    if not os.path.exists(path):
        return []
    found = []
    with open(path, "rb") as file:
        for line in file.read().split(b"\n")[1:]:
            try:
                found.append(json.loads(line))
            except ValueError:
                pass
    return found


def hashes(folder):
    out = {}
    for root, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(root, name)
            out[os.path.relpath(path, folder)] = hashlib.sha256(open(path, "rb").read()).hexdigest()
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mglmm", required=True)
    parser.add_argument("--images", required=True)
    parser.add_argument("--limit", type=int, default=3)
    parser.add_argument("--threads", type=int, default=1, help="with several, sums may come in another order, and a mask may differ in a pixel between processes")
    parser.add_argument("--work", default="kill-work")
    a = parser.parse_args()
    shutil.rmtree(a.work, ignore_errors=True)
    os.makedirs(a.work)

    def start(output):
        return subprocess.Popen([a.mglmm, "annotate", a.images, "--output", output, "--limit", str(a.limit), "--threads", str(a.threads), "--no-chat"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    whole = os.path.join(a.work, "whole")
    if start(whole).wait() != 0:
        sys.exit("the run that nobody killed failed")
    wanted = hashes(whole)
    steps = list(dict.fromkeys(line["step"] for line in lines(os.path.join(whole, "steps.jsonl"))))
    failed = 0
    for step in steps:
        output = os.path.join(a.work, step)
        kills = 0
        for picture in (1, 2):
            process = start(output)
            while process.poll() is None:
                if sum(line["step"] == step for line in lines(os.path.join(output, "steps.jsonl"))) >= picture:
                    process.send_signal(signal.SIGKILL)
                    process.wait()
                    kills += 1
                    break
                time.sleep(0.002)
        code = start(output).wait()
        same = code == 0 and hashes(output) == wanted
        failed += not same
        print(f"{step}: killed {kills} times, {'the same bytes' if same else 'OTHER BYTES'}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
