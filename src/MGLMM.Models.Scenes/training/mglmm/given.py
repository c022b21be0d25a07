"""From a picture that somebody labelled to training tensors: what data.py does for drawn scenes, where nothing is known but texts and masks."""
import random
import re

import numpy as np
import torch
from PIL import Image, ImageEnhance

from segcap import rle
from segcap.reading import BadData, label_word

from .data import FINE, NAMED, Batch, Conversation, Packing, packed, pooled
from .pipeline import prompt
from .preprocess import clip_pixels, sam_pixels

FLIPS = {"none": (False, False), "horizontal": (True, False), "both": (True, True)}
SIDES = ({"left": "right"}, {"top": "bottom", "above": "below", "upper": "lower", "over": "under", "highest": "lowest", "up": "down"})
BACKGROUND = 0.35  # of the picture; what is larger need not stay whole in a crop
MASK_SIDE = 640  # pixels; masks of pictures twice as long or more are kept with every other pixel, or fewer
SMALLEST = 0.5  # low-resolution mask pixels that a mask must cover to be learnt from


def swapped(text, pairs):
    """The text with every word of a pair exchanged for the other."""
    other = {**pairs, **{b: a for a, b in pairs.items()}}
    other.update({a.capitalize(): b.capitalize() for a, b in list(other.items())})
    return re.sub(r"[A-Za-z]+", lambda m: other.get(m[0], m[0]), text)


class View:
    """How a picture is shown once: a box of it, which may reach beyond it, perhaps turned over."""

    def __init__(self, width, height, box=None, left_right=False, top_down=False):
        self.width, self.height = width, height
        self.box = box or (0, 0, width, height)
        self.left_right, self.top_down = left_right, top_down

    @property
    def size(self):
        return self.box[2] - self.box[0], self.box[3] - self.box[1]

    def shown(self, image):
        x0, y0, x1, y1 = self.box
        if self.box != (0, 0, self.width, self.height):
            if x0 < 0 or y0 < 0 or x1 > self.width or y1 > self.height:
                edge = np.asarray(image)
                edge = np.concatenate((edge[0], edge[-1], edge[:, 0], edge[:, -1]))
                whole = Image.new("RGB", (x1 - x0, y1 - y0), tuple(int(v) for v in np.median(edge, 0)))
                whole.paste(image, (-x0, -y0))
                image = whole
            else:
                image = image.crop(self.box)
        image = image.transpose(Image.FLIP_LEFT_RIGHT) if self.left_right else image
        return image.transpose(Image.FLIP_TOP_BOTTOM) if self.top_down else image

    def places(self, rows, columns):
        """Where a grid over the view lies in the picture: rows [rows, 1] and columns [1, columns]; -1 for what lies outside."""
        w, h = self.size
        y, x = ((np.arange(rows) + 0.5) * h / rows).astype(np.int64), ((np.arange(columns) + 0.5) * w / columns).astype(np.int64)
        y, x = (h - 1 - y if self.top_down else y) + self.box[1], (w - 1 - x if self.left_right else x) + self.box[0]
        y[(y < 0) | (y >= self.height)] = -1
        x[(x < 0) | (x >= self.width)] = -1
        return y[:, None], x[None]

    def words(self, text):
        for turned, pairs in zip((self.left_right, self.top_down), SIDES):
            text = swapped(text, pairs) if turned else text
        return text


def surroundings(masks):
    """The box that holds all masks but those of background, in their own pixels; None where there are none."""
    box = None
    for m in masks:
        if m.sum() > BACKGROUND * m.size or not m.any():
            continue
        y, x = np.flatnonzero(m.any(1)), np.flatnonzero(m.any(0))
        own = int(x[0]), int(y[0]), int(x[-1]) + 1, int(y[-1]) + 1
        box = own if box is None else (min(box[0], own[0]), min(box[1], own[1]), max(box[2], own[2]), max(box[3], own[3]))
    return box


def drawn_view(width, height, box, rng, flips):
    """A view by chance: a little larger or smaller, moved and squeezed, in which the box is not cut (None: nothing is)."""
    scale, squeeze = rng.uniform(0.78, 1.3), rng.uniform(0.88, 1.14)
    w, h = width * scale * squeeze, height * scale / squeeze
    box = box or (0, 0, width, height)
    x0, y0, x1, y1 = (max(0, box[0] - 3), max(0, box[1] - 3), min(width, box[2] + 3), min(height, box[3] + 3))
    w, h = max(w, x1 - x0), max(h, y1 - y0)

    def start(size, whole, first, last):
        middle = (whole - size) / 2
        low, high = max(last - size, middle - 0.08 * whole), min(first, middle + 0.08 * whole)
        low, high = (low, high) if low <= high else (last - size, first)
        return round(rng.uniform(low, high))

    x, y = start(w, width, x0, x1), start(h, height, y0, y1)
    return View(width, height, (x, y, x + max(8, round(w)), y + max(8, round(h))), flips[0] and rng.random() < 0.5, flips[1] and rng.random() < 0.5)


