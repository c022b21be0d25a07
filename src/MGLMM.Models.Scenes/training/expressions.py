#!/usr/bin/env python3
"""Measures a model on expressions as people write them, or makes such a file from the generator's own held-out forms.

    expressions.py measure --checkpoint DIR --expressions FILE.jsonl             every measure, by kind of expression
    expressions.py measure ... --shuffle                                         the same on other pictures: what is answered without looking
    expressions.py measure ... --failures failures.txt --sheet sheet.png         what went wrong, in words and as pictures
    expressions.py make --seed 1000000 --count 100 --output FILE.jsonl           held-out words and sentences of the generator
    expressions.py segcap --expressions FILE.jsonl --output DIR                  the same as a segcap.jsonl with pictures, for any runtime

A line of the file: {"seed": 4700000, "expression": "both dogs", "kind": "count", "targets": [4, "7.tail"], "pair": "a1"}. The scene of a seed is drawn by
generate.py, whose --describe prints ids; kinds are one, many, none, unknown, general, negation, relation, count and part; "pair" is optional and
shared by two lines that differ in a word. An expression that ends like a sentence is asked as it is, a question with the tools' wish for a mask behind it, all
else in the words of the tools.
"""
import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", os.environ.get("OMP_NUM_THREADS", "1"))

import argparse
import json
import random

import numpy as np

from scenes.world import draw_scene
from segcap.metrics import greedy, iou_matrix
from segcap.asking import bare
from segcap.spoken import MOST
from segcap.wordings import TRAINED

KINDS = ("one", "many", "none", "unknown", "general", "negation", "relation", "count", "part")
UNKNOWN = "I do not know the word "


def read(path):
    with open(path, encoding="utf-8") as file:
        lines = [json.loads(line) for line in file if line.strip()]
    for number, line in enumerate(lines, 1):
        if line.get("kind") not in KINDS or not isinstance(line.get("expression"), str) or not isinstance(line.get("targets"), list):
            raise SystemExit(f"{path}, line {number}: seed, expression, targets and a kind out of {', '.join(KINDS)} are wanted")
    return lines


def instruction(expression):
    text = expression.strip()
    if text.endswith("?"):  # it asks for words by itself
        return TRAINED["reason_segment"][0].replace("{question}", text)
    return text if text.endswith((".", "!")) else TRAINED["refer"][0].replace("{expression}", bare(text))


def truth(scene, targets):
    """One mask for each target id: 7 a thing, "7.roof" its part."""
    out = []
    for target in targets:
        index, _, part = str(target).partition(".")
        fits = [t for t in scene.things if t.index == int(index)]
        mask = scene.mask(fits, part or None)
        if not fits or not mask.any():
            raise SystemExit(f"scene {scene.seed} shows nothing with the id {target}")
        out.append(mask)
    return out


def scored(line, text, masks, true):
    """The numbers of one answer."""
    matrix = iou_matrix(masks, true)
    found = sum(matrix[i, j] >= 0.5 for i, j in greedy(matrix))
    if true:
        union, said = np.any(true, 0), np.any(masks, 0) if len(masks) else np.zeros_like(true[0])
        giou = float((union & said).sum() / (union | said).sum())
    else:
        giou = float(len(masks) == 0)
    return {"giou": giou, "number": len(masks) == len(true), "right": found == len(true) == len(masks), "found": found, "given": len(masks),
            "wanted": len(true),
            "refused": text.startswith(UNKNOWN)}


def table(results):
    """results: (line, score) pairs."""
    mean = lambda values: round(float(np.mean(values)), 4) if len(values) else None
    out = {}
    for kind in ("all",) + KINDS:
        scores = [s for line, s in results if kind in ("all", line["kind"])]
        if not scores:
            continue
        given, wanted, found = (sum(s[k] for s in scores) for k in ("given", "wanted", "found"))
        out[kind] = {"count": len(scores), "gIoU": mean([s["giou"] for s in scores]), "gIoU of what is there": mean([s["giou"] for s in scores if s["wanted"]]),
                     "right number": mean([s["number"] for s in scores]), "all right": mean([s["right"] for s in scores]),
                     "region F1": round(2 * found / max(1, given + wanted), 4)}
    known = [s for line, s in results if line["kind"] != "unknown"]
    out["unknown words recognised"] = mean([s["refused"] for line, s in results if line["kind"] == "unknown"])
    out["known words refused"] = mean([s["refused"] for s in known])
    pairs = {}
    for line, score in results:
        if line.get("pair"):
            pairs.setdefault((line["seed"], line["pair"]), []).append((line["kind"], score["right"]))
    for kind in ("count", "negation", "relation"):
        chosen = [p for p in pairs.values() if len(p) == 2 and any(k == kind for k, _ in p)]
        if chosen:
            out["pairs " + kind] = {"count": len(chosen), "answers right": mean([right for p in chosen for _, right in p]),
                                    "both right": mean([all(right for _, right in p) for p in chosen])}
    return out


