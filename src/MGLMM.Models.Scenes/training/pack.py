#!/usr/bin/env python3
"""Writes a training state as a checkpoint in the official layout, reads it back and checks it.

    pack.py --state RUN/joint.pt --tokenizer RUN/tokenizer --output DIR

DIR then holds mglmm-scenes/ and the folder of its vision tower; `mglmm convert DIR/mglmm-scenes` makes the bundle of them. With
--mglmm PATH the conversion is started as well.
"""
import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
import subprocess

import torch

from mglmm.checkpoint import read_checkpoint, write_checkpoint
from mglmm.configuration import sidecar, sizes
from mglmm.learning import Learner
from mglmm.pipeline import Pipeline
from mglmm.tokenizer import LlamaTokenizer
from scenes.world import draw_scene


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--state", required=True, help="a .pt that train.py wrote")
    parser.add_argument("--tokenizer", required=True, help="folder of the tokenizer it was trained with")
    parser.add_argument("--output", required=True, help="folder to write")
    parser.add_argument("--dtype", choices=["float16", "float32"], default="float16")
    parser.add_argument("--mglmm", help="the mglmm command, to convert the checkpoint to a bundle at once")
    parser.add_argument("--bundle", help="folder of the bundle (with --mglmm)")
    a = parser.parse_args()
    if a.mglmm and not a.bundle:
        parser.error("--mglmm needs --bundle")
    torch.set_num_threads(1)
    tokenizer = LlamaTokenizer(a.tokenizer)
    learner = Learner(sizes(tokenizer.pieces.get_piece_size()), tokenizer)
    learner.load_state_dict(torch.load(a.state)["parameters"])
    write_checkpoint(learner.mglmm, os.path.join(a.tokenizer, "tokenizer.model"), a.output, sidecar(), getattr(torch, a.dtype))
    folders = {name: os.path.join(a.output, name) for name in sorted(os.listdir(a.output))}
    main_folder, tower = folders.pop("mglmm-scenes"), next(iter(folders.values()))
    model = read_checkpoint(main_folder, tower)
    worst = max((p - q).abs().max().item() for p, q in zip(model.state_dict().values(), learner.mglmm.state_dict().values()) if p.is_floating_point())
    picture = draw_scene(2_000_000, 320, 2).picture()
    pipeline = Pipeline(main_folder, tower)
    answer = pipeline.ask(pipeline.see(picture), "Describe the objects in the picture with interleaved masks.")
    total = sum(os.path.getsize(os.path.join(root, f)) for root, _, files in os.walk(a.output) for f in files)
    print(f"{a.output}: {sum(p.numel() for p in model.parameters()) / 1e6:.2f} M parameters, {total / 2**20:.1f} MiB, largest rounding {worst:.2g}")
    print(f"one answer from it: {answer.text} ({len(answer.masks)} masks)")
    if a.mglmm:
        subprocess.run([a.mglmm, "convert", main_folder, "--vision-tower", tower, "--output", a.bundle], check=True)


if __name__ == "__main__":
    main()
