#!/usr/bin/env python3
"""Trains the scenes model from nothing, or goes on where a run was stopped.

    train.py --out DIR --minutes 120            the whole: masks beside vision and language, then everything together
    train.py --out DIR --end 18:30              the same, planned to end at a time of day
    train.py --out DIR --phase joint --minutes 60 --init DIR/masks.pt DIR/language.pt
    train.py --out DIR --phase joint --minutes 60 --init checkpoint --tokenizer checkpoint/mglmm-scenes       an exported model goes on
    train.py --out DIR --minutes 60 --init checkpoint --data own/segcap.jsonl scenes --weights 3 1            it learns somebody's own world

Every phase writes DIR/<phase>.jsonl (log and validation) and DIR/<phase>.pt (resumable); a phase that is done is skipped.
The checkpoint in the official layout is written to DIR/export while the last phase runs, and at its end.
"""
import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import argparse
import multiprocessing
import time

#: Two tracks run beside each other until the joint phase; a phase ends at this share of the whole time.
#: Looking needs by far the most pictures, and they are cheap: what the encoder does not see, no other phase can learn to say. The joint
#: phase goes on with all of it at almost the same pace, so it may begin early.
TRACKS, JOINT = ((("masks", 0.3),), (("vision", 0.2), ("language", 0.3))), 1.0


def clock_time(text):
    """The next time the clock shows HH:MM, in seconds since the epoch."""
    hours, minutes = (int(v) for v in text.split(":"))
    now = time.localtime()
    at = time.mktime((now.tm_year, now.tm_mon, now.tm_mday, hours, minutes, 0, 0, 0, -1))
    return at if at > time.time() else at + 86400


def make_tokenizer(folder):
    from mglmm.checkpoint import tokenizer_files
    from mglmm.configuration import PIECES
    from mglmm.tokenizer import train_sentencepiece
    from segcap.vocabulary import corpus
    if os.path.exists(os.path.join(folder, "added_tokens.json")):
        return
    os.makedirs(folder, exist_ok=True)
    train_sentencepiece(corpus(), os.path.join(folder, "tokenizer"), PIECES)
    tokenizer_files(folder, PIECES)


def phase(name, a, end, init, workers):
    from mglmm.training import SMALL_SIDES, run_phase
    run_phase(name, a.out, a.tokenizer, init, end, workers, a.seed, a.rate, a.validation, export=a.export,
              export_every=a.export_every * 60 if name in ("joint", "spoken") else 0, long_side=SMALL_SIDES if name == "vision" else None, freeze=a.freeze,
              device=a.device, warm_up=a.warm_up, steps=a.steps if a.phase else None, validate_every=a.validate_every * 60, log_every=a.log_every,
              settings={name: value for name, value in (("images", a.images), ("extra", a.extra), ("with masks", a.with_masks)) if value is not None})


def track(phases, a, at, workers):
    """Phases one after another; each starts from the one before."""
    init = [i for i in a.init if len(phases) > 1]
    for name, share in phases:
        phase(name, a, at(share), init, workers)
        init = [os.path.join(a.out, name + ".pt")]


