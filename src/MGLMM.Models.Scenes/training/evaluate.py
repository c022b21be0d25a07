#!/usr/bin/env python3
"""Reference inference in PyTorch: greedy, the official pipeline step by step, with a key-value cache.

    generate.py --seed 2000000 --count 24 --output TEST
    evaluate.py --checkpoint DIR --vision-tower DIR --segcap TEST/segcap.jsonl              free-running metrics per task
    evaluate.py ... --dump out.json --limit 200                                             prompts, ids, texts and masks, to compare runtimes
    evaluate.py ... --shuffle                                                               the same questions on other pictures
    evaluate.py ... --bench                                                                 cold time per call and tokens per second
    evaluate.py ... --sheet sheet.png                                                       a picture of answers to look at
"""
import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", os.environ.get("OMP_NUM_THREADS", "1"))

import argparse
import json
import time

import numpy as np
from PIL import Image, ImageDraw

from mglmm.pipeline import Pipeline
from segcap import pictures, rle
from segcap.metrics import Scores
from segcap.questions import questions

COLOURS = [(230, 60, 60), (60, 180, 75), (0, 130, 200), (245, 190, 40), (145, 30, 180), (70, 210, 210), (240, 90, 200), (150, 200, 40), (250, 130, 80), (90, 90, 250)]


def overlay(image, masks):
    x = np.asarray(image.convert("RGB")).astype(np.float32)
    for i, m in enumerate(masks):
        x[m] = 0.5 * x[m] + 0.5 * np.array(COLOURS[i % len(COLOURS)], np.float32)
    return Image.fromarray(x.astype(np.uint8))


def sheet(rows, path, width=300):
    """rows: (picture, masks, caption lines)."""
    tiles = []
    for image, masks, text in rows:
        shown = overlay(image, masks)
        shown.thumbnail((width, width))
        tile = Image.new("RGB", (width + 10, width + 130), "white")
        tile.paste(shown, (5, 5))
        words, lines = text.split(), [""]
        for w in words:
            if len(lines[-1]) + len(w) > 50:
                lines.append("")
            lines[-1] += w + " "
        ImageDraw.Draw(tile).multiline_text((5, shown.size[1] + 8), "\n".join(lines[:11]), fill="black")
        tiles.append(tile)
    columns = 6
    out = Image.new("RGB", (columns * (width + 10), (width + 130) * ((len(tiles) + columns - 1) // columns)), "white")
    for i, tile in enumerate(tiles):
        out.paste(tile, (i % columns * (width + 10), i // columns * (width + 130)))
    out.save(path)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", required=True, help="the checkpoint folder (config.json, pytorch_model.bin, tokenizer.model ...)")
    parser.add_argument("--vision-tower", required=True, help="the CLIP folder")
    parser.add_argument("--segcap", required=True, help="a segcap.jsonl; pictures are looked for beside it")
    parser.add_argument("--limit", type=int, help="only the first samples")
    parser.add_argument("--tasks", nargs="*", help="only these tasks")
    parser.add_argument("--shuffle", action="store_true", help="ask about another scene's picture, to show what is answered without seeing")
    parser.add_argument("--dump", help="write every answer to this JSON file")
    parser.add_argument("--bench", action="store_true", help="measure instead: nothing is shared between calls")
    parser.add_argument("--sheet", help="write a sheet of pictures with their answers")
    parser.add_argument("--report", help="write the metrics as JSON")
    parser.add_argument("--max-new-tokens", type=int, default=256)
    a = parser.parse_args()
    pipeline = Pipeline(a.checkpoint, a.vision_tower)
    folder = os.path.dirname(os.path.abspath(a.segcap))
    with open(a.segcap, encoding="utf-8-sig") as file:
        samples = [question for line in file if line.strip() for question in questions(json.loads(line))]
    if a.tasks:
        samples = [s for s in samples if s["task"] in a.tasks]
    samples = samples[:a.limit]
    images = sorted({s["image"] for s in samples})
    other = {name: images[(i + 1) % len(images)] for i, name in enumerate(images)}
    scores, dump, rows, seen, times = Scores(), [], [], {}, []
    for s in samples:
        name = other[s["image"]] if a.shuffle else s["image"]
        image = pictures.opened(os.path.join(folder, name))
        if a.shuffle:
            image = image.resize((s["width"], s["height"]))
        region = s.get("region")
        if region:
            image = image.crop((region[0], region[1], region[0] + region[2], region[1] + region[3]))
        begun = time.perf_counter()
        key = (name, image.size, tuple(region or ()))
        if a.bench or key not in seen:
            seen = {key: pipeline.see(image)}
        looked = time.perf_counter()
        history = [(h["instruction"], h["answer"]) for h in s["history"]]
        answer = pipeline.ask(seen[key], s["instruction"], history, a.max_new_tokens)
        done = time.perf_counter()
        times.append((looked - begun, done - looked, len(answer.ids)))
        text = answer.text[:-4] if answer.text.endswith("</s>") else answer.text
        truth = [rle.decode(m) for m in s["masks"]]
        if not region or not truth:
            ignored = rle.decode(s["ignore"]) if s.get("ignore") else None
            if ignored is not None and region:
                ignored = ignored[region[1]:region[1] + region[3], region[0]:region[0] + region[2]]
            scores.sample(s, text, list(answer.masks), truth, ignored)
        if a.dump:
            dump.append({"id": s.get("id"), "image": name, "region": region, "task": s["task"], "prompt": answer.prompt, "prompt_ids": answer.prompt_ids,
                         "ids": answer.ids, "text": answer.text, "masks": [rle.encode(m) for m in answer.masks]})
        if a.sheet and len(rows) < 72:
            rows.append((image, list(answer.masks), f"[{s['task']}] {s['instruction']} -> {text}"))
    if a.dump:
        with open(a.dump, "w", encoding="utf-8") as file:
            json.dump(dump, file, ensure_ascii=False)
    if a.sheet:
        sheet(rows, a.sheet)
    if a.bench:
        see, ask, tokens = (np.array(v) for v in zip(*times))
        print(f"{len(times)} calls, each from nothing: {1000 * (see + ask).mean():.0f} ms on average, {1000 * (see + ask).max():.0f} ms at most")
        print(f"looking at a picture {1000 * see.mean():.0f} ms; answering {1000 * ask.mean():.0f} ms for {tokens.mean():.1f} tokens, "
              f"{tokens.sum() / ask.sum():.0f} tokens a second, masks included")
    table = scores.table()
    for task, values in table.items():
        print(f"{task:12}", "  ".join(f"{k} {v}" for k, v in values.items()))
    if a.report:
        with open(a.report, "w", encoding="utf-8") as file:
            json.dump({"samples": len(samples), "shuffled": a.shuffle, "tasks": table}, file, indent=2)


if __name__ == "__main__":
    main()
