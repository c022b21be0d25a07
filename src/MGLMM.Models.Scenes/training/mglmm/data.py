"""From a seed to training tensors: one picture, many conversations that share its prefix, masks and dense labels."""
import dataclasses
import random

import numpy as np
import torch

from scenes.palette import NAMES
from scenes.things import KINDS
from scenes.world import STUFF_NAMES, draw_scene
from segcap import samples as sc
from segcap.asking import crowd, questioned, spoken, spoken_pair
from segcap.contrasts import family
from segcap.spoken import MOST, parted

from .pipeline import prompt
from .preprocess import clip_pixels, sam_pixels
from .tokenizer import IMAGE_ID

CATEGORIES = list(KINDS) + STUFF_NAMES
PARTS = sorted({p for k in KINDS.values() for p in k.parts})
COLOURS = list(NAMES)
CATEGORY = {n: i for i, n in enumerate(CATEGORIES)}
PART = {n: i for i, n in enumerate(PARTS)}
COLOUR = {n: i for i, n in enumerate(COLOURS)}
CLASSES = {"category": len(CATEGORIES), "colour": len(COLOURS), "part colour": len(COLOURS), "part": len(PARTS)}
ASKS_FOR_MASK = ("refer", "reason_segment", "reason_segment.explain")
MISREAD = 0.22  # of the colours in an answer with masks are another one in what was said before; what is to be said stays true
NAMED = 1.5  # weighs a word inside a phrase, against 1 for all others: what is there, and which comes next, is decided there
GOES_ON = 3.0  # weighs the word behind a mask, which decides whether another follows, and whether that is the last
SPOKEN = 7  # expressions as people say them for each picture, before up to six that are a word apart
REGION_WORDINGS = 4  # other sentences that ask about a crop, beside its first
PARTED = 2  # of such a picture: things described by their parts, and expressions for a part
CROWDS = 3  # expressions for three things or more, of such a picture
TALK = 6, 11  # single expressions and families of a picture that is only talked about
FINE = 4  # sub-samples per low-resolution mask pixel and axis


class Conversation:
    """One tokenised item: ids after the shared prefix, the trained tokens, and where its masks are predicted."""
    __slots__ = ("ids", "labels", "segments", "pair", "truth", "answer_at", "task", "looks", "names", "rest")


def first_weight(sample):
    """What the first word of an answer weighs: it decides a yes or no, a denial, and whether something is pointed at."""
    if sample.pair:
        return 3.0
    if sample.key not in ASKS_FOR_MASK:
        return 1.0
    if sample.weight != 1.0:
        return 2.5 if sample.targets else 3.0
    return 1.5 if sample.targets else 3.0


