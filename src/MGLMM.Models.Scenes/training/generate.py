#!/usr/bin/env python3
"""Draws scenes with exact ground truth and describes them in the unified SegCap format.

    generate.py --seed 2000000 --count 100 --output DIR

writes DIR/images/<seed>.png and DIR/segcap.jsonl: one line per sample, all tasks of every scene. The same seed and the same
version of Pillow give the same bytes.

    generate.py --seed 4600000 --count 1 --output DIR --describe

writes the picture and prints what is in it instead: each thing's and part's id, kind, colour, box and place, and what stands where. With
such ids somebody can say what an expression refers to; expressions.py measures a model on a file of them.
 Seeds below 1,000,000 are for training; 1,000,000 to 1,000,999 are the validation set,
2,000,000 to 2,000,999 the test set, 3,000,000 to 3,000,999 the composition set (colours of things and places never trained on).
"""
import argparse
import json
import os
import random

from scenes.world import draw_scene
from segcap import rle
from segcap.places import patterned, placed
from segcap.phrases import side
from segcap.samples import TASKS, minimal_pair


class Masks:
    """Run lengths of targets of one scene; every mask is encoded once."""

    def __init__(self, scene):
        self.scene, self.known = scene, {}

    def __call__(self, target):
        key = tuple(t.index for t in target.things), target.part
        if key not in self.known:
            self.known[key] = rle.encode(self.scene.mask(target.things, target.part))
        return self.known[key]


def line(scene, sample, number, image, masks):
    """One sample as the dictionary of its line."""
    out = {"id": f"{scene.seed}-{number:02d}", "image": image, "width": scene.numbers.shape[1], "height": scene.numbers.shape[0],
           "task": sample.task, "granularity": sample.granularity, "wording": sample.key, "instruction": sample.instruction, "answer": sample.answer,
           "masks": [masks(t) for t in sample.targets], "labels": [t.label for t in sample.targets], "parents": [t.parent for t in sample.targets]}
    if sample.history:
        out["history"] = [{"instruction": q, "answer": a} for q, a, _ in sample.history]
    if sample.region:
        h, w = scene.numbers.shape
        x0, y0, x1, y1 = sample.region
        x0, y0, x1, y1 = int(x0 * w), int(y0 * h), min(w, int(x1 * w + 0.5)), min(h, int(y1 * h + 0.5))
        out["region"] = [x0, y0, x1 - x0, y1 - y0]
    if sample.pair:
        out["pair"], out["truth"] = sample.pair, sample.truth
    return out


def samples_of(scene, rng, held_out=0, pairs=2):
    """All tasks of a scene, then minimal pairs."""
    out = []
    for task in TASKS.values():
        for _ in range(3):  # a task may find nothing to ask at the first try
            sample = task(scene, rng, held_out)
            if sample:
                out.append(sample)
                break
    for _ in range(pairs):
        out += minimal_pair(scene, rng, held_out) or []
    return out


def described(scene):
    """The things of a scene in lines of text: ids as expressions.py wants them, 7 for a thing and "7.roof" for one of its parts."""
    h, w = scene.numbers.shape
    lines = [f"seed {scene.seed}: {scene.kind}, {scene.time}, {w} x {h} pixels"]
    for t in scene.visible:
        x0, y0, x1, y1 = t.box
        lines.append(f"  {t.index:3}  {'background' if t.stuff else 'thing':10}  {t.kind:16} {t.colour or '-':7} x {x0}-{x1} y {y0}-{y1}, "
                     f"{100 * t.area / (w * h):.1f} % of the picture"
                     + ("" if t.stuff else f", {side(t)}, stands or hangs {placed(scene, t)}") + (", striped or patterned" if patterned(scene, t) else ""))
        for part, colour in t.parts.items():
            if part != t.kind:
                lines.append(f'       part "{t.index}.{part}"  {colour or "no colour name"}')
    hidden = [t for t in scene.things if t.area and t not in scene.visible]
    if hidden:
        lines.append("  too small or too hidden to speak of, so not to be asked about: " + ", ".join(f"{t.colour or ''} {t.kind}".strip() for t in hidden))
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, required=True, help="seed of the first scene; the next scenes take the next seeds")
    parser.add_argument("--count", type=int, required=True, help="number of scenes")
    parser.add_argument("--output", required=True, help="folder to write")
    parser.add_argument("--long-side", type=int, default=320, help="pixels of the longer side (default 320)")
    parser.add_argument("--held-out-wordings", type=int, nargs="?", const=1, default=0, choices=(1, 2, 3), metavar="SET",
                        help="ask in wordings that are never trained on, of set 1 (default), 2 or 3")
    parser.add_argument("--describe", action="store_true", help="print what is in the pictures, with ids, and write no samples")
    parser.add_argument("--pairs", type=int, default=2, help="minimal pairs per scene (default 2)")
    a = parser.parse_args()
    os.makedirs(os.path.join(a.output, "images"), exist_ok=True)
    if a.describe:
        for seed in range(a.seed, a.seed + a.count):
            scene = draw_scene(seed, a.long_side, smooth=2)
            scene.picture().save(os.path.join(a.output, "images", f"{seed:07d}.png"))
            print(described(scene))
        return
    with open(os.path.join(a.output, "segcap.jsonl"), "w", encoding="utf-8") as file:
        for seed in range(a.seed, a.seed + a.count):
            scene = draw_scene(seed, a.long_side, smooth=2)
            image = f"images/{seed:07d}.png"
            scene.picture().save(os.path.join(a.output, image), compress_level=1, compress_type=3)
            rng, masks = random.Random(seed * 31 + 7), Masks(scene)
            for number, sample in enumerate(samples_of(scene, rng, a.held_out_wordings, a.pairs)):
                file.write(json.dumps(line(scene, sample, number, image, masks), ensure_ascii=False, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
