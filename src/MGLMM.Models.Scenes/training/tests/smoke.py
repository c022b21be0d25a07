#!/usr/bin/env python3
"""Trains every phase for seconds, from nothing, and checks what must hold for the hours: two minutes on two idle cores.

    python3 smoke.py         prints what it checks; exits with 0, or with 1 at the first thing that is wrong
"""
import os
import sys

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")
TRAINING = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, TRAINING)

import filecmp
import json
import math
import multiprocessing
import subprocess
import tempfile
import time

import torch

from mglmm.checkpoint import tokenizer_files
from mglmm.configuration import PIECES
from mglmm.tokenizer import train_sentencepiece
from mglmm.training import SMALL_SIDES, run_phase
from segcap.vocabulary import corpus

BEGUN = time.time()


def check(holds, what):
    print(f"{time.time() - BEGUN:5.0f} s  {'ok  ' if holds else 'FAIL'}  {what}", flush=True)
    if not holds:
        raise SystemExit(1)


def run(script, *arguments):
    return subprocess.run([sys.executable, os.path.join(TRAINING, script), *arguments], capture_output=True, text=True)


def log_of(folder, phase):
    with open(os.path.join(folder, phase + ".jsonl"), encoding="utf-8") as file:
        return [line for line in map(json.loads, file) if "validation" not in line]


def train(folder, phase, seconds, init=(), export=None, out=None, **more):
    run_phase(phase, out or folder, os.path.join(folder, "tokenizer"), [os.path.join(folder, i + ".pt") for i in init], time.time() + seconds, validation=2,
              validate_every=1000, save_every=4, log_every=1, export_every=1000 if export else 0, export=export,
              long_side=SMALL_SIDES if phase == "vision" else None, **more)


def trained(folder, phase, seconds, losses, init=()):
    train(folder, phase, seconds, init)
    lines = log_of(folder, phase)
    check(all(math.isfinite(v) for line in lines for v in line.values()), f"{phase}: every number in {len(lines)} log lines is finite")
    third = max(1, len(lines) // 3)
    for loss in losses:
        first, last = (sum(line[loss] for line in part) / third for part in (lines[:third], lines[-third:]))
        check(last < first, f"{phase}: the loss '{loss}' falls, {first:.3f} to {last:.3f} in {lines[-1]['images']} pictures")


def generated(folder):
    first, second = os.path.join(folder, "first"), os.path.join(folder, "second")
    for target in (first, second):
        check(run("generate.py", "--seed", "1000000", "--count", "3", "--output", target).returncode == 0, f"generate.py writes {os.path.basename(target)}")
    names = ["segcap.jsonl"] + [os.path.join("images", n) for n in sorted(os.listdir(os.path.join(first, "images")))]
    _, different, missing = filecmp.cmpfiles(first, second, names, shallow=False)
    check(not different and not missing, f"the same seed gives the same bytes in {len(names)} files")
    return os.path.join(first, "segcap.jsonl")


def resumed(folder, export):
    state = os.path.join(folder, "joint.pt")
    stopped = multiprocessing.get_context("fork").Process(target=train, args=(folder, "joint", 600, ("language", "masks"), export))
    stopped.start()
    while not os.path.exists(state) and stopped.is_alive():
        time.sleep(0.1)
    stopped.terminate()
    stopped.join()
    check(os.path.exists(state), "joint: a state is saved on the way, from masks and language merged")
    before = torch.load(state)
    train(folder, "joint", 9, ("language", "masks"), export)
    after = torch.load(state)
    check(after["done"] and after["step"] > before["step"] > 0, f"joint: stopped after step {before['step']}, gone on from there to step {after['step']}")


def on_a_device(folder):
    """The loop for a GPU, on the CPU: one process draws, another learns."""
    out = os.path.join(folder, "device")
    train(folder, "joint", 18, ("joint",), out=out, device="cpu", settings={"images": 2, "extra": 1})
    lines, state = log_of(out, "joint"), torch.load(os.path.join(out, "joint.pt"))
    check(state["done"] and state["step"] > 0 and lines and all(math.isfinite(v) for line in lines for v in line.values()),
          f"joint on a device: {state['step']} steps of {state['images']} pictures, every number is finite")


def tuned(folder, tokenizer):
    """A world of somebody's own beside the scenes, from the state of the joint phase on: learnt, stopped, gone on from."""
    circuits, out = os.path.join(folder, "circuits"), os.path.join(folder, "tuned")
    check(run(os.path.join("worlds", "circuits.py"), "--seed", "0", "--count", "6", "--output", circuits).returncode == 0, "worlds/circuits.py writes a SegCap file")
    arguments = ("train.py", "--data", os.path.join(circuits, "segcap.jsonl"), "scenes", "--weights", "3", "1", "--init", os.path.join(folder, "joint.pt"), "--tokenizer", tokenizer,
                 "--out", out, "--workers", "2", "--device", "cpu", "--images", "2", "--validation", "1", "--log-every", "0")
    for steps in ("3", "5"):
        done = run(*arguments, "--steps", steps, "--lora", "4")
        check(done.returncode == 0, f"fine-tuning, {steps} steps" + "".join(": " + line for line in done.stderr.splitlines()[-1:] if done.returncode))
        if steps == "3":  # as a run that was stopped leaves it
            state = torch.load(os.path.join(out, "tune.pt"))
            torch.save({**state, "done": False}, os.path.join(out, "tune.pt"))
    lines = log_of(out, "tune")
    check(torch.load(os.path.join(out, "tune.pt"))["step"] == 5 and all(math.isfinite(v) for line in lines for v in line.values()),
          "fine-tuning goes on from where it was stopped; every number is finite")
    with open(os.path.join(out, "export", "mglmm-scenes", "mglmm.json"), encoding="utf-8") as file:
        check({"battery", "house"} <= set(json.load(file)["vocabulary"]), "the fine-tuned model says that it knows batteries and houses")


def main():
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        segcap = generated(folder)
        tokenizer = os.path.join(folder, "tokenizer")
        os.makedirs(tokenizer)
        train_sentencepiece(corpus(200), os.path.join(tokenizer, "tokenizer"), PIECES)
        tokenizer_files(tokenizer, PIECES)
        trained(folder, "masks", 12, ("ground",))
        trained(folder, "vision", 18, ("global", "objects"))
        trained(folder, "language", 14, ("text",), ("vision",))
        packed = os.path.join(folder, "packed")
        resumed(folder, os.path.join(folder, "export"))
        on_a_device(folder)
        tuned(folder, tokenizer)
        check(os.path.isdir(os.path.join(folder, "export", "mglmm-scenes")), "joint: the checkpoint is exported")
        done = run("pack.py", "--state", os.path.join(folder, "joint.pt"), "--tokenizer", tokenizer, "--output", packed)
        check(done.returncode == 0, "pack.py writes the checkpoint and reads it back: " + (done.stdout or done.stderr).splitlines()[-1][:90])
        tower = next(n for n in os.listdir(packed) if n.startswith("clip"))
        report = os.path.join(folder, "report.json")
        done = run("evaluate.py", "--checkpoint", os.path.join(packed, "mglmm-scenes"), "--vision-tower", os.path.join(packed, tower), "--segcap", segcap,
                   "--limit", "12", "--max-new-tokens", "24", "--report", report)
        check(done.returncode == 0 and os.path.exists(report), "evaluate.py answers freely and reports")
    check(True, "all done")


if __name__ == "__main__":
    main()