class Encoder:
    """Turns samples into token ids exactly as the runtime will see them."""

    def __init__(self, tokenizer):
        self.tokenizer = tokenizer
        ids = tokenizer.encode_with_image(prompt("", ()))
        cut = ids.index(tokenizer.encode("\n", bos=False)[-1])
        self.prefix = ids[:cut + 1]
        self.image_at = ids.index(IMAGE_ID)
        self.seg = tokenizer.added["[SEG]"]
        yes, no = (tokenizer.encode("x: " + w, bos=False)[-1] for w in ("Yes", "No"))
        self.yes, self.no = yes, no
        self.phrase = tokenizer.added["<p>"]
        self.colours = [tokenizer.encode("a " + colour, bos=False)[-1] for colour in COLOURS]
        self.noun = {kind: tokenizer.encode("a " + kind, bos=False)[-1] for kind in CATEGORIES}

    def conversation(self, sample, whole_pair=True, rng=None):
        """With rng, some colours that the answer has already said are misread: so that what a thing is follows from looking at it, and no
        pair of a colour and a kind is impossible because it was never said."""
        n = len(self.prefix)
        history = [(q, a) for q, a, _ in sample.history]
        text = prompt(sample.instruction, history)
        asked = self.tokenizer.encode_with_image(text)
        full = self.tokenizer.encode_with_image(f"{text} {sample.answer}</s>")
        assert full[:len(asked)] == asked and asked[:n] == self.prefix, text
        c = Conversation()
        c.ids, c.pair, c.truth, c.task = full[n:], sample.pair, sample.truth, sample.task
        start = len(asked) - n
        c.answer_at = start
        weight = first_weight(sample)
        if sample.pair and not whole_pair:
            c.labels = [(start, full[n + start], weight)]
            c.ids = c.ids[:start + 1]
        else:
            c.labels = [(start, full[n + start], weight)] + [(j, c.ids[j], 1.0) for j in range(start + 1, len(c.ids))]
        for i in range(len(history)):  # earlier answers are trained as well
            before = self.tokenizer.encode_with_image(prompt(sample.history[i][0], history[:i]))
            after = self.tokenizer.encode_with_image(prompt(sample.history[i][0], history[:i]) + f" {history[i][1]}</s>")
            c.labels += [(j, c.ids[j], 1.0) for j in range(len(before) - n, len(after) - n)]
        targets = [t for _, _, ts in sample.history for t in ts] + list(sample.targets)
        places = [j for j, token in enumerate(c.ids) if token == self.seg]
        c.segments = list(zip(places, targets)) if len(places) == len(targets) else []
        if rng and sample.targets:
            c.ids = [rng.choice(self.colours) if j >= start and token in self.colours and rng.random() < MISREAD else token for j, token in enumerate(c.ids)]
        # Where somebody who answers would look: at a phrase's thing while saying it, at what is asked about before answering.
        c.looks, c.names, c.rest = [], [], []
        weights = {}
        for place, target in c.segments:
            first = max(j for j in range(place) if c.ids[j] == self.phrase)
            # Twice where it is chosen what is said next.
            c.looks += [(j, target.things, target.part) for j in (first, first + 1, *range(first, place))]
            # Before a word of it is said, it should be known what it is and, apart from that, which colour it has.
            c.names += [(j, target) for j in (first, first + 1) if not target.part and len(target.things) == 1]
            weights.update((j, NAMED) for j in range(first + 2, place - 1))
            weights[place + 1] = GOES_ON
        # Before the answer, and behind each of its masks, it should be known what is still to be said, and be looked at.
        answered = [s for s in c.segments if s[0] >= start]
        for said, place in enumerate([start - 1] + [place for place, _ in answered]):
            left = [target for _, target in answered[said:]]
            if answered:
                c.rest.append((place, left))
            if left and said:
                c.looks.append((place, [t for target in left for t in target.things], None))
        c.labels = [(j, label, sample.weight * weight * weights.get(j, 1.0)) for j, label, weight in c.labels]
        if sample.points:
            c.looks += self.pointed(sample, full)
        if sample.about:
            c.looks.append((start - 1, sample.about, None))
            noun = self.noun[sample.about[0].kind]
            said = [j for j in range(start) if c.ids[j] == noun]
            if said:
                c.looks.append((said[-1], sample.about, None))
        return c

    def pointed(self, sample, full):
        """Where to look while a word of the instruction is read: at what it speaks of."""
        out, n = [], len(self.prefix)
        whole = prompt(sample.instruction, [(q, a) for q, a, _ in sample.history])
        begins = whole.rindex(sample.instruction)
        for end, things in sample.points:
            ids = self.tokenizer.encode_with_image(whole[:begins + end])
            if full[:len(ids)] == ids and len(ids) > n:
                out.append((len(ids) - 1 - n, things, None))
        return out


def lookup(scene, function):
    return np.array([function(int(t), p) for t, p in zip(scene.thing_of_shape, scene.part_of_shape)], dtype=np.int64)


def shape_labels(scene):
    """For every shape of a scene: its category, the colour of its thing, its own colour, its part; -1 where there is none."""
    things = scene.things

    def part_colour(t, p):
        thing = things[t]
        return COLOUR.get(thing.colour if thing.stuff or p == KINDS[thing.kind].main else thing.parts.get(p), -1)

    return {"category": lookup(scene, lambda t, p: CATEGORY[things[t].kind]), "colour": lookup(scene, lambda t, p: COLOUR.get(things[t].colour, -1)),
            "part colour": lookup(scene, part_colour), "part": lookup(scene, lambda t, p: PART.get(p, -1))}


def sampled(numbers, rows, columns):
    h, w = numbers.shape
    y = ((np.arange(rows) + 0.5) * h / rows).astype(np.int64)
    x = ((np.arange(columns) + 0.5) * w / columns).astype(np.int64)
    return numbers[y[:, None], x[None, :]]