def ident(target):
    return f"{target.things[0].index}.{target.part}" if target.part else target.things[0].index


def made(seed, count, each=8):
    """Held-out words and sentences of the generator."""
    from segcap import asking, spoken as sp, words
    kinds = {sp.plain: None, sp.absent: "none", sp.superlative: "one", sp.sided: None, sp.counted: "count", sp.negated: "negation", sp.related: "relation",
             sp.parted: "part", sp.worn: None, sp.everything: "general",
             sp.several: "many", sp.nameless: "unknown"}
    for number in range(seed, seed + count):
        scene, rng = draw_scene(number, 320, smooth=2), random.Random(number * 17 + 3)
        for form in rng.sample(list(kinds), each):
            said = form(scene, rng, True) if form is sp.nameless else form(scene, rng)
            if said is None or len(said.targets) > sp.MOST:
                continue
            general = form is sp.plain and any(w in said.text for one, many, _ in words.general_words() for w in (one, many) if w)
            kind = "general" if general else kinds[form] or ("one" if len(said.targets) == 1 else "many" if said.targets else "none")
            text = said.text if rng.random() < 0.7 else asking.sentence(said, rng, 1 + rng.randrange(3))
            yield {"seed": number, "expression": text, "kind": kind, "targets": [ident(t) for t in said.targets]}
        for what in ("number", "negation", "relation"):
            pair = asking.spoken_pair(scene, rng, 1, what)
            for sample in pair or []:
                yield {"seed": number, "expression": sample.instruction, "kind": "count" if what == "number" else what,
                       "targets": [ident(t) for t in sample.targets], "pair": what}


def families(seed, count, each=6, held_out=True):
    """Families of expressions (segcap/contrasts.py) in frames that are never trained on, or in those that are; two of a family are a pair."""
    from segcap import contrasts
    kinds = {contrasts.exclusions: "negation", contrasts.relations: "relation", contrasts.grounds: "relation", contrasts.sides: "relation", contrasts.numbers: "count",
             contrasts.wholes: "general"}
    forms = [contrasts.exclusions, contrasts.relations, contrasts.numbers, contrasts.strangers] + ([] if held_out else [contrasts.grounds, contrasts.sides, contrasts.wholes, contrasts.spelled])
    for number in range(seed, seed + count):
        scene, rng = draw_scene(number, 320, smooth=2), random.Random(number * 19 + 5)
        for form in rng.sample(forms, min(each, len(forms))):
            said = next((s for s in (form(scene, rng, held_out) for _ in range(8)) if s and all(len(x.targets) <= MOST for x in s)), [])[:2]
            for s in said:
                kind = "unknown" if s.form == "unknown" else kinds.get(form) or ("none" if not s.targets else "one" if len(s.targets) == 1 else "many")
                yield {"seed": number, "expression": s.sentence or s.text, "kind": kind, "targets": [ident(t) for t in s.targets],
                       **({"pair": form.__name__} if len(said) == 2 and kind in ("negation", "relation", "count") else {})}


def measure(a):
    from mglmm.checkpoint import tower_of
    from mglmm.pipeline import Pipeline
    lines = read(a.expressions)[:a.limit]
    pipeline = Pipeline(a.checkpoint, a.vision_tower or tower_of(a.checkpoint))
    seeds = sorted({line["seed"] for line in lines})
    other = {seed: seeds[(i + 1) % len(seeds)] for i, seed in enumerate(seeds)}
    results, rows, failures, answers = [], [], [], []
    for seed in seeds:
        scene = draw_scene(seed, a.long_side, smooth=2)
        picture = scene.picture()
        if a.shuffle:
            picture = draw_scene(other[seed], a.long_side, smooth=2).picture().resize(picture.size)
        seen = pipeline.see(picture)
        for line in (x for x in lines if x["seed"] == seed):
            answer = pipeline.ask(seen, instruction(line["expression"]))
            text = answer.text[:-4] if answer.text.endswith("</s>") else answer.text
            score = scored(line, text, list(answer.masks), truth(scene, line["targets"]))
            if line["kind"] == "unknown":
                score["right"] = score["refused"]
            results.append((line, score))
            answers.append({**line, "answer": text, **{k: v if isinstance(v, float) else int(v) for k, v in score.items()}})
            if not score["right"]:
                failures.append(f"{seed} [{line['kind']}] {line['expression']}  ->  {text}   "
                                f"({score['given']} of {score['wanted']} regions, IoU {score['giou']:.2f})")
            if a.sheet and (not score["right"] or not a.failures) and len(rows) < 72:
                rows.append((picture, list(answer.masks), f"[{line['kind']}] {line['expression']} -> {text}"))
    out = table(results)
    for name, values in out.items():
        print(f"{name:26}", "  ".join(f"{k} {v}" for k, v in values.items()) if isinstance(values, dict) else values)
    if a.failures:
        with open(a.failures, "w", encoding="utf-8") as file:
            file.write("\n".join(failures) + "\n")
    if a.answers:
        with open(a.answers, "w", encoding="utf-8") as file:
            file.writelines(json.dumps(x, ensure_ascii=False) + "\n" for x in answers)
    if a.sheet:
        from evaluate import sheet
        sheet(rows, a.sheet)
    if a.report:
        with open(a.report, "w", encoding="utf-8") as file:
            json.dump({"expressions": len(results), "shuffled": a.shuffle, "measures": out}, file, indent=2)


