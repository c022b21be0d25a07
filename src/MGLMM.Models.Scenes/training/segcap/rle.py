"""COCO run lengths: column-major runs, and their compact string form."""
import numpy as np


def encode(mask):
    """A Boolean array as {"size": [height, width], "counts": string}."""
    h, w = mask.shape
    flat = np.asarray(mask, dtype=np.uint8).T.ravel()
    change = np.flatnonzero(flat[1:] != flat[:-1]) + 1
    bounds = np.concatenate(([0], change, [flat.size]))
    counts = np.diff(bounds).tolist()
    if flat.size and flat[0]:
        counts.insert(0, 0)
    return {"size": [int(h), int(w)], "counts": to_string(counts)}


def to_string(counts):
    out = []
    for i, count in enumerate(counts):
        x = count - counts[i - 2] if i > 2 else count
        more = True
        while more:
            c = x & 0x1F
            x >>= 5
            more = (x != -1) if c & 0x10 else (x != 0)
            out.append(chr((c | 0x20 if more else c) + 48))
    return "".join(out)


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
