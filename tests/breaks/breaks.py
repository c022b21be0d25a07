#!/usr/bin/env python3
"""Breaks one line at a time and looks whether the test that holds it fails.

    tests/breaks.sh                          all breaks of tests/breaks/breaks.tsv
    tests/breaks.sh --only SaveGuard         those whose row has the word
    tests/breaks.sh --scratch /tmp/breaks    keeps the copy that is built, so that a second run begins at once
    tests/breaks.sh --check                  only looks whether each text is found exactly once

The repository itself is never changed: the commit that HEAD names is checked out into a scratch folder (a git worktree), and broken there. First each
test class must pass unbroken; then, for each row, the text is exchanged, its library is built and laid beside the
tests, the class is run, and all is put back. A break is
"noticed" if a test fails or does not end within two minutes, "SURVIVED" if all pass, "INVALID" if the text is not found once or the broken code does not
build. Ends with 1 unless all are noticed. Needs git, the .NET SDK and Python 3, and on two cores some twenty seconds a break.
"""

import argparse
import csv
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
TABLE = HERE / "breaks.tsv"
LONGEST_RUN = 120

# What is broken may leave a parameter unused or code unreached; the compiler would notice that, but here the tests are to.
UNCHECKED = ["-p:TreatWarningsAsErrors=false", "-p:RunAnalyzers=false", "-p:EnforceCodeStyleInBuild=false"]


def rows(only):
    with open(TABLE, encoding="utf-8", newline="") as file:
        table = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [row for row in table if not only or any(only.lower() in value.lower() for value in row.values())]


def occurrences(root, row):
    path = root / row["file"]
    return path.read_text(encoding="utf-8").count(row["find"]) if path.exists() else 0