class Picture:
    """One training picture and all that is known about it."""

    def __init__(self, seed, rng, sizes, preprocessor, augment=True, long_side=None, grounded=True):
        """Without `grounded` there is nothing for the grounding encoder, which is half of the work."""
        llm, clip, sam = sizes
        self.rng, self.sam, self.augment = rng, sam, augment
        self.scene = scene = draw_scene(seed, long_side or rng.choice((208, 240, 272, 304)), 2 if rng.random() < 0.5 else 1)
        image = scene.picture()
        self.region = None
        if augment and rng.random() < 0.17:
            self.region = sc.region(scene, rng) if rng.random() < 0.75 else None
            if self.region:
                box = self.region.region
            else:
                size = rng.uniform(0.45, 0.9)
                x, y = rng.uniform(0, 1 - size), rng.uniform(0, 1 - size)
                box = (x, y, x + size, y + size)
            x0, y0, x1, y1 = scene.crop(box)
            image = image.crop((x0, y0, x1, y1))
        self.clip_pixels = clip_pixels(image, preprocessor)
        self.labels = shape_labels(scene)
        grid = clip["image_size"] // clip["patch_size"]
        self.clip_shapes = sampled(scene.numbers, grid * 7, grid * 7).reshape(grid, 7, grid, 7).transpose(0, 2, 1, 3).reshape(grid * grid, 49)
        if grounded:
            self._grounded(image)

    def _grounded(self, image):
        scene, sam = self.scene, self.sam
        self.sam_pixels, inside = sam_pixels(image, sam["img_size"])
        # The shapes under a fine grid over the padded square that the grounding encoder sees.
        low = 4 * sam["img_size"] // sam["patch"]
        self.low, fine = low, low * FINE
        rows, columns = round(fine * inside[0] / sam["img_size"]), round(fine * inside[1] / sam["img_size"])
        self.outside = len(scene.canvas.table)
        self.fine = np.full((fine, fine), self.outside, dtype=np.int16)
        self.fine[:rows, :columns] = sampled(scene.numbers, rows, columns)
        self.valid = pooled((self.fine != self.outside).view(np.uint8), low)

    def coverage(self, things, part=None):
        """The share of every low-resolution mask pixel that the things, or their part, cover."""
        chosen = {t.index for t in things}
        table = np.zeros(self.outside + 1, dtype=np.uint8)
        for number, (t, p) in enumerate(zip(self.scene.thing_of_shape, self.scene.part_of_shape)):
            table[number] = int(t) in chosen and (part is None or p == part)
        return pooled(table.take(self.fine), self.low)

    def concept(self, things, part, coverage, point=True, category=True, colour=True):
        """(category, colour, part, has a point, x, y): 0 stands for "not said"."""
        t = things[0]
        own = (t.parts.get(part) if part else t.colour) if colour else None
        total = float(coverage.sum())
        place = (np.arange(self.low) + 0.5) / self.low
        x, y = float(coverage.sum(0) @ place) / total, float(coverage.sum(1) @ place) / total
        return (1 + CATEGORY[t.kind] if category else 0, 1 + COLOUR[own] if own else 0, 1 + PART[part] if part else 0, float(point), x, y)

    def where(self, things, part=None):
        """The share of each patch of the global encoder in what is to be looked at; sums to one. None where it is too small. Of several things
        each counts the same, however small."""
        if len({t.index for t in things}) > 1:
            each = [share for share in (self.where([t], part) for t in things) if share is not None]
            return np.mean(each, 0, dtype=np.float32) if each else None
        chosen = {t.index for t in things}
        for named in (part, None):
            table = np.array([int(t) in chosen and (named is None or p == named) for t, p in zip(self.scene.thing_of_shape, self.scene.part_of_shape)], np.float32)
            share = table[self.clip_shapes].sum(1)
            if share.sum() > 0:
                return share / share.sum()
        return None

    def objects(self):
        """What things there are, wherever the global encoder can see them: their patches' shares, [n, tokens], categories and colours (-1: none)."""
        things = [(t, self.where([t])) for t in sc.things_of(self.scene)]
        things = [(t, share) for t, share in things if share is not None]
        return [share for _, share in things], [CATEGORY[t.kind] for t, _ in things], [COLOUR.get(t.colour, -1) for t, _ in things]

    def dense_global(self):
        """Per patch of the global encoder and kind of label: which of its classes show there, [tokens, classes]."""
        out = {}
        n = len(self.clip_shapes)
        for name, classes in CLASSES.items():
            values = self.labels[name][self.clip_shapes]
            flat = (np.arange(n)[:, None] * (classes + 1) + values + 1).ravel()
            counts = np.bincount(flat, minlength=n * (classes + 1)).reshape(n, classes + 1)[:, 1:]
            out[name] = counts >= 4
        return out

    def dense_ground(self):
        """Per quarter of a patch of the grounding encoder: category, own colour, part; -1 where nothing is to be said."""
        step = 2 * FINE
        shapes = self.fine[step // 2::step, step // 2::step]
        return {name: np.append(self.labels[name], -1)[shapes] for name in ("category", "part colour", "part")}

    def queries(self, count):
        """Mask queries by concept, without words: (concept, coverage) pairs."""
        rng, scene = self.rng, self.scene
        things, stuff = sc.things_of(scene), sc.stuff_of(scene)
        out = []
        for _ in range(4 * count):
            if len(out) == count:
                break
            dice = rng.random()
            if dice < 0.36 and things:
                t = rng.choice(things)
                only = rng.random() < 0.2
                chosen, part, more = [t], None, dict(point=True, category=not only, colour=not only and rng.random() < 0.75)
            elif dice < 0.46 and stuff:
                chosen, part, more = [rng.choice(stuff)], None, dict(point=rng.random() < 0.3, colour=rng.random() < 0.6)
            elif dice < 0.86 and things:
                t = rng.choice(things)
                if not t.parts:
                    continue
                chosen, part, more = [t], rng.choice(sorted(t.parts)), dict(point=True, colour=rng.random() < 0.6)
                if rng.random() < 0.2:
                    chosen, more = [x for x in things if x.kind == t.kind], dict(point=False, colour=False)
            elif things:
                t = rng.choice(things)
                colour = rng.random() < 0.5
                chosen = [x for x in scene.things if x.kind == t.kind and x.area and (not colour or x.colour == t.colour)]
                part, more = None, dict(point=False, colour=colour)
            else:
                continue
            coverage = self.coverage(chosen, part)
            if coverage.sum() < 1.0:
                continue
            out.append((self.concept(chosen, part, coverage, **more), coverage))
        return out

    def conversations(self, encoder, budget, longest, pairs=2, held_out=0):
        """Conversations until the budget of tokens is used up."""
        rng, scene = self.rng, self.scene
        make = lambda name: sc.TASKS[name](scene, rng, held_out)
        lists = rng.choices((("panoptic",), ("instance",), ("list",), ("panoptic", "instance"), ("instance", "list"), ("panoptic", "list")), (0.15, 0.15, 0.1, 0.25, 0.2, 0.15))[0]
        wanted = [self.region] if self.region else []
        wanted += [make(name) for name in lists[len(wanted):]]
        if self.region:
            wanted += [dataclasses.replace(self.region, instruction=sc.ask("region_caption", rng, held_out)) for _ in range(REGION_WORDINGS)]
        wanted += [spoken(scene, rng, held_out) for _ in range(SPOKEN)]
        wanted += spoken_pair(scene, rng, held_out) or [spoken(scene, rng, held_out)]
        wanted += spoken_pair(scene, rng, held_out) or []
        wanted += spoken_pair(scene, rng, held_out, rng.choice(("negation", "relation"))) or []
        wanted.append(make("part"))
        if rng.random() < 0.5:
            wanted.append(make("part"))
        if rng.random() < 0.6:
            wanted += sc.refer_pair(scene, rng, held_out) or [make("refer_none")]
        wanted += [make("refer_one"), make("refer_none") if rng.random() < 0.5 else make("refer_many"), questioned(scene, rng, held_out)]
        wanted.append(make("reason") if rng.random() < 0.6 else make("refer_many"))
        couples = [sc.minimal_pair(scene, rng, held_out) for _ in range(pairs)]
        wanted += [s for couple in couples if couple for s in couple]
        wanted += [make("question"), make("caption") if rng.random() < 0.4 else None, make("follow_up") if rng.random() < 0.3 else None]
        wanted += [make("refer_one"), spoken(scene, rng, held_out), make("question"), spoken(scene, rng, held_out), make("reason")]
        return self.tokenised(wanted, encoder, budget, longest)

    def talk(self, encoder, budget, longest, held_out=0):
        """As `conversations`, of what people say alone: families that differ in a word, some expressions by themselves, parts."""
        rng, scene = self.rng, self.scene
        if self.region:
            return self.conversations(encoder, budget, longest)
        wanted = [spoken(scene, rng, held_out) for _ in range(TALK[0])] + [sc.parts(scene, rng, held_out) for _ in range(PARTED)]
        wanted += [spoken(scene, rng, held_out, parted) for _ in range(PARTED)]
        for _ in range(TALK[1]):
            wanted += family(scene, rng, held_out)
        wanted += (spoken_pair(scene, rng, held_out) or []) + [questioned(scene, rng, held_out)] + [crowd(scene, rng, held_out) for _ in range(CROWDS)]
        # What it could before goes on beside it; without lists of each picture, things that are alike were left out after an hour.
        wanted += [sc.TASKS[name](scene, rng, held_out) for name in ("list", rng.choice(("instance", "instance", "panoptic", "caption")), "refer_many")]
        rng.shuffle(wanted)
        return self.tokenised(wanted, encoder, budget, longest)

    def tokenised(self, samples, encoder, budget, longest):
        """Of these samples what fits in a budget of tokens."""
        rng, out, used = self.rng, [], 0
        for sample in samples:
            if sample is None:
                continue
            c = encoder.conversation(sample, rng.random() < 0.15, rng if self.augment else None)
            if len(c.ids) <= longest and used + len(c.ids) <= budget:
                out.append(c)
                used += len(c.ids)
        return out


def remaining(lists):
    """For lists of targets: which categories are among them and which colours, and how many they are, up to the most of one answer."""
    out = np.zeros((len(lists), len(CATEGORIES) + len(COLOURS) + 1), np.float32)
    for row, left in zip(out, lists):
        for target in left:
            t = target.things[0]
            row[CATEGORY[t.kind]] = 1
            if t.colour in COLOUR:
                row[len(CATEGORIES) + COLOUR[t.colour]] = 1
        row[-1] = min(len(left), MOST)
    return out


def pooled(fine, low):
    """The share of ones among the FINE x FINE bytes of every cell; four neighbouring bytes are added by one multiplication."""
    rows = (fine.view("<u4") * np.uint32(0x01010101) >> np.uint32(24)).reshape(low, FINE, low)
    return rows.sum(1, dtype=np.uint32).astype(np.float32) / (FINE * FINE)


def packed(conversations, rows, length):
    """First fit, longest first: [(conversation, row, offset)], what does not fit is left out."""
    free = [0] * rows
    out = []
    for c in sorted(conversations, key=lambda c: -len(c.ids)):
        for row in range(rows):
            if free[row] + len(c.ids) <= length:
                out.append((c, row, free[row]))
                free[row] += len(c.ids)
                break
    return out


def parts_first(found, count):
    """Up to half of the masks are parts: they are the smallest and the hardest."""
    parts, whole = [f for f in found if f[1].part], [f for f in found if not f[1].part]
    return (parts[:count // 2] + whole + parts[count // 2:])[:count]


class Packing:
    """The conversations of a batch's pictures in rows of tokens: what is read, what is trained, and where is looked meanwhile."""

    def __init__(self, pictures, rows, length):
        self.rows, self.length = rows, length
        self.ids, self.positions, self.group = (np.full((pictures, rows, length), fill, np.int64) for fill in (0, 0, -1))
        self.at, self.labels, self.weights, self.look_at, self.where = [], [], [], [], []

    def add(self, b, k, c, row, offset):
        """Packs conversation `k` of picture `b`; gives the place from which its first token is predicted."""
        end = offset + len(c.ids)
        self.ids[b, row, offset:end] = c.ids
        self.positions[b, row, offset:end] = np.arange(len(c.ids))
        self.group[b, row, offset:end] = k
        base = (b * self.rows + row) * self.length + offset - 1
        for j, label, weight in c.labels:
            self.at.append(base + j)
            self.labels.append(label)
            self.weights.append(weight)
        return base

    def look(self, base, looks, where):
        """`looks` are (token, key, target): while the token is read it is looked at the target, whose place is asked for once for each key."""
        known = {}
        for j, key, target in looks:
            if key not in known:
                known[key] = where(*target)
            if known[key] is not None:
                self.look_at.append(base + 1 + j)
                self.where.append(known[key])

    def into(self, batch):
        """Gives the batch its tensors; where is looked is the caller's, which knows what to do where nothing is."""
        batch.rows, batch.length = self.rows, self.length
        batch.ids, batch.positions, batch.group = torch.from_numpy(self.ids), torch.from_numpy(self.positions), torch.from_numpy(self.group)
        batch.at, batch.labels = torch.tensor(self.at, dtype=torch.long), torch.tensor(self.labels, dtype=torch.long)
        batch.weights, batch.look_at = torch.tensor(self.weights, dtype=torch.float32), torch.tensor(self.look_at, dtype=torch.long)


class Batch:
    """Tensors of one training step. Only the first `grounded` pictures (all without it) have masks. A share of `talked` is asked only what people say."""

    def __init__(self, pictures, encoder=None, rows=5, length=176, masks=0, queries=0, dense=True, grounded=None, talked=0.0):
        n = len(pictures)
        grounded = n if grounded is None else min(n, grounded)
        self.clip = torch.stack([p.clip_pixels for p in pictures])
        self.sam = torch.stack([p.sam_pixels for p in pictures[:grounded]]) if grounded else None
        self.pictures = pictures
        if dense:
            each = [p.dense_global() for p in pictures]
            self.dense_global = {k: torch.from_numpy(np.stack([e[k] for e in each])).float() for k in CLASSES}
            each = [p.objects() for p in pictures]
            self.object_of = torch.tensor([b for b, e in enumerate(each) for _ in e[0]], dtype=torch.long)
            self.object_where = torch.from_numpy(np.array([share for e in each for share in e[0]], np.float32).reshape(-1, self.dense_global["part"].shape[1]))
            self.object_kind, self.object_colour = (torch.tensor([v for e in each for v in e[i]], dtype=torch.long) for i in (1, 2))
            each = [p.dense_ground() for p in pictures[:grounded]]
            self.dense_ground = {k: torch.from_numpy(np.stack([e[k] for e in each])) for k in each[0]} if each else {}
        owner, concepts, coverages = [], [], []
        if encoder is not None:
            packing = Packing(n, rows, length)
            seg_at, self.pairs, named, rest = [], [], [], []
            self.items = []
            for b, picture in enumerate(pictures):
                ask = picture.talk if talked and picture.rng.random() < talked else picture.conversations
                items = packed(ask(encoder, rows * length, length), rows, length)
                found = []
                for k, (c, row, offset) in enumerate(items):
                    base = packing.add(b, k, c, row, offset)
                    if c.pair:
                        self.pairs.append((base + c.answer_at, c.truth, c.pair))
                    found += [(base + j, target, c.task) for j, target in c.segments]
                    named += [(base + 1 + j, CATEGORY[target.things[0].kind], COLOUR.get(target.things[0].colour, -1)) for j, target in c.names]
                    rest += [(base + 1 + j, left) for j, left in c.rest]
                    packing.look(base, ((j, (tuple(t.index for t in things), part), (things, part)) for j, things, part in c.looks), picture.where)
                self.items.append(items)
                if masks and b < grounded:
                    picture.rng.shuffle(found)
                    for place, target, task in parts_first(found, masks):
                        coverage = picture.coverage(target.things, target.part)
                        if coverage.sum() < 0.5:
                            continue
                        seg_at.append(place)
                        owner.append(b)
                        concepts.append(picture.concept(target.things, target.part, coverage) + (task if not target.part else "part",))
                        coverages.append(coverage)
            packing.into(self)
            self.seg_at = torch.tensor(seg_at, dtype=torch.long)
            self.named = torch.tensor(named, dtype=torch.long).view(-1, 3)
            self.rest_at, self.rest = torch.tensor([at for at, _ in rest], dtype=torch.long), torch.from_numpy(remaining([left for _, left in rest]))
            self.where = torch.from_numpy(np.stack(packing.where))
        if queries:
            for b, picture in enumerate(pictures[:grounded]):
                for concept, coverage in picture.queries(queries):
                    owner.append(b)
                    concepts.append(concept + ("query",))
                    coverages.append(coverage)
        self.tasks = [c[-1] for c in concepts]
        concepts = [c[:-1] for c in concepts]
        self.owner, self.ignored = torch.tensor(owner, dtype=torch.long), None
        self.concepts = torch.tensor([c[:3] for c in concepts], dtype=torch.long).view(-1, 3)
        self.points = torch.tensor([c[3:] for c in concepts], dtype=torch.float32).view(-1, 3)
        if coverages:
            self.coverage = torch.from_numpy(np.stack(coverages))
            self.valid = torch.from_numpy(np.stack([p.valid for p in pictures[:grounded]]))

    def to(self, device):
        """The same batch with its tensors on a device."""
        move = lambda value: value.to(device) if torch.is_tensor(value) else {k: v.to(device) for k, v in value.items()} if isinstance(value, dict) else value
        for name, value in vars(self).items():
            setattr(self, name, move(value))
        return self
