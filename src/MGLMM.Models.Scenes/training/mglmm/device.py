"""Training on one device (a GPU): processes of the CPU draw the pictures and pack the batches, the device learns from them.

A batch travels as one flat buffer of bytes in shared memory, in the narrowest types that hold it, and is copied to the device in one piece.
The losses, the optimiser, the schedule and the files are those of training.py.
"""
import queue
import random
import sys
import threading
import time
import traceback

import numpy as np
import torch
import torch.multiprocessing as mp

from .data import FINE, Batch
from .products import use_bfloat16
from .training import Course, Flat, keep_memory, trained_and_decayed, update

#: How a tensor of a batch travels, by its name: half precision is more than a pixel or a share needs; coverage counts sub-samples.
HALF, COUNTED, BITS = ("clip", "sam", "where", "object_where"), ("coverage", "valid", "ignored"), ("dense_global",)
SUBSAMPLES = FINE * FINE
IN_FLIGHT = 2  # batches that wait for the device
ASKED = 2  # batches of other conversations and masks over the same pictures: drawing them costs as much as asking about them
MOST_FAILED = 20  # batches that a process may leave out


def narrowed(name, value):
    if name in HALF:
        return value.half()
    if name in COUNTED:
        return (value * SUBSAMPLES).round().to(torch.uint8)
    if name in BITS:
        return value.to(torch.uint8)
    return value.to(torch.int32) if value.dtype == torch.int64 else value


def widened(name, value):
    if name in COUNTED:
        return value.float() / SUBSAMPLES
    return value.long() if value.dtype == torch.int32 else value if value.dtype == torch.bool else value.float()


def pack(batch):
    """(one flat tensor of bytes, what is in it, what is no tensor)"""
    pieces, index, rest, at = [], [], {}, 0
    for name, value in vars(batch).items():
        if name in ("pictures", "items", "pairs"):
            continue
        parts = value.items() if isinstance(value, dict) else [(None, value)] if torch.is_tensor(value) else []
        if not parts:
            rest[name] = value
            continue
        for key, tensor in parts:
            tensor = narrowed(name, tensor).contiguous()
            raw = tensor.numpy().reshape(-1).view(np.uint8)
            index.append((name, key, tensor.dtype, tuple(tensor.shape), at, raw.size))
            pieces.append((at, raw))
            at += -(-raw.size // 16) * 16
    flat = torch.empty(at, dtype=torch.uint8)
    into = flat.numpy()
    for start, raw in pieces:
        into[start:start + raw.size] = raw
    return flat, index, rest


def unpack(flat, index, rest):
    """The batch on the device where the flat tensor is."""
    batch = Batch.__new__(Batch)
    vars(batch).update(rest)
    for name, key, dtype, shape, at, size in index:
        value = widened(name, flat[at:at + size].view(dtype).view(shape))
        if key is None:
            setattr(batch, name, value)
        else:
            vars(batch).setdefault(name, {})[key] = value
    return batch


def draw(rank, seed, lesson, out, stop):
    """Draws and packs batches until it is stopped."""
    torch.set_num_threads(1)
    keep_memory()
    rng = random.Random(seed * 1000 + rank)
    failed = 0
    while not stop.is_set():
        try:
            made = [[None if batch is None else pack(batch) for batch in batches] for batches in lesson.batches(rng, ASKED)]
        except (IndexError, KeyError, ValueError):
            # One scene that a rule did not foresee must not end hours of training; it is told, and many of them end it.
            traceback.print_exc()
            print("one batch is left out", file=sys.stderr, flush=True)
            failed += 1
            if failed > MOST_FAILED:
                raise
            continue
        for batches in made:
            while not stop.is_set():
                try:
                    out.put(batches, timeout=1)
                    break
                except queue.Full:
                    pass


def fetch(source, ready, device, stop):
    """Moves batches to the device, a few ahead of their use."""
    def moved(packed):
        if packed is None:
            return None
        flat, index, rest = packed
        flat = flat.pin_memory().to(device, non_blocking=True) if device.type == "cuda" else flat
        return unpack(flat, index, rest)

    while not stop.is_set():
        try:
            batches = source.get(timeout=1)
        except queue.Empty:
            continue
        item = [moved(batch) for batch in batches]
        while not stop.is_set():
            try:
                ready.put(item, timeout=1)
                break
            except queue.Full:
                pass


def run(phase, options, lesson, moments, device, workers):
    """One phase on the device until the clock says so; the same options, states and logs as on the CPU."""
    learner = lesson.learner
    # The processes that draw are made before the device is touched: they must not inherit it.
    context = mp.get_context("fork")
    stop, source, ready, ended = context.Event(), context.Queue(max(2, workers)), queue.Queue(IN_FLIGHT), threading.Event()
    seed = options["seed"] * 1000 + options["step"]
    drawing = [context.Process(target=draw, args=(rank, seed, lesson, source, stop), daemon=True)
               for rank in range(workers)]
    for process in drawing:
        process.start()
    try:
        use_bfloat16(False)
        if device.type == "cuda":
            torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
        learner.to(device)
        flat = Flat(learner, shared=False)
        gradients = torch.zeros_like(flat.data)
        flat.attach_gradients(learner, gradients)
        trained, decayed = trained_and_decayed(learner, flat, lesson.trains, options["freeze"])
        moments = [m.to(device) for m in moments]
        course = Course(phase, options, lesson, moments)
        threading.Thread(target=fetch, args=(source, ready, device, ended), daemon=True).start()
        while (progress := course.progress) < 1:
            rate, at = course.rate(progress), time.time()
            batches = next_batch(ready, drawing)
            waited = time.time() - at
            gradients.zero_()
            facts = lesson.learn(batches, progress)
            norm = update(flat.data, gradients.mul_(trained), moments, trained, decayed, rate, course.step)
            course.learned(lesson.settings["images"], {**facts, "norm": norm}, progress, rate, waited)
            course.keep()
        course.finish()
    finally:
        ended.set()
        stop.set()
        for process in drawing:
            process.terminate()
            process.join(5)


def next_batch(ready, drawing):
    """The next batch; an error where a process that draws has ended."""
    while True:
        try:
            return ready.get(timeout=20)
        except queue.Empty:
            ended = [p.exitcode for p in drawing if p.exitcode is not None]
            if ended:
                raise SystemExit(f"a process that draws pictures ended with {ended[0]}")
            print("waiting for pictures", file=sys.stderr, flush=True)
