#!/usr/bin/env python3
"""Draws scenes and writes the truth about them as SegCap, version 2, with the whole tree of regions: things, background and every visible part.

    python3 tests/MGLMM.Data.Measurements/truth.py --seed 2000000 --count 300 --output scenes

It needs numpy and Pillow, and the generator of the scenes model beside it.
"""
import argparse
import json
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "src", "MGLMM.Models.Scenes", "training"))

from scenes.things import KINDS  # noqa: E402
from scenes.world import draw_scene  # noqa: E402
from segcap import phrases as ph  # noqa: E402
from segcap import rle  # noqa: E402
from segcap.samples import panoptic  # noqa: E402


def regions(scene):
    """Every visible thing, then its visible parts: id, parent, label, mask, and the phrase that is true of it."""
    out = []
    for thing in scene.visible:
        out.append({"id": f"t{thing.index}", "parent": None, "label": thing.kind, "mask": rle.encode(scene.mask([thing])), "phrase": ph.indefinite(thing), "background": thing.stuff})
        if thing.stuff:
            continue
        for part in KINDS[thing.kind].parts:
            if part in thing.parts:
                out.append({"id": f"t{thing.index}.{part}", "parent": f"t{thing.index}", "label": part, "mask": rle.encode(scene.mask([thing], part)),
                            "phrase": ph.part_indefinite(part, thing.parts[part]), "background": False})
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument("--output", required=True)
    a = parser.parse_args()
    os.makedirs(os.path.join(a.output, "images"), exist_ok=True)
    with open(os.path.join(a.output, "truth.jsonl"), "w", encoding="utf-8") as file:
        for seed in range(a.seed, a.seed + a.count):
            scene = draw_scene(seed, 320, smooth=2)
            image = f"images/{seed:07d}.png"
            scene.picture().save(os.path.join(a.output, image), compress_level=1, compress_type=3)
            height, width = scene.numbers.shape
            described = panoptic(scene, __import__("random").Random(seed))
            line = {"id": f"{seed:07d}", "version": 2, "image": image, "width": width, "height": height, "task": "panoptic", "granularity": "panoptic",
                    "instruction": described.instruction, "answer": described.answer, "masks": [rle.encode(scene.mask(t.things)) for t in described.targets],
                    "labels": [t.label for t in described.targets], "regions": regions(scene)}
            file.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