def build(scratch, project, *more):
    done = subprocess.run(
        ["dotnet", "build", project, *more, "-v", "q", "-clp:NoSummary", *UNCHECKED], cwd=scratch, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    return None if done.returncode == 0 else next((line for line in done.stdout.splitlines() if " error " in line), done.stdout[-400:])


def put(path, content):
    """Writes a file anew: what a build laid there may be a link to another file."""
    fresh = path.with_name(path.name + ".new")
    fresh.write_bytes(content)
    os.replace(fresh, path)


def run(scratch, project, classes, longest=LONGEST_RUN):
    """The tests that failed; None where the run did not end in time."""
    program = scratch / "artifacts" / "bin" / project / "debug" / project
    filters = [] if classes == "*" else [part for name in classes.split(",") for part in ("-class", f"*.{name}")]
    try:
        done = subprocess.run(
            [program, *filters, "-noColor"], cwd=scratch, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=longest, check=False)
    except subprocess.TimeoutExpired:
        return None
    total = re.search(r"Total: (\d+)", done.stdout)
    if total is None and done.returncode == 0 or total is not None and total.group(1) == "0":
        raise SystemExit(f"{project}: no test of {classes} was run.\n{done.stdout[-800:]}")
    failed = re.findall(r"^ *(\S.*?) \[FAIL\]", done.stdout, re.MULTILINE)
    return failed or ([f"exit code {done.returncode}"] if done.returncode != 0 else [])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", help="a word of the rows to try")
    parser.add_argument("--scratch", type=pathlib.Path, help="a folder to build in, kept afterwards; made where it is not there")
    parser.add_argument("--check", action="store_true", help="only look whether each text is found once")
    options = parser.parse_args()
    chosen = rows(options.only)
    if not chosen:
        raise SystemExit(f"No row of {TABLE.name} has '{options.only}'.")

    lost = [f"{row['name']}: {times} times in {row['file']}" for row in chosen if (times := occurrences(ROOT, row)) != 1]
    if options.check:
        print("\n".join(lost) or f"Each of {len(chosen)} texts is found once.")
        return 1 if lost else 0

    scratch = options.scratch.resolve() if options.scratch else pathlib.Path(tempfile.mkdtemp(prefix="mglmm-breaks-")) / "tree"
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
    if scratch.exists():
        subprocess.run(["git", "checkout", "-q", "--force", "--detach", head], cwd=scratch, check=True)
    else:
        subprocess.run(["git", "worktree", "add", "-q", "--detach", str(scratch), head], cwd=ROOT, check=True)
    try:
        return try_all(scratch, chosen, head)
    finally:
        if not options.scratch:
            subprocess.run(["git", "worktree", "remove", "--force", str(scratch)], cwd=ROOT, check=False)
            shutil.rmtree(scratch.parent, ignore_errors=True)


def try_all(scratch, chosen, head):
    print(f"Commit {head[:10]}, {len(chosen)} breaks", flush=True)
    for project in dict.fromkeys(row["project"] for row in chosen):
        if (fault := build(scratch, f"tests/{project}")) is not None:
            raise SystemExit(f"{project} does not build unbroken: {fault}")
        for classes in dict.fromkeys(row["class"] for row in chosen if row["project"] == project):
            if (failed := run(scratch, project, classes)) != []:
                raise SystemExit(f"{project}: {classes} fails unbroken: {failed}")
        print(f"{project}: its classes pass unbroken", flush=True)

    outcomes = {"noticed": 0, "SURVIVED": 0, "INVALID": 0}
    # One project after the other, so that little is built again.
    for row in sorted(chosen, key=lambda row: row["project"]):
        started = time.monotonic()
        (outcome, why) = try_one(scratch, row)
        outcomes[outcome] += 1
        print(f"{outcome}\t{row['name']}\t{row['project']} {row['class']}\t{why}\t{time.monotonic() - started:.0f} s", flush=True)

    print(f"{outcomes['noticed']} of {len(chosen)} noticed, {outcomes['SURVIVED']} survived, {outcomes['INVALID']} invalid")
    return 0 if outcomes["noticed"] == len(chosen) else 1


def try_one(scratch, row):
    if (times := occurrences(scratch, row)) != 1:
        return "INVALID", f"the text is there {times} times"
    whole = (scratch / row["file"]).read_text(encoding="utf-8")
    return broken(scratch, row["file"], whole.replace(row["find"], row["put"]), row["project"], row["class"])


COMMANDS = {}


def compile_alone(scratch, library):
    """Compiles one library with the very command that its build runs, but without the build around it. What is wrong, or None."""
    if library not in COMMANDS:
        source = next((scratch / "src" / library).rglob("*.cs"))
        source.touch()
        done = subprocess.run(
            ["dotnet", "build", f"src/{library}", "--no-dependencies", "--no-restore", "-v:detailed", *UNCHECKED], cwd=scratch, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        line = next((line for line in done.stdout.splitlines() if " /noconfig " in line and "/out:" in line), None)
        if line is None:
            raise SystemExit(f"{library}: the compiler's command is not in what its build prints.\n{done.stdout[-800:]}")
        # As it stands, for the compiler reads commas outside of quotation marks as its own.
        (program, arguments) = line.strip().split(" /noconfig ", 1)
        answers = scratch / "artifacts" / "obj" / f"{library}.rsp"
        answers.write_text(arguments, encoding="utf-8")
        COMMANDS[library] = [*shlex.split(program), "/noconfig", "/shared", f"@{answers}"]
    done = subprocess.run(COMMANDS[library], cwd=scratch / "src" / library, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    return None if done.returncode == 0 else next((line for line in done.stdout.splitlines() if " error " in line), done.stdout[-400:])


def broken(scratch, file, text, project, classes, longest=LONGEST_RUN):
    """The outcome with another text in a file. Only the file's own library is compiled and laid beside the tests, for no break changes what others see of it."""
    path = scratch / file
    whole = path.read_text(encoding="utf-8")
    library = pathlib.PurePosixPath(file).parts[1]
    (made, beside) = (scratch / "artifacts" / folder / name / "debug" / f"{library}.dll" for folder, name in (("obj", library), ("bin", project)))
    if library not in COMMANDS and (fault := compile_alone(scratch, library)) is not None:
        raise SystemExit(f"{library} does not compile unbroken: {fault}")
    (kept, beside_kept) = (made.read_bytes(), beside.read_bytes())
    path.write_text(text, encoding="utf-8")
    try:
        if (fault := compile_alone(scratch, library)) is not None:
            return "INVALID", "does not build: " + fault
        if made.read_bytes() == kept:
            return "INVALID", "the built library is the same"
        put(beside, made.read_bytes())
        failed = run(scratch, project, classes, longest)
        return ("noticed", "did not end") if failed is None else ("noticed", f"{len(failed)} failed, {failed[0]}") if failed else ("SURVIVED", "all passed")
    finally:
        path.write_text(whole, encoding="utf-8")
        put(made, kept)
        put(beside, beside_kept)


if __name__ == "__main__":
    sys.exit(main())
