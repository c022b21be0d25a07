#!/usr/bin/env python3
"""Breaks places drawn by lot and tells how many of them a test notices: what tests/mutation.sh does with dotnet-stryker, small and without it.

    tests/breaks/mutate.py Masks --mutants 20 --seed 1 2 3
    tests/breaks/mutate.py Vision Evaluation --scratch /tmp/breaks

Of each part (all of MGLMM.Masks, the geometry of MGLMM.Vision, the metrics of MGLMM.Evaluation) it lists the places that can be changed: comparisons (< and
<=, > and >=, == and !=), + and -, && and ||, true and false, ++ and --, whole numbers (one more), and the sign of a returned value; draws as many as
wanted with each seed; and for each builds the library and runs the part's tests in a scratch copy of HEAD, as breaks.py does. What does not build, and
what equivalent.tsv names as a change that nobody could see, is drawn again. The same commit, seeds and number give the same mutants. A sample says how
many of all would be noticed only within its bounds (Wilson's, 95 of 100), which are printed.
"""

import argparse
import csv
import math
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time

import breaks

PARTS = {
    "Masks": ("src/MGLMM.Masks", "MGLMM.Masks.Tests", "*"),
    "Vision": ("src/MGLMM.Vision/Geometry", "MGLMM.Vision.Tests", "Geometry.*,GroundingTests,HostRegionTests,RegionBoxTests"),
    "Evaluation": ("src/MGLMM.Evaluation/Metrics", "MGLMM.Evaluation.Tests", "Metrics.*"),
}

# What is changed into what. Spaces around an operator keep type arguments and lambdas out.
CHANGES = [
    (re.compile(r" < "), " <= "), (re.compile(r" <= "), " < "), (re.compile(r" > "), " >= "), (re.compile(r" >= "), " > "),
    (re.compile(r" == "), " != "), (re.compile(r" != "), " == "), (re.compile(r" \+ "), " - "), (re.compile(r" - "), " + "),
    (re.compile(r" && "), " || "), (re.compile(r" \|\| "), " && "), (re.compile(r"\btrue\b"), "false"), (re.compile(r"\bfalse\b"), "true"),
    (re.compile(r"\+\+"), "--"), (re.compile(r"(?<!-)--(?!-)"), "++"),
    (re.compile(r"(?<![\w.\"])\d+(?![\w.\"])"), None), (re.compile(r"\breturn (?=[a-z_(])(?!this\b|null\b|new\b|default\b|true\b|false\b)"), "return -"),
]
SKIPPED = re.compile(r'^\s*(?://|\[|#|using\b|namespace\b|case\b)|"|\'|\bthrow\b|Exception')


EQUIVALENT = breaks.HERE / "equivalent.tsv"


def equivalent():
    """Changes that nobody could see: file, line without its indent, which of its places (from 1), what is put there."""
    with open(EQUIVALENT, encoding="utf-8", newline="") as file:
        return {(row["file"], row["line"], int(row["place"]), row["put"]) for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)}


def places(folder):
    """All places: the file, where in it, what stands there, what is put there, and how equivalent.tsv would name it."""
    found = []
    for path in sorted((breaks.ROOT / folder).rglob("*.cs")):
        text = path.read_text(encoding="utf-8")
        start = 0
        for line in text.splitlines(keepends=True):
            if not SKIPPED.search(line):
                code = line.split("//")[0]
                for pattern, put in CHANGES:
                    for number, match in enumerate(pattern.finditer(code), 1):
                        new = put if put is not None else str(int(match.group()) + 1)
                        file = path.relative_to(breaks.ROOT)
                        found.append((file, start + match.start(), match.group(), new, (file.as_posix(), line.strip(), number, new.strip())))
            start += len(line)
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="Masks, Vision, Evaluation; all of them if none is named")
    parser.add_argument("--mutants", type=int, default=20, help="how many of each part with each seed (20)")
    parser.add_argument("--seed", type=int, nargs="+", default=[1])
    parser.add_argument("--scratch", type=pathlib.Path, help="a folder to build in, kept afterwards; made where it is not there")
    parser.add_argument("--earlier", type=pathlib.Path, help="what an earlier run printed: what was noticed then, of the same code and fewer tests, is not tried again")
    parser.add_argument("--list", action="store_true", help="only count the places and show what would be drawn")
    options = parser.parse_args()
    parts = options.parts or list(PARTS)
    if options.list:
        for part in parts:
            all_places = places(PARTS[part][0])
            print(f"{part}: {len(all_places)} places")
            for seed in options.seed:
                for path, at, old, new, _ in shuffled(all_places, seed, part)[:options.mutants]:
                    print(f"  {where(path, at)}: {old.strip()} -> {new.strip()}")
        return 0

    scratch = options.scratch.resolve() if options.scratch else pathlib.Path(tempfile.mkdtemp(prefix="mglmm-mutants-")) / "tree"
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=breaks.ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
    if subprocess.run(["git", "diff", "--quiet", "HEAD", "--", *(PARTS[part][0] for part in parts)], cwd=breaks.ROOT, check=False).returncode != 0:
        raise SystemExit("The code to be changed differs from HEAD; commit it first.")
    if scratch.exists():
        subprocess.run(["git", "checkout", "-q", "--force", "--detach", head], cwd=scratch, check=True)
    else:
        subprocess.run(["git", "worktree", "add", "-q", "--detach", str(scratch), head], cwd=breaks.ROOT, check=True)
    try:
        for part in parts:
            sample(scratch, part, options.mutants, options.seed, head, before(options.earlier))
        return 0
    finally:
        if not options.scratch:
            subprocess.run(["git", "worktree", "remove", "--force", str(scratch)], cwd=breaks.ROOT, check=False)
            shutil.rmtree(scratch.parent, ignore_errors=True)


