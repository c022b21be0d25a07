#!/usr/bin/env python3
"""Writes truth.jsonl beside a segcap.jsonl: the masks and phrases of each picture's panoptic question as its regions.

    python3 src/MGLMM.Models.Scenes/training/worlds/circuits.py --seed 0 --count 200 --output circuits
    python3 tests/MGLMM.Data.Measurements/regions.py circuits
"""
import json
import os
import re
import sys

KEPT = ("id", "version", "image", "width", "height", "task", "granularity", "instruction", "answer", "masks", "labels")


def main():
    folder = sys.argv[1]
    with open(os.path.join(folder, "segcap.jsonl"), encoding="utf-8") as file, open(os.path.join(folder, "truth.jsonl"), "w", encoding="utf-8") as out:
        for sample in map(json.loads, file):
            if sample["task"] != "panoptic":
                continue
            phrases = re.findall(r"<p> (.*?) </p> \[SEG\]", sample["answer"])
            regions = [{"id": f"t{i}", "parent": None, "label": label, "mask": mask, "phrase": phrase} for i, (phrase, label, mask) in enumerate(zip(phrases, sample["labels"], sample["masks"]))]
            out.write(json.dumps({**{name: sample[name] for name in KEPT}, "regions": regions}) + "\n")


if __name__ == "__main__":
    main()