def tune(a, parser, end):
    """Fine-tuning on SegCap files."""
    from mglmm.tuning import IMAGES, MASKS, SCENES, run_tuning
    from segcap.reading import BadData
    if not a.init or len(a.init) > 1:
        parser.error("--data needs --init, with the one checkpoint (or state) to begin from")
    if a.phase:
        parser.error("--data is a phase of its own; leave out --phase")
    weights = a.weights or [1.0] * len(a.data)
    if len(weights) != len(a.data) or min(weights) <= 0:
        parser.error(f"--weights needs one rate above 0 for each of the {len(a.data)} sources of --data")
    if all(d == SCENES for d in a.data):
        parser.error("--data needs a SegCap file beside the scenes; to go on with scenes alone take --phase joint")
    if not 0 <= a.held_out < 1 or a.lora is not None and a.lora < 1:
        parser.error("--held-out is a share from 0 to below 1, --lora a rank of 1 or more")
    try:
        run_tuning(a.data, weights, a.init[0], a.out, end, a.tokenizer, a.workers, a.seed, a.rate, a.lora, a.new_words, a.held_out, a.validation, a.flip, not a.no_augment,
                   a.images or IMAGES, a.masks or MASKS, a.device, a.warm_up, a.validate_every * 60, log_every=a.log_every, export=a.export, export_every=a.export_every * 60,
                   freeze=["mglmm." + f if not f.startswith("mglmm") else f for f in a.freeze], name=a.name, steps=a.steps)
    except BadData as problem:
        raise SystemExit(f"train.py: {problem}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", required=True, help="folder for logs, states and the exported checkpoint")
    parser.add_argument("--minutes", type=float, default=120, help="wall-clock time for everything that is run")
    parser.add_argument("--end", help="time of day HH:MM to end at; wins over --minutes")
    parser.add_argument("--phase", choices=["masks", "vision", "language", "joint", "spoken"], help="only this phase")
    parser.add_argument("--init", nargs="*", default=[], help="states of finished phases, or the folder of an exported checkpoint, to start from (with --phase)")
    parser.add_argument("--freeze", nargs="*", default=[], help="parameters that stay as they are, by the beginning of their names")
    parser.add_argument("--workers", type=int, default=multiprocessing.cpu_count(), help="single-threaded worker processes; with a GPU, those that draw for it")
    parser.add_argument("--device", help="the device that learns: cuda, cuda:1, or cpu for workers that learn themselves (default: cuda where there is one)")
    parser.add_argument("--warm-up", type=int, default=40, help="steps until the full learning rate")
    parser.add_argument("--validate-every", type=float, default=6.7, help="minutes between validations")
    parser.add_argument("--log-every", type=float, default=20, help="seconds between lines of the log")
    parser.add_argument("--tokenizer", help="folder of the tokenizer; made when missing (default OUT/tokenizer)")
    parser.add_argument("--export", help="folder of the exported checkpoint (default OUT/export)")
    parser.add_argument("--export-every", type=float, default=12, help="minutes between exports in the joint phase")
    parser.add_argument("--images", type=int, help="pictures of a worker and step, instead of the phase's own number (with --phase)")
    parser.add_argument("--extra", type=int, help="pictures that are only looked at, beside them")
    parser.add_argument("--with-masks", type=int, help="how many of a step's pictures are asked for masks; the grounding encoder is spared the others")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rate", type=float, default=1.0, help="factor on every phase's learning rate")
    parser.add_argument("--validation", type=int, default=24, help="held-out pictures for validation on the way")
    parser.add_argument("--steps", type=int, help="end after so many steps, instead of by the clock (with --phase or --data)")
    tuning = parser.add_argument_group("fine-tuning")
    tuning.add_argument("--data", nargs="+", metavar="SOURCE", help="SegCap files to learn from, and 'scenes' for the drawn world, so that what the model knows is kept")
    tuning.add_argument("--weights", nargs="+", type=float, metavar="RATE", help="how often each source is drawn, one rate for each (default: all alike)")
    tuning.add_argument("--lora", type=int, metavar="RANK", help="learn adapters of this rank beside the layers, instead of all parameters")
    tuning.add_argument("--new-words", type=int, default=8, metavar="TIMES", help="words of the data said at least so often get pieces of their own in the tokenizer; 0: none (default 8)")
    tuning.add_argument("--held-out", type=float, default=0.1, metavar="SHARE", help="of the pictures of each file, held back for validation (default 0.1)")
    tuning.add_argument("--flip", choices=["none", "horizontal", "both"], default="none", help="whether pictures may be turned over (words of sides are exchanged then)")
    tuning.add_argument("--no-augment", action="store_true", help="show pictures as they are: not moved, scaled, flipped or tinted")
    tuning.add_argument("--masks", type=int, help="masks learnt of each picture and step (default 10)")
    tuning.add_argument("--name", help="what the fine-tuned model is called (default mglmm-tuned)")
    a = parser.parse_args()
    if a.weights and not a.data:
        parser.error("--weights is for --data")
    given_tokenizer = a.tokenizer
    a.tokenizer = a.tokenizer or os.path.join(a.out, "tokenizer")
    a.export = a.export or os.path.join(a.out, "export")
    if a.device is None:
        import torch
        a.device = "cuda" if torch.cuda.is_available() else "cpu"
    if a.device == "cpu":
        a.device = None
    begun = time.time()
    end = clock_time(a.end) if a.end else begun + 60 * a.minutes
    if a.data:
        a.tokenizer = given_tokenizer
        tune(a, parser, end)
        return
    make_tokenizer(a.tokenizer)
    if a.phase:
        phase(a.phase, a, end, a.init, a.workers)
        return
    state = lambda name: os.path.join(a.out, name + ".pt")
    at = lambda share: begun + (end - begun) * share
    beside = [multiprocessing.Process(target=track, args=(phases, a, at, max(1, a.workers // 2))) for phases in TRACKS]
    for p in beside:
        p.start()
    for p in beside:
        p.join()
        if p.exitcode:
            raise SystemExit("a phase failed")
    phase("joint", a, at(JOINT), [state("language"), state("masks")], a.workers)


if __name__ == "__main__":
    main()
