#!/usr/bin/env python3
"""Compares the AP50 that `mglmm evaluate --protocol coco` prints with COCOeval's on the files of --coco. It needs pycocotools, so it is no test of the suite.

    mglmm evaluate segcap.jsonl --protocol coco --coco coco --json metrics.json
    python3 tests/MGLMM.Evaluation.Tests/check_cocoeval.py coco metrics.json
"""
import contextlib
import io
import json
import os
import sys

from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval


def ap50(truth, results, images):
    with contextlib.redirect_stdout(io.StringIO()):
        run = COCOeval(truth, results, "segm")
        run.params.imgIds = images
        run.evaluate()
        run.accumulate()
        run.summarize()
    return float(run.stats[1])


def main():
    folder, metrics = sys.argv[1:3]
    with contextlib.redirect_stdout(io.StringIO()):
        truth = COCO(os.path.join(folder, "annotations.json"))
        results = truth.loadRes(os.path.join(folder, "results.json"))
    tasks = json.load(open(metrics))["tasks"]
    worst = 0.0
    for task, values in sorted(tasks.items()):
        ours = values.get("metrics", values).get("ap50")
        ours = ours.get("value") if isinstance(ours, dict) else ours
        images = [i for i, image in truth.imgs.items() if image["task"] == task]
        if ours is None or not images:
            continue
        theirs = ap50(truth, results, images)
        worst = max(worst, abs(theirs - ours))
        print(f"{task:12} ours {ours:.6f}  COCOeval {theirs:.6f}")
    print(f"largest difference {worst:.2e}")
    sys.exit(1 if worst > 1e-9 else 0)


if __name__ == "__main__":
    main()