def tinted(image, rng):
    """Lighter or darker, with more or less contrast and colour; what a colour is called stays."""
    for enhancer, most in ((ImageEnhance.Brightness, 0.15), (ImageEnhance.Contrast, 0.2), (ImageEnhance.Color, 0.2)):
        image = enhancer(image).enhance(rng.uniform(1 - most, 1 + most))
    return image


def encoded(encoder, asked, view=None):
    """A conversation of turns as tokens: what is trained, where its masks are predicted, where to look. On a view that is turned over, answers with
    several masks are not trained as text: their order would be another."""
    n, c = len(encoder.prefix), Conversation()
    words = view.words if view else (lambda text: text)
    turned = view is not None and (view.left_right or view.top_down)
    turns = [(words(t.instruction), words(t.answer)) for t in asked.turns]
    c.ids, c.labels, c.segments, c.looks, c.names, c.rest, c.task = None, [], [], [], [], [], asked.turns[-1].task
    c.pair, c.truth, c.answer_at = asked.pair, asked.truth, 0
    for i, (turn, (question, answer)) in enumerate(zip(asked.turns, turns)):
        before = encoder.tokenizer.encode_with_image(prompt(question, turns[:i]))
        full = encoder.tokenizer.encode_with_image(f"{prompt(question, turns[:i])} {answer}</s>")
        if before[:n] != encoder.prefix or full[:len(before)] != before:
            raise BadData(asked.place, None, "the instruction cannot be told from the answer as tokens; is there mark-up in it?")
        start, end = len(before) - n, len(full) - n
        c.ids, c.answer_at = full[n:], start
        masked = turn.masks or []
        first = 3.0 if turn.none or asked.pair and i + 1 == len(turns) else 1.5 if masked and turn.task.startswith(("refer", "reason")) else 1.0
        weights, places = {start: first}, [j for j in range(start, end) if c.ids[j] == encoder.seg]
        if turn.masks is not None and len(places) == len(masked):
            for place, k in zip(places, range(len(masked))):
                c.segments.append((place, (turn, k)))
                said = [j for j in range(start, place) if c.ids[j] == encoder.phrase]
                if said:
                    c.looks += [(j, (turn, k)) for j in (said[-1], said[-1] + 1, *range(said[-1], place))]
                    weights.update({j: NAMED for j in range(said[-1] + 2, place - 1)})
            if len(masked) == 1:
                c.looks.append((start - 1, (turn, 0)))
        if not turned or len(masked) < 2:
            c.labels += [(j, c.ids[j], weights.get(j, 1.0)) for j in range(start, end)]
    return c


