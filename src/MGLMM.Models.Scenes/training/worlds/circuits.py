#!/usr/bin/env python3
"""Circuit diagrams: a world that the scenes know nothing of, drawn with exact truth, as data to fine-tune on.

    worlds/circuits.py --seed 0 --count 200 --output circuits/training
    worlds/circuits.py --seed 900000 --count 60 --output circuits/held-out

writes images/ and segcap.jsonl (SegCap, version 2): symbols of eight kinds in seven colours, joined by wires on paper or on a blackboard, and what can be asked
about them. The mask of a symbol is all of its place, as somebody would outline it by hand. The same seed and version of Pillow give the same bytes.
"""
import argparse
import json
import math
import os
import random
import sys
from dataclasses import dataclass, field

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

import numpy as np
from PIL import Image, ImageDraw

from scenes.palette import paint
from segcap import phrases as ph, rle
from segcap.wordings import ask, presence

#: Kinds in the order in which they are named, and the names of their parts.
KINDS = {"battery": ("long plate", "short plate"), "switch": ("lever", "contacts"), "resistor": (), "lamp": (), "motor": (), "capacitor": (), "coil": (),
         "diode": ("triangle", "bar")}
PLURALS = {"battery": "batteries", "switch": "switches"}
PENS = {"paper": ("black", "red", "blue", "green", "purple", "brown", "orange"), "blackboard": ("white", "yellow", "orange", "pink", "green", "blue", "red")}
FINER = 3  # everything is drawn so many times larger and then made smaller, so that edges are smooth
DOES = {"lamp": "it gives light", "battery": "it drives the current", "motor": "it turns", "switch": "it opens and closes the circuit", "capacitor": "it stores charge"}
ASKS = {"lamp": ("What gives light here?", "Which symbol shines when the current flows?"), "battery": ("What drives the current?", "Where does the current come from?"),
        "motor": ("What could turn a wheel?", "Which symbol makes something move?"), "switch": ("What can stop the current?", "How is the circuit opened and closed?"),
        "capacitor": ("What stores charge?", "Which symbol can hold a charge?")}


@dataclass
class Symbol:
    kind: str
    colour: str
    x: float
    y: float
    upright: bool  # along a vertical wire
    number: int = 0
    open: bool = False
    parts: dict = field(default_factory=dict)  # name: number

    @property
    def name(self):
        return f"{self.colour} {self.kind}"


def many(kind):
    return PLURALS.get(kind, kind + "s")