def shuffled(all_places, seed, part):
    drawn = list(all_places)
    random.Random(f"{seed} {part}").shuffle(drawn)
    return drawn


def where(path, at):
    return f"{path}:{(breaks.ROOT / path).read_text(encoding='utf-8').count(chr(10), 0, at) + 1}"


def bounds(hits, tries):
    """Wilson's bounds of a share, 95 of 100."""
    if tries == 0:
        return 0, 1
    (share, square) = (hits / tries, 1.96 ** 2)
    middle = (share + square / (2 * tries)) / (1 + square / tries)
    half = 1.96 / (1 + square / tries) * math.sqrt(share * (1 - share) / tries + square / (4 * tries ** 2))
    return max(0, middle - half), min(1, middle + half)


def before(earlier):
    """What an earlier run noticed: where (with the place in the line) and change."""
    lines = earlier.read_text(encoding="utf-8").splitlines() if earlier else []
    return {tuple(line.split("\t")[1:3]): line.split("\t")[3] for line in lines if line.startswith("noticed\t")}


def sample(scratch, part, wanted, seeds, head, noticed_before):
    folder, project, classes = PARTS[part]
    all_places = places(folder)
    print(f"== {part} at {head[:10]}: {len(all_places)} places, seeds {' '.join(map(str, seeds))}", flush=True)
    if (fault := breaks.build(scratch, f"tests/{project}")) is not None:
        raise SystemExit(f"{project} does not build unbroken: {fault}")
    started = time.monotonic()
    if (failed := breaks.run(scratch, project, classes)) != []:
        raise SystemExit(f"{project} fails unbroken: {failed}")
    longest = max(20, 6 * (time.monotonic() - started))
    (known, tried, totals) = (equivalent(), set(), {"noticed": 0, "SURVIVED": 0, "equivalent": 0, "INVALID": 0})
    for seed in seeds:
        left = wanted
        for path, at, old, new, name in shuffled(all_places, seed, part):
            if left == 0:
                break
            if (path, at, new) in tried:
                continue
            tried.add((path, at, new))
            (place, change) = (f"{where(path, at)}#{name[2]}", f"{old.strip()} -> {new.strip()}")
            if name in known:
                (outcome, why) = ("equivalent", "")
            elif (place, change) in noticed_before:
                (outcome, why) = ("noticed", noticed_before[place, change])
            else:
                whole = (scratch / path).read_text(encoding="utf-8")
                (outcome, why) = breaks.broken(scratch, path.as_posix(), whole[:at] + new + whole[at + len(old):], project, classes, longest)
            totals[outcome] += 1
            left -= outcome in ("noticed", "SURVIVED")
            print(f"{outcome}\t{place}\t{change}\t{why[:160]}", flush=True)
    (noticed, counted) = (totals["noticed"], totals["noticed"] + totals["SURVIVED"])
    (least, most) = bounds(noticed, counted)
    print(f"{part}: {noticed} of {counted} noticed, {noticed / max(1, counted):.2f} (95 of 100: {least:.2f} to {most:.2f}); "
          f"{totals['equivalent']} equivalent and {totals['INVALID']} that do not build left out", flush=True)


if __name__ == "__main__":
    sys.exit(main())