class GivenPicture:
    """A picture of a SegCap file as it is shown once, and what is asked about it."""

    def __init__(self, source, picture, rng, sizes, preprocessor, labels, flips=None):
        """`labels` numbers the labels of the data; with `flips` (left-right, top-down) the view is drawn by chance, without them it is the picture as it is."""
        _, clip, sam = sizes
        self.rng, self.sam, self.labels = rng, sam, labels
        image, self.asked = source.read(picture)
        self.region = [round(v) for v in picture[1]]
        self.width, self.height = image.size
        if self.region:
            x, y, w, h = self.region
            image = image.crop((x, y, x + w, y + h))
        self.known, self.view, self.step = {}, View(*image.size), max(1, max(image.size) // MASK_SIDE)
        if flips is not None:
            rng.shuffle(self.asked)
            masks = [self.mask(turn.masks[k]) for asked in self.asked for turn in asked.turns for k in range(len(turn.masks or ()))]
            if masks or not self.region:
                whole = surroundings(masks)  # texts alone may speak of anything
                self.view = drawn_view(*image.size, whole and tuple(v * self.step for v in whole), rng, flips)
            image = tinted(image, rng)
        image = self.view.shown(image)
        self.clip_pixels = clip_pixels(image, preprocessor)
        self.sam_pixels, inside = sam_pixels(image, sam["img_size"])
        self.low = low = 4 * sam["img_size"] // sam["patch"]
        self.fine_places = self.view.places(round(low * FINE * inside[0] / sam["img_size"]), round(low * FINE * inside[1] / sam["img_size"]))
        self.grid = clip["image_size"] // clip["patch_size"]
        self.patch_places = self.view.places(self.grid * 7, self.grid * 7)
        self.valid = self._pooled(np.ones((image.size[1], image.size[0]), bool), whole=True)

    def mask(self, lengths):
        """A mask as an array with one row and column of nothing behind its end, cropped to the region; every mask is decoded once."""
        counts = lengths["counts"]
        key = counts if isinstance(counts, str) else tuple(counts)
        if key not in self.known:
            m = rle.decode(lengths)
            if self.region:
                x, y, w, h = self.region
                m = m[y:y + h, x:x + w]
            self.known[key] = np.pad(m[::self.step, ::self.step], ((0, 1), (0, 1)))
        return self.known[key]

    def _at(self, mask, places):
        y, x = places
        return mask[np.where(y < 0, -1, y // self.step), np.where(x < 0, -1, x // self.step)]

    def _pooled(self, mask, whole=False):
        y, x = self.fine_places
        fine = np.zeros((self.low * FINE, self.low * FINE), np.uint8)
        fine[:y.shape[0], :x.shape[1]] = 1 if whole else self._at(mask, self.fine_places)
        return pooled(fine, self.low)

    def coverage(self, turn, k):
        return self._pooled(self.mask(turn.masks[k]))

    def ignored(self, turn):
        """The share of every low-resolution pixel that is to be ignored; None where nothing is."""
        return None if turn.ignore is None else self._pooled(self.mask(turn.ignore))

    def where(self, turn, k):
        """The share of each patch of the global encoder in a mask; sums to one. None where it is too small."""
        shown = self._at(self.mask(turn.masks[k]), self.patch_places).reshape(self.grid, 7, self.grid, 7).sum((1, 3), dtype=np.float32).ravel()
        total = shown.sum()
        return shown / total if total > 0 else None

    def label(self, turn, k):
        label = turn.labels[k]
        return self.labels.get(label_word(label), -1) if label else -1

    def conversations(self, encoder, budget, longest):
        out, used = [], 0
        for asked in self.asked:
            c = encoded(encoder, asked, self.view)
            if len(c.ids) <= longest and used + len(c.ids) <= budget and (c.labels or c.segments):
                out.append(c)
                used += len(c.ids)
        return out


class GivenBatch(Batch):
    """Tensors of one training step on such pictures, under the names that the losses know from data.Batch."""

    def __init__(self, pictures, encoder, rows, length, masks):
        self.clip = torch.stack([p.clip_pixels for p in pictures])
        self.sam = torch.stack([p.sam_pixels for p in pictures])
        packing = Packing(len(pictures), rows, length)
        seg_at, owner, coverages, ignored, parts, named, named_where = ([] for _ in range(7))
        self.tasks = []
        for b, picture in enumerate(pictures):
            found = []
            for k, (c, row, offset) in enumerate(packed(picture.conversations(encoder, rows * length, length), rows, length)):
                base = packing.add(b, k, c, row, offset)
                found += [(base + j, target, target[0].task) for j, target in c.segments]
                packing.look(base, ((j, (id(target[0]), target[1]), target) for j, target in c.looks), picture.where)
            picture.rng.shuffle(found)
            kept = 0
            for place, (turn, k), task in found:
                if kept == masks:
                    break
                coverage = picture.coverage(turn, k)
                if coverage.sum() < SMALLEST:
                    continue
                kept += 1
                seg_at.append(place)
                owner.append(b)
                coverages.append(coverage)
                ignored.append(picture.ignored(turn))
                parts.append(bool(turn.parents[k]))
                named.append(picture.label(turn, k))
                patches = picture.where(turn, k)
                named_where.append(np.zeros(picture.grid ** 2, np.float32) if patches is None else patches)
                self.tasks.append("part" if turn.parents[k] else task)
        packing.into(self)
        self.seg_at, self.owner = torch.tensor(seg_at, dtype=torch.long), torch.tensor(owner, dtype=torch.long)
        patches = pictures[0].grid ** 2
        self.where = torch.from_numpy(np.array(packing.where, np.float32).reshape(-1, patches))
        low = pictures[0].low
        self.coverage = torch.from_numpy(np.array(coverages, np.float32).reshape(-1, low, low))
        self.valid = torch.from_numpy(np.stack([p.valid for p in pictures]))
        self.ignored = torch.from_numpy(np.stack([np.zeros((low, low), np.float32) if i is None else i for i in ignored])) if any(i is not None for i in ignored) else None
        # Of the three numbers of a concept only one is known here: whether it is a part, which weighs more.
        self.concepts = torch.tensor([[0, 0, int(p)] for p in parts], dtype=torch.long).view(-1, 3)
        self.named = torch.tensor(named, dtype=torch.long)
        self.object_where = torch.from_numpy(np.array(named_where, np.float32).reshape(-1, patches))