def segcap(a):
    from segcap import rle
    os.makedirs(os.path.join(a.output, "images"), exist_ok=True)
    lines = read(a.expressions)
    with open(os.path.join(a.output, "segcap.jsonl"), "w", encoding="utf-8") as file:
        for seed in sorted({line["seed"] for line in lines}):
            scene = draw_scene(seed, a.long_side, smooth=2)
            image = f"images/{seed:07d}.png"
            scene.picture().save(os.path.join(a.output, image))
            label = lambda t: str(t).partition(".")[2] or next(x.kind for x in scene.things if x.index == int(str(t)))
            parent = lambda t: next(x.kind for x in scene.things if x.index == int(str(t).split(".")[0])) if "." in str(t) else None
            for number, line in enumerate(x for x in lines if x["seed"] == seed):
                ids = line["targets"]
                task = "refer_none" if not ids else "refer_one" if len(ids) == 1 else "refer_many"
                answer = UNKNOWN + "that." if line["kind"] == "unknown" else "Nothing in the picture fits."
                if ids:
                    answer = " , ".join(f"<p> the {label(t)} </p> [SEG]" for t in ids) + " ."
                file.write(json.dumps({"id": f"{seed}-{number:02d}", "image": image, "width": scene.numbers.shape[1], "height": scene.numbers.shape[0],
                                       "task": task, "granularity": "part" if line["kind"] == "part" else "instance",
                                       "wording": "refer", "instruction": instruction(line["expression"]), "answer": answer,
                                       "masks": [rle.encode(m) for m in truth(scene, ids)], "labels": [label(t) for t in ids],
                                       "parents": [parent(t) for t in ids]}, ensure_ascii=False, separators=(",", ":")) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    p = commands.add_parser("measure", help="ask a model, and say how good its answers are")
    p.add_argument("--checkpoint", required=True, help="the checkpoint folder")
    p.add_argument("--vision-tower", help="the folder of its vision tower (default: what the checkpoint names)")
    p.add_argument("--expressions", required=True, help="the file of expressions")
    p.add_argument("--limit", type=int, help="only the first lines")
    p.add_argument("--long-side", type=int, default=320, help="pixels of the longer side (default 320)")
    p.add_argument("--shuffle", action="store_true", help="ask about another scene's picture")
    p.add_argument("--failures", help="write what went wrong, a line each")
    p.add_argument("--answers", help="write every answer with its numbers, as JSON lines")
    p.add_argument("--sheet", help="write a sheet of pictures with their answers")
    p.add_argument("--report", help="write the measures as JSON")
    p = commands.add_parser("make", help="write a file of expressions from the generator's held-out words and sentences")
    p.add_argument("--seed", type=int, required=True)
    p.add_argument("--count", type=int, required=True, help="number of scenes")
    p.add_argument("--output", required=True, help="file to write")
    p.add_argument("--families", choices=["held-out", "trained"], help="families of expressions that differ in a word, in frames that are never trained on or in those that are, instead")
    p = commands.add_parser("segcap", help="write a file of expressions as a segcap.jsonl with its pictures")
    p.add_argument("--expressions", required=True)
    p.add_argument("--output", required=True, help="folder to write")
    p.add_argument("--long-side", type=int, default=320)
    a = parser.parse_args()
    if a.command == "measure":
        measure(a)
    elif a.command == "segcap":
        segcap(a)
    else:
        with open(a.output, "w", encoding="utf-8") as file:
            file.writelines(json.dumps(x, ensure_ascii=False) + "\n" for x in (families(a.seed, a.count, held_out=a.families == "held-out") if a.families else made(a.seed, a.count)))


if __name__ == "__main__":
    main()
