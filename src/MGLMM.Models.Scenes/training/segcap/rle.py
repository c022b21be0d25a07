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


def from_string(text):
    counts, position = [], 0
    while position < len(text):
        x, k, more = 0, 0, True
        while more:
            c = ord(text[position]) - 48
            x |= (c & 0x1F) << (5 * k)
            more = bool(c & 0x20)
            position += 1
            k += 1
            if not more and c & 0x10:
                x |= -1 << (5 * k)
        if len(counts) > 2:
            x += counts[-2]
        counts.append(x)
    return counts


def decode(rle):
    """The Boolean array of {"size", "counts"}; counts may be the string or a list."""
    h, w = rle["size"]
    counts = rle["counts"]
    if isinstance(counts, str):
        counts = from_string(counts)
    values = np.arange(len(counts)) % 2
    flat = np.repeat(values, counts).astype(bool)
    if flat.size != h * w:
        raise ValueError(f"run lengths cover {flat.size} pixels, the size says {h * w}")
    return flat.reshape(w, h).T
