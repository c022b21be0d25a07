#!/usr/bin/env python3
"""Breaks places drawn by lot and tells how many of them a test notices: what tests/mutation.sh does with dotnet-stryker, small and without it.

    tests/breaks/mutate.py Masks --mutants 20 --seed 1
    tests/breaks/mutate.py Vision Evaluation --scratch /tmp/breaks

Of each part (all of MGLMM.Masks, the geometry of MGLMM.Vision, the metrics of MGLMM.Evaluation) it lists the places that can be changed: comparisons (< and
<=, > and >=, == and !=), + and -, && and ||, true and false, ++ and --, whole numbers (one more), and the sign of a returned value; draws as many as
wanted with the seed; and for each builds and runs the part's tests in a scratch copy of HEAD, as breaks.py does. What does not build is drawn again. The same
commit, seed and number give the same mutants. A sample says how many of all would be noticed only within its error, which is printed.
"""

import argparse
import math
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile

import breaks

PARTS = {
    "Masks": ("src/MGLMM.Masks", "MGLMM.Masks.Tests", "*"),
    "Vision": ("src/MGLMM.Vision/Geometry", "MGLMM.Vision.Tests", "*"),
    "Evaluation": ("src/MGLMM.Evaluation/Metrics", "MGLMM.Evaluation.Tests", "*"),
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


def places(folder):
    """All places: the file, where in it, what stands there and what is put there."""
    found = []
    for path in sorted((breaks.ROOT / folder).rglob("*.cs")):
        text = path.read_text(encoding="utf-8")
        start = 0
        for line in text.splitlines(keepends=True):
            if not SKIPPED.search(line):
                code = line.split("//")[0]
                for pattern, put in CHANGES:
                    for match in pattern.finditer(code):
                        new = put if put is not None else str(int(match.group()) + 1)
                        found.append((path.relative_to(breaks.ROOT), start + match.start(), match.group(), new))
            start += len(line)
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="Masks, Vision, Evaluation; all of them if none is named")
    parser.add_argument("--mutants", type=int, default=20, help="how many of each part (20)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--scratch", type=pathlib.Path, help="a folder to build in, kept afterwards; made where it is not there")
    parser.add_argument("--list", action="store_true", help="only count the places and show what would be drawn")
    options = parser.parse_args()
    parts = options.parts or list(PARTS)
    if options.list:
        for part in parts:
            drawn = places(PARTS[part][0])
            print(f"{part}: {len(drawn)} places")
            random.Random(f"{options.seed} {part}").shuffle(drawn)
            for path, at, old, new in drawn[:options.mutants]:
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
            sample(scratch, part, options.mutants, options.seed, head)
        return 0
    finally:
        if not options.scratch:
            subprocess.run(["git", "worktree", "remove", "--force", str(scratch)], cwd=breaks.ROOT, check=False)
            shutil.rmtree(scratch.parent, ignore_errors=True)


def where(path, at):
    return f"{path}:{(breaks.ROOT / path).read_text(encoding='utf-8').count(chr(10), 0, at) + 1}"


def sample(scratch, part, wanted, seed, head):
    folder, project, classes = PARTS[part]
    drawn = places(folder)
    print(f"== {part} at {head[:10]}: {len(drawn)} places, seed {seed}", flush=True)
    if (fault := breaks.build(scratch, f"tests/{project}")) is not None:
        raise SystemExit(f"{project} does not build unbroken: {fault}")
    if (failed := breaks.run(scratch, project, classes)) != []:
        raise SystemExit(f"{project} fails unbroken: {failed}")
    random.Random(f"{seed} {part}").shuffle(drawn)
    tried = noticed = 0
    for path, at, old, new in drawn:
        if tried == wanted:
            break
        whole = (scratch / path).read_text(encoding="utf-8")
        (outcome, why) = breaks.broken(scratch, path.as_posix(), whole[:at] + new + whole[at + len(old):], project, classes)
        print(f"{'left out' if outcome == 'INVALID' else outcome}\t{where(path, at)}\t{old.strip()} -> {new.strip()}\t{why[:160]}", flush=True)
        tried += outcome != "INVALID"
        noticed += outcome == "noticed"
    share = noticed / max(1, tried)
    error = 1.96 * math.sqrt(share * (1 - share) / max(1, tried))
    print(f"{part}: {noticed} of {tried} noticed, {share:.2f} (95 of 100: {max(0, share - error):.2f} to {min(1, share + error):.2f})", flush=True)


if __name__ == "__main__":
    sys.exit(main())
