"""COCO run lengths: column-major runs, and their compact string form."""
import numpy as np


def encode(mask):
    """A Boolean array as {"size": [height, width], "counts": string}."""
    h, w = mask.shape
    flat = np.asarray(mask, dtype=np.uint8).T.ravel()
    change = np.flatnonzero(flat[1:] != flat[:-1]) + 1
    bounds = np.concatenate(([0], change, [flat.size]))
    counts = np.diff(bounds)
    if flat.size and flat[0]:
        counts = np.concatenate(([0], counts))
    return {"size": [int(h), int(w)], "counts": to_string(counts)}


class _Words(dict):
    """The characters of one number, remembered: masks repeat the same small differences."""

    def __missing__(self, x):
        out, rest, more = "", x, True
        while more:
            c = rest & 0x1F
            rest >>= 5
            more = (rest != -1) if c & 0x10 else (rest != 0)
            out += chr((c | 0x20 if more else c) + 48)
        if len(self) < 100_000:
            self[x] = out
        return out


_WORDS = _Words()


def to_string(counts):
    """COCO's compact form: every count as its difference to the count before the last, five bits a character."""
    counts = np.asarray(counts, dtype=np.int64)
    steps = counts.copy()
    steps[3:] -= counts[1:-2]
    return "".join([_WORDS[x] for x in steps.tolist()])


def runs_of(text):
    """The runs of the compact string, as an array: five bits a character, the sixth says that more follow, the highest of the last is the sign."""
    try:
        c = np.frombuffer(text.encode("ascii"), np.uint8).astype(np.int64) - 48
    except UnicodeEncodeError:
        c = np.array([-1])
    if not c.size:
        return c
    last = (c & 0x20) == 0
    if c.min() < 0 or c.max() > 63 or not last[-1]:
        raise ValueError("not the compact string of run lengths")
    ends = np.flatnonzero(last)
    starts = np.concatenate(([0], ends[:-1] + 1))
    place = np.arange(c.size) - np.repeat(starts, ends - starts + 1)
    if place.max() > 11:
        raise ValueError("not the compact string of run lengths")
    values = np.add.reduceat((c & 0x1F) << (5 * place), starts)
    values -= np.where(c[ends] & 0x10, np.int64(1) << (5 * (ends - starts + 1)), 0)
    # Every run but the first three is told by its difference to the one before the last.
    values[1::2] = np.cumsum(values[1::2])
    values[2::2] = np.cumsum(values[2::2])
    return values


def from_string(text):
    return runs_of(text).tolist()


def decode(rle):
    """The Boolean array of {"size", "counts"}; counts may be the string or a list."""
    h, w = rle["size"]
    counts = rle["counts"]
    counts = runs_of(counts) if isinstance(counts, str) else np.asarray(counts, np.int64)
    total = int(counts.sum())
    if counts.size and counts.min() < 0 or total != h * w:
        raise ValueError(f"run lengths cover {total} pixels, the size says {h * w}")
    flat = np.repeat(np.arange(counts.size) % 2 == 1, counts)
    return flat.reshape(w, h).T
