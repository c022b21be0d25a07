#!/usr/bin/env python3
"""Runs COCO's own evaluations on what `mglmm evaluate --coco` wrote, and compares AP50 and panoptic quality with what we print.

    dotnet run -c Release --project tests/MGLMM.Data.Measurements -- coco cases
    python3 tests/MGLMM.Data.Measurements/coco.py --cocoapi cocoapi/PythonAPI --panopticapi panopticapi cases/*

A case is a folder with PROTOCOL.json (what --json wrote) beside PROTOCOL/ (what --coco wrote), and with segcap.jsonl where panoptic quality is compared. Both
programs are taken from their public repositories (cocodataset/cocoapi with pycocotools built in place, cocodataset/panopticapi); nothing of them is kept here.
"""
import argparse
import contextlib
import io
import json
import os
import shutil
import sys
import tempfile
import types

import numpy as np
from PIL import Image

#: The JSON has five digits.
ROUNDING = 5.1e-6
PROTOCOLS = ("own", "mglmm", "coco")
DESCRIPTIONS = ("panoptic", "instance", "part")


def load_cocoapi(path):
    sys.path.insert(0, path)
    if not hasattr(np, "float"):
        np.float = float  # what the program calls it was taken out of numpy 1.24
    try:
        import matplotlib.pyplot  # noqa: F401
    except ImportError:
        # Only needed to draw.
        for name in ("matplotlib", "matplotlib.pyplot", "matplotlib.collections", "matplotlib.patches"):
            sys.modules[name] = types.ModuleType(name)
        sys.modules["matplotlib.collections"].PatchCollection = sys.modules["matplotlib.patches"].Polygon = object
    from pycocotools import mask
    from pycocotools.coco import COCO
    from pycocotools.cocoeval import COCOeval
    return COCO, COCOeval, mask


def ap50(COCO, COCOeval, folder, tasks):
    """COCOeval with its defaults over the images of some tasks; None where nothing is to be found."""
    truth = COCO(os.path.join(folder, "annotations.json"))
    images = [i for i, image in truth.imgs.items() if image["task"] in tasks]
    results = os.path.join(folder, "results.json")
    answers = truth.loadRes(results) if os.path.exists(results) else None
    if answers is None:
        return 0.0 if truth.getAnnIds(imgIds=images) else None
    evaluation = COCOeval(truth, answers, "segm")
    evaluation.params.imgIds = images
    evaluation.evaluate()
    evaluation.accumulate()
    evaluation.summarize()
    return None if evaluation.stats[1] < 0 else float(evaluation.stats[1])


def panoptic(mask, module, case, protocol_folder, task):
    """panopticapi's PQ, SQ and RQ over the samples of a task."""
    samples = {s["id"]: s for s in (json.loads(line) for line in open(os.path.join(case, "segcap.jsonl"), encoding="utf-8")) if s["task"] == task}
    images = json.load(open(os.path.join(protocol_folder, "annotations.json"), encoding="utf-8"))["images"]
    results = os.path.join(protocol_folder, "results.json")
    answers = json.load(open(results, encoding="utf-8")) if os.path.exists(results) else []
    names = sorted({r["label"] for s in samples.values() for r in s["regions"]} | {a["label"] for a in answers if a["label"] is not None})
    categories = {i + 1: {"id": i + 1, "name": name, "isthing": 1} for i, name in enumerate(names)}
    number = {name: i + 1 for i, name in enumerate(names)}
    work = tempfile.mkdtemp(prefix="panoptic-")
    try:
        pairs = []
        for image in images:
            if image["task"] != task:
                continue
            sample = samples[image["sample"]]
            shape = (sample["height"], sample["width"])
            sides = []
            for side, segments in (("truth", [(r["mask"], r["label"], int(r.get("crowd", False))) for r in sample["regions"]]),
                                   ("answer", [(a["segmentation"], a["label"], 0) for a in answers if a["image_id"] == image["id"] and a["label"] is not None])):
                pixels = np.zeros(shape, np.uint32)
                for i, (rle, _, _) in enumerate(segments):
                    pixels[mask.decode({"size": rle["size"], "counts": rle["counts"]}) > 0] = i + 1
                name = f"{side}-{image['id']}.png"
                Image.fromarray(np.stack([pixels & 255, pixels >> 8 & 255, pixels >> 16 & 255], axis=2).astype(np.uint8)).save(os.path.join(work, name))
                sides.append({"image_id": image["id"], "file_name": name, "segments_info": [
                    {"id": i + 1, "category_id": number[label], "iscrowd": crowd, "area": int((pixels == i + 1).sum())} for i, (_, label, crowd) in enumerate(segments) if (pixels == i + 1).any()]})
            pairs.append(tuple(sides))
        averages, _ = module.pq_compute_single_core(0, pairs, work, work, categories).pq_average(categories, isthing=None)
        return {name: averages[name] for name in ("pq", "sq", "rq")}
    finally:
        shutil.rmtree(work)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cocoapi", required=True, help="the folder that holds pycocotools")
    parser.add_argument("--panopticapi", help="the folder that holds panopticapi")
    parser.add_argument("cases", nargs="+")
    a = parser.parse_args()
    COCO, COCOeval, mask = load_cocoapi(a.cocoapi)
    module = None
    if a.panopticapi:
        sys.path.insert(0, a.panopticapi)
        import panopticapi.evaluation as module
    compared, largest, wrong = {}, {}, 0
    for case in a.cases:
        for protocol in PROTOCOLS:
            printed, folder = os.path.join(case, protocol + ".json"), os.path.join(case, protocol)
            if not os.path.exists(printed):
                continue
            report = json.load(open(printed, encoding="utf-8"))
            found = []
            with contextlib.redirect_stdout(io.StringIO()):
                for task, values in report["tasks"].items():
                    if "ap50" in values:
                        found.append((task, "ap50", values["ap50"], ap50(COCO, COCOeval, folder, DESCRIPTIONS if task == "all" else (task,))))
                    if "pq" in values and protocol == "coco" and module and os.path.exists(os.path.join(case, "segcap.jsonl")) and task == "panoptic":
                        ours = dict(values, **report["further"].get(task, {}))
                        found += [(task, name, ours[name], value) for name, value in panoptic(mask, module, case, folder, task).items()]
            for task, name, ours, theirs in found:
                key = f"{protocol} {name}"
                compared[key] = compared.get(key, 0) + 1
                difference = abs(ours - (0.0 if theirs is None else theirs))
                largest[key] = max(largest.get(key, 0), difference)
                if difference > ROUNDING:
                    wrong += 1
                    print(f"{case} {protocol} {task}: {name} is {ours} here and {theirs} there")
    for key in sorted(compared):
        print(f"{key}: {compared[key]} compared, largest difference {largest[key]:.2g}")
    sys.exit(1 if wrong or not compared else 0)


if __name__ == "__main__":
    main()