class Circuit:
    """One diagram: `numbers` says of every pixel what shows there (0 ground, 1 wires, then symbols and their parts)."""

    def __init__(self, seed, long_side=320):
        self.seed, rng = seed, random.Random(seed * 7919 + 13)
        self.rng = rng
        w, h = (long_side, round(long_side * rng.choice((0.7, 0.75, 0.8, 1.0))))
        self.size = (h, w) if rng.random() < 0.15 else (w, h)
        self.ground = "blackboard" if rng.random() < 0.25 else "paper"
        self.wires = rng.choice(("white", "yellow") if self.ground == "blackboard" else ("black", "black", "grey", "blue"))
        self.unit = min(self.size) * FINER * 1.2 / 100
        self.stroke = max(4, round(self.unit * rng.uniform(1.3, 1.9)))
        self.box_shape = rng.random() < 0.5  # resistors as boxes or as zigzags
        self.symbols, self.numbers_used = [], 1
        self._ground()
        self.map = Image.new("L", self.picture_large.size, 0)
        self._lay()
        self.numbers = np.asarray(self.map)[FINER // 2::FINER, FINER // 2::FINER]
        self.picture = self._finished()
        least = 0.0012 * self.numbers.size
        self.visible = [s for s in self.symbols if (self.mask(s)).sum() > least]

    # ------------------------------------------------------------ drawing

    def _ground(self):
        w, h = (v * FINER for v in self.size)
        if self.ground == "blackboard":
            base = self.rng.choice(((30, 52, 44), (38, 40, 46), (28, 40, 62)))
        else:
            base = self.rng.choice(((250, 250, 247), (246, 240, 222), (232, 236, 240), (226, 238, 226)))
        self.base = base
        self.picture_large = Image.new("RGB", (w, h), base)
        self.pen = ImageDraw.Draw(self.picture_large)
        if self.rng.random() < 0.45:  # squared
            step = round(self.unit * self.rng.uniform(4, 7))
            shade = tuple(int(v + (26 if self.ground == "blackboard" else -26)) for v in base)
            for x in range(self.rng.randrange(step), w, step):
                self.pen.line([(x, 0), (x, h)], fill=shade, width=FINER)
            for y in range(self.rng.randrange(step), h, step):
                self.pen.line([(0, y), (w, y)], fill=shade, width=FINER)

    def _finished(self):
        small = self.picture_large.resize(self.size, Image.BOX)
        x = np.asarray(small).astype(np.float32)
        noise = np.random.RandomState(self.seed % 2 ** 31).normal(0, self.rng.uniform(0.5, 5.0), x.shape[:2])
        light = np.linspace(self.rng.uniform(-10, 10), self.rng.uniform(-10, 10), x.shape[1])[None, :, None]
        return Image.fromarray(np.clip(x + noise[..., None] + light, 0, 255).astype(np.uint8))

    def _lay(self):
        rng = self.rng
        w, h = self.picture_large.size
        left, right = w * rng.uniform(0.13, 0.2), w * rng.uniform(0.8, 0.87)
        top, bottom = h * rng.uniform(0.14, 0.22), h * rng.uniform(0.78, 0.86)
        branch = rng.random() < 0.55
        middle = w * rng.uniform(0.42, 0.58)
        colour = paint(self.wires, rng)
        self.map_pen = ImageDraw.Draw(self.map)
        lines = [((left, top), (right, top)), ((right, top), (right, bottom)), ((right, bottom), (left, bottom)), ((left, bottom), (left, top))]
        lines += [((middle, top), (middle, bottom))] if branch else []
        for a, b in lines:
            self._line([a, b], colour, 1)
        for x, y in ((left, top), (right, top), (left, bottom), (right, bottom)):
            self._disc(x, y, self.stroke / 2, colour, 1)
        if branch:
            for y in (top, bottom):
                self._disc(middle, y, self.stroke * 1.3, colour, 1)
        slots = [(left, (top + bottom) / 2 + h * rng.uniform(-0.08, 0.08), True), (right, (top + bottom) / 2 + h * rng.uniform(-0.08, 0.08), True)]
        slots += [(middle, (top + bottom) / 2 + h * rng.uniform(-0.08, 0.08), True)] if branch else []
        for y in (top, bottom):
            for x in ((left + middle) / 2, (middle + right) / 2):
                slots.append((x + w * rng.uniform(-0.03, 0.03), y, False))
        rng.shuffle(slots)
        kinds = list(KINDS)
        repeated = rng.choice(kinds) if rng.random() < 0.6 else None
        for i, (x, y, upright) in enumerate(slots[:rng.randint(3, len(slots))]):
            kind = repeated if repeated and i < 2 else rng.choice(kinds)
            pens = [c for c in PENS[self.ground] if c != self.wires]
            self._symbol(Symbol(kind, rng.choice(pens), x, y, upright))

    def _number(self):
        self.numbers_used += 1
        return self.numbers_used

    def _symbol(self, s):
        """A symbol over its wire: first its place, in the colour of the ground, then its strokes."""
        rng = self.rng
        size = self.unit * rng.uniform(0.92, 1.16)
        colour = paint(s.colour, rng)
        turn = rng.random() < 0.5  # which end is which

        def at(x, y):
            x, y = (-x if turn else x) * size, y * size
            return (s.x + y, s.y + x) if s.upright else (s.x + x, s.y + y)

        s.number = self._number()
        t = self.stroke
        if s.kind in ("lamp", "motor"):
            r = 7.6 * size
            self._disc(s.x, s.y, r, self.base, s.number)
            self._ring(s.x, s.y, r, colour, s.number)
            d = r * 0.66
            if s.kind == "lamp":
                self._line([(s.x - d, s.y - d), (s.x + d, s.y + d)], colour, s.number)
                self._line([(s.x - d, s.y + d), (s.x + d, s.y - d)], colour, s.number)
            else:  # the letter M, upright whichever way the wire runs
                e = r * 0.45
                self._line([(s.x - e, s.y + e), (s.x - e, s.y - e), (s.x, s.y + e * 0.5), (s.x + e, s.y - e), (s.x + e, s.y + e)], colour, s.number)
        elif s.kind == "resistor":
            self._area([at(-10, -4), at(10, -4), at(10, 4), at(-10, 4)], self.base, s.number)
            if self.box_shape:
                self._line([at(-10, -4), at(10, -4), at(10, 4), at(-10, 4), at(-10, -4), at(0, -4)], colour, s.number)
            else:
                points = [at(-10, 0)] + [at(-8.75 + 2.5 * i, -4 if i % 2 else 4) for i in range(8)] + [at(10, 0)]
                self._line(points, colour, s.number)
        elif s.kind == "coil":
            self._area([at(-10, -4.6), at(10, -4.6), at(10, 1), at(-10, 1)], self.base, s.number)
            points = [at(-10 + 5 * (i + 0.5 - 0.5 * math.cos(a)), -4.4 * math.sin(a)) for i in range(4) for a in (math.pi * k / 8 for k in range(9))]
            self._line(points, colour, s.number)
        elif s.kind == "capacitor":
            self._area([at(-3.2, -7), at(3.2, -7), at(3.2, 7), at(-3.2, 7)], self.base, s.number)
            for x in (-2.4, 2.4):
                self._line([at(x, -6.5), at(x, 6.5)], colour, s.number, 1.5 * t)
        elif s.kind == "battery":
            self._area([at(-4.2, -8), at(4.2, -8), at(4.2, 8), at(-4.2, 8)], self.base, s.number)
            s.parts = {"long plate": self._number(), "short plate": self._number()}
            self._line([at(-2.9, -7.6), at(-2.9, 7.6)], colour, s.parts["long plate"], 1.3 * t)
            self._line([at(2.4, -4), at(2.4, 4)], colour, s.parts["short plate"], 2.6 * t)
        elif s.kind == "switch":
            s.open = rng.random() < 0.5
            self._area([at(-9, -7 if s.open else -3), at(9, -7 if s.open else -3), at(9, 3), at(-9, 3)], self.base, s.number)
            s.parts = {"lever": self._number(), "contacts": self._number()}
            self._line([at(-7, 0), at(5.5, -6.4) if s.open else at(7, 0)], colour, s.parts["lever"], 1.3 * t)
            for x in (-7, 7):
                cx, cy = at(x, 0)
                self._disc(cx, cy, 1.9 * size, colour, s.parts["contacts"])
        else:
            self._area([at(-6, -6), at(6, -6), at(6, 6), at(-6, 6)], self.base, s.number)
            s.parts = {"triangle": self._number(), "bar": self._number()}
            self._area([at(-5.4, -5.6), at(4.4, 0), at(-5.4, 5.6)], colour, s.parts["triangle"])
            self._line([at(5, -5.6), at(5, 5.6)], colour, s.parts["bar"], 1.5 * t)
        self.symbols.append(s)

    def _line(self, points, colour, number, width=None):
        width, fill = round(width or self.stroke), tuple(int(v) for v in colour)
        self.pen.line(points, fill=fill, width=width, joint="curve")
        self.map_pen.line(points, fill=number, width=width, joint="curve")

    def _area(self, points, colour, number):
        self.pen.polygon(points, fill=tuple(int(v) for v in colour))
        self.map_pen.polygon(points, fill=number)

    def _disc(self, x, y, r, colour, number):
        self.pen.ellipse([x - r, y - r, x + r, y + r], fill=tuple(int(v) for v in colour))
        self.map_pen.ellipse([x - r, y - r, x + r, y + r], fill=number)

    def _ring(self, x, y, r, colour, number):
        self.pen.ellipse([x - r, y - r, x + r, y + r], outline=tuple(int(v) for v in colour), width=self.stroke)

    # ------------------------------------------------------------ truth

    def mask(self, what):
        """The mask of a symbol, of (symbol, part), of "wires" or of the ground."""
        if isinstance(what, Symbol):
            return np.isin(self.numbers, [what.number, *what.parts.values()])
        if isinstance(what, tuple):
            return self.numbers == what[0].parts[what[1]]
        return self.numbers == (1 if what == "wires" else 0)

    def place(self, s):
        """The one place that a symbol clearly is at, or None."""
        x, y = s.x / self.picture_large.size[0], s.y / self.picture_large.size[1]
        if x < 0.28 and s.upright:
            return "on the left"
        if x > 0.72 and s.upright:
            return "on the right"
        if not s.upright:
            return "at the top" if y < 0.4 else "at the bottom"
        return "in the middle"


def ordered(symbols):
    order = list(KINDS)
    return sorted(symbols, key=lambda s: (order.index(s.kind), s.x, s.y))


class Questions:
    """What is asked about a circuit: lines of SegCap without what is the same for all."""

    def __init__(self, circuit):
        self.c, self.rng, self.out = circuit, random.Random(circuit.seed * 31 + 7), []

    def add(self, task, key, answer, targets=(), granularity="instance", instruction=None, **more):
        """A sample; `more` holds the values of the wording, and fields of the format."""
        values = {name: more.pop(name) for name in ("expression", "object", "question") if name in more}
        line = {"task": task, "granularity": granularity, "wording": key, "instruction": instruction or ask(key, self.rng, **values), "answer": answer,
                "masks": [rle.encode(self.c.mask(t)) for t in targets], "labels": [label(t) for t in targets],
                "parents": [t[0].kind if isinstance(t, tuple) else None for t in targets]}
        if "expression" in values:
            line["expression"] = values["expression"]
        if key == "refer" and not targets or key.startswith("reason") and not targets:
            line["target"] = "none"
        self.out.append({**line, **more})

    def all(self):
        self.descriptions()
        for _ in range(4):
            self.one()
        self.several()
        for near in (True, False):
            self.none(near)
        self.parts()
        self.reason()
        self.questions()
        return self.out

    def descriptions(self):
        c = self.c
        symbols = ordered(c.visible)
        named = ph.join(ph.grounded(f"{ph.article(s.name)} {s.name}") for s in symbols)
        ground = ph.grounded("a blackboard" if c.ground == "blackboard" else "paper")
        wires = ph.grounded(f"{c.wires} wires")
        self.add("instance", "segment_and_caption.instance", f"A circuit with {named} .", symbols)
        self.add("panoptic", "segment_and_caption.panoptic", f"The picture shows {ground} with {wires} . The circuit has {named} .", ["ground", "wires", *symbols], "panoptic")
        everything = ph.join([ground.replace("a black", "black"), wires] + [ph.grounded(s.name) for s in symbols])
        self.add("list", "segment_all", everything.replace(" and <p>", " , <p>") + " .", ["ground", "wires", *symbols], "panoptic")
        self.add("caption", "caption.brief", f"A circuit diagram with {number_of(len(symbols))} symbols.", granularity="panoptic")

    def expressions(self, s):
        c, out = self.c, []
        same = [t for t in c.visible if t.kind == s.kind]
        if len(same) == 1:
            out.append(s.kind)
        if sum(t.colour == s.colour for t in same) == 1:
            out.append(s.name)
        if sum(c.place(t) == c.place(s) for t in same) == 1 and c.place(s) != "in the middle":
            out.append(f"{s.kind} {c.place(s)}")
        return out

    def one(self):
        rng, c = self.rng, self.c
        if rng.random() < 0.12:
            what = rng.choice(("wires", "ground"))
            said = "wires" if what == "wires" else c.ground
            self.add("refer_one", "refer", ("They are " if what == "wires" else "It is ") + ph.grounded("the " + said) + " .", [what], expression=said)
            return
        s = rng.choice(c.visible)
        fits = self.expressions(s)
        if not fits:
            return
        said = rng.choice(fits)
        if s.parts and rng.random() < 0.15:
            part = rng.choice(sorted(s.parts))
            said = f"{part} of the {said}"
            self.add("refer_one", "refer", ("They are " if part == "contacts" else "It is ") + ph.grounded("the " + said) + " .", [(s, part)], "part", expression=said)
            return
        self.add("refer_one", "refer", "It is " + ph.grounded("the " + said) + " .", [s], expression=said)

    def several(self):
        rng, c = self.rng, self.c
        groups = {}
        for s in c.visible:
            groups.setdefault(s.kind, []).append(s)
            groups.setdefault(s.colour, []).append(s)
        groups = {said: g for said, g in groups.items() if len(g) > 1}
        for said in rng.sample(sorted(groups), min(2, len(groups))):
            said_as = many(said) if said in KINDS else f"{said} symbols"
            group = ordered(groups[said])
            self.add("refer_many", "refer", "They are " + ph.join(ph.grounded("the " + s.name) for s in group) + " .", group, expression=said_as)
        if not groups and len(c.visible) > 1:
            pair = ordered(rng.sample(c.visible, 2))
            if all(s.name in self.expressions(s) for s in pair):
                self.add("refer_many", "refer", "They are " + ph.join(ph.grounded("the " + s.name) for s in pair) + " .", pair, expression=f"{pair[0].name} and the {pair[1].name}")

    def absent(self, near):
        rng, c = self.rng, self.c
        if near:  # a kind that is there, in a colour that it does not have
            kind = rng.choice(c.visible).kind
            colours = [x for x in PENS[c.ground] if x != c.wires and x not in {s.colour for s in c.visible if s.kind == kind}]
            return f"{rng.choice(colours)} {kind}", kind
        kinds = [k for k in KINDS if k not in {s.kind for s in c.symbols}]
        return (rng.choice(kinds),) * 2 if kinds else (None, None)

    def none(self, near):
        said, _ = self.absent(near)
        if said:
            self.add("refer_none", "refer", f"There is no {said} in the picture.", expression=said)

    def parts(self):
        with_parts = [s for s in self.c.visible if s.parts and self.expressions(s)]
        if with_parts:
            s = self.rng.choice(with_parts)
            said = self.expressions(s)[0]
            text = f"The {said} has " + ph.join(ph.grounded(p if p == "contacts" else f"a {p}") for p in KINDS[s.kind]) + " ."
            self.add("part", "segment_and_caption.part", text, [(s, p) for p in KINDS[s.kind]], "part", object=said)

    def reason(self):
        rng, c = self.rng, self.c
        there = {s.kind for s in c.visible}
        kind = rng.choice(sorted(ASKS.keys() & there) or sorted(ASKS)) if rng.random() < 0.75 else rng.choice(sorted(ASKS))
        question = rng.choice(ASKS[kind])
        found = ordered(s for s in c.visible if s.kind == kind)
        explain = rng.random() < 0.5 and len(found) == 1
        text = ("It is " if len(found) == 1 else "They are ") + ph.join(ph.grounded("the " + s.name) for s in found) + (f" , because {DOES[kind]} ." if explain else " .")
        self.add("reason", "reason_segment.explain" if explain else "reason_segment", text if found else "Nothing in the picture fits.", found, question=question)

    def questions(self):
        rng, c = self.rng, self.c
        kind = rng.choice(sorted({s.kind for s in c.visible}) if rng.random() < 0.8 else sorted(KINDS))
        count = sum(s.kind == kind for s in c.symbols)
        if count:
            self.add("question", "ask", f"There is one {kind}." if count == 1 else f"There are {number_of(count)} {many(kind)}.", instruction=f"How many {many(kind)} are there?")
        alone = [s for s in c.visible if sum(t.kind == s.kind for t in c.symbols) == 1]
        if alone:
            s = rng.choice(alone)
            self.add("question", "ask", f"It is {s.colour}.", instruction=f"What colour is the {s.kind}?")
        switches = [s for s in alone if s.kind == "switch"]
        if switches:
            self.add("question", "ask", f"It is {'open' if switches[0].open else 'closed'}.", instruction="Is the switch open or closed?")
        for near in (True, False):
            wrong, _ = self.absent(near)
            s = rng.choice(c.visible)
            right = s.name if near else s.kind
            if not wrong:
                continue
            frame = presence(rng)
            for said, truth in ((right, True), (wrong, False)):
                self.add("question", "ask", "Yes, there is." if truth else "No, there is not.", instruction=frame.replace("{x}", f"{ph.article(said)} {said}"),
                         pair="colour" if near else "kind", truth=truth)


def number_of(count):
    return ph.WORDS[count]


def label(target):
    if isinstance(target, Symbol):
        return target.kind
    if isinstance(target, tuple):
        return target[1]
    return "wires" if target == "wires" else "background"


def lines(circuit, image):
    h, w = circuit.numbers.shape
    for number, sample in enumerate(Questions(circuit).all()):
        labels = [circuit.ground if x == "background" else x for x in sample["labels"]]
        yield {"id": f"{circuit.seed}-{number:02d}", "version": 2, "image": image, "width": w, "height": h, **sample, "labels": labels,
               "source": {"dataset": "circuits", "split": "drawn", "ids": {"seed": circuit.seed}}}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, required=True, help="seed of the first picture; the next ones take the next seeds")
    parser.add_argument("--count", type=int, required=True, help="number of pictures")
    parser.add_argument("--output", required=True, help="folder to write")
    parser.add_argument("--long-side", type=int, default=320, help="pixels of the longer side (default 320)")
    a = parser.parse_args()
    os.makedirs(os.path.join(a.output, "images"), exist_ok=True)
    with open(os.path.join(a.output, "segcap.jsonl"), "w", encoding="utf-8") as file:
        for seed in range(a.seed, a.seed + a.count):
            circuit = Circuit(seed, a.long_side)
            image = f"images/{seed:06d}.png"
            circuit.picture.save(os.path.join(a.output, image))
            for line in lines(circuit, image):
                file.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
