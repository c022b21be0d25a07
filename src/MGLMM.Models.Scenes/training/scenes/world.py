"""Composes scenes: what stands where, under which light, in which style."""
import random
from dataclasses import dataclass, field as dataclass_field

import numpy as np
from PIL import Image, ImageFilter

from .canvas import PATTERNS, Canvas, Pen, field
from .palette import NAMES
from .things import KINDS

SPLITS = {"training": (0, 1_000_000), "validation": (1_000_000, 1_001_000), "test": (2_000_000, 2_001_000),
          "composition": (3_000_000, 3_001_000)}

#: Never drawn for training, validation or test; half of the composition split shows them.
HELD_OUT_PAIRS = {("car", "green"), ("house", "purple"), ("dog", "orange"), ("ball", "pink"), ("boat", "yellow"), ("sofa", "purple"),
                  ("flower", "blue"), ("bird", "purple"), ("cup", "orange"), ("man", "orange"), ("woman", "pink"), ("tent", "blue"),
                  ("lamp", "green"), ("chair", "yellow"), ("bus", "purple"), ("umbrella", "orange")}
HELD_OUT_SCENES = ("harbour", "playroom")

STUFF_COLOURS = {
    "sky": ("blue", "grey", "orange", "pink", "black"), "grass": ("green",) * 6 + ("yellow",), "road": ("grey", "grey", "black", "brown"),
    "pavement": ("grey", "white", "red", "brown"), "water": ("blue", "blue", "green", "grey"), "sand": ("yellow", "yellow", "orange"),
    "snow": ("white",), "mountains": ("grey", "blue", "brown", "purple"), "hills": ("green", "green", "yellow", "blue"),
    "field": ("yellow", "brown", "green"), "wall": ("white", "yellow", "blue", "green", "pink", "grey", "purple", "orange"),
    "floor": ("brown", "brown", "grey", "white", "orange", "black", "green", "blue"),
}
STUFF_PLURAL = {"mountains", "hills"}

#: What may be anywhere in a misplaced scene, and which share of its things and of its ground is.
ANYWHERE, UNFITTING = tuple(k for k in KINDS if k not in ("sun", "moon", "cloud")), 0.6
GROUND, UNFITTING_GROUND = ("grass", "sand", "snow", "pavement", "field", "water", "road"), 0.35
FRONT_GROUND = 0.4  # of the misplaced scenes outdoors have one more ground


def possible_colours(kind, motley=False):
    """The colours that a thing or background comes in; a motley scene's things come in nearly all."""
    if kind not in KINDS:
        return STUFF_COLOURS[kind]
    colours = KINDS[kind].colours
    return colours if not (motley and colours) else tuple(c for c in NAMES if (kind, c) not in HELD_OUT_PAIRS)


def split_of_seed(seed):
    for name, (low, high) in SPLITS.items():
        if low <= seed < high:
            return name
    return "other"


@dataclass
class Thing:
    """One object or one piece of stuff, as the ground truth knows it."""
    index: int
    kind: str
    colour: str
    stuff: bool
    plural: bool = False
    parts: dict = dataclass_field(default_factory=dict)  # part -> colour name or None, visible parts only
    area: int = 0
    box: tuple = ()
    centre: tuple = ()


class Scene:
    """One scene. It is drawn `smooth` times larger than it is shown; the ground truth is exact at the shown size, in pixel centres."""

    def __init__(self, seed, long_side=320, smooth=1, misplaced=None):
        """`misplaced` tells whether things stand where they do not belong; without it, some scenes for training are so."""
        self.seed = seed
        self.smooth = smooth
        self.rng = random.Random(seed * 2654435761 % (1 << 61) + 17)
        self.split = split_of_seed(seed)
        # Things where they are never seen, and things in any colour: so that no kind is known by its surroundings or its colours alone.
        self.misplaced = (self.split == "training" and seed % 7 in (1, 5)) if misplaced is None else misplaced
        self.motley = self.misplaced or self.split == "training" and seed % 7 in (2, 3, 6)
        self.long_side = long_side
        self.things = []
        self._compose()
        drawn = self.canvas.numbers()
        self.drawn = drawn[:drawn.shape[0] // smooth * smooth, :drawn.shape[1] // smooth * smooth]
        self.numbers = np.ascontiguousarray(self.drawn[smooth // 2::smooth, smooth // 2::smooth])
        self._ground_truth()

    # ------------------------------------------------------------ composition

    def _compose(self):
        r = self.rng
        ratio = r.choice((1.0, 4 / 3, 4 / 3, 4 / 3, 3 / 2, 3 / 2, 16 / 9, 3 / 4, 3 / 4, 2 / 3))
        self.width, self.height = ratio ** 0.5, ratio ** -0.5
        outline = None
        if r.random() < 0.3:
            outline = (r.uniform(0.003, 0.006), r.uniform(0.25, 0.6))
        self.canvas = Canvas(self.width, self.height, self.long_side * self.smooth, outline)
        self.zoom = r.uniform(0.85, 1.18) * min(1.0, 0.72 + 0.28 * self.width) * (1.0 if self.height < 1.1 else 1.06)
        self.boxes, self.pending, self.sky_pending = [], [], []
        kinds = [("street", 3), ("meadow", 3), ("farm", 2), ("beach", 2.4), ("lake", 1.6), ("winter", 1.8), ("park", 2.4), ("garden", 1.6),
                 ("mountain", 1.6), ("living room", 3), ("kitchen", 1.6), ("bedroom", 1.6)]
        if self.split == "composition" and r.random() < 0.5:
            self.kind = r.choice(HELD_OUT_SCENES)
        else:
            self.kind = r.choices([k for k, _ in kinds], [w for _, w in kinds])[0]
        self.indoor = self.kind in ("living room", "kitchen", "bedroom", "playroom")
        self.time = "day" if self.indoor else r.choices(("day", "evening", "night", "overcast"), (0.62, 0.12, 0.12, 0.14))[0]
        getattr(self, "_" + self.kind.replace(" ", "_"))()
        if self.misplaced:
            self._clutter()
        for _, draw in sorted(self.sky_pending, key=lambda item: item[0]):
            draw()
        for _, draw in sorted(self.pending, key=lambda item: item[0]):
            draw()

    def _stuff(self, kind, points, colour=None, effects=(), soft=0.0):
        r = self.rng
        if self.misplaced and kind in GROUND and r.random() < UNFITTING_GROUND:
            kind = r.choice(GROUND)
        colour = colour or r.choice(STUFF_COLOURS[kind])
        thing = self._thing(kind, colour, True)
        pen = Pen(self.canvas, r, thing.index, 0, 0, 1)
        pen.colour(kind, colour)
        rgb = pen.paints[kind]
        if soft:
            rgb = tuple(c + (250 - c) * soft for c in rgb)
        effects = tuple(effects) + (("gradient", r.uniform(-0.22, 0.22)),) + ((("noise", r.uniform(0.02, 0.12)),) if r.random() < 0.6 else ())
        number = self.canvas.shape(thing.index, kind, rgb, effects)
        self.canvas.polygon(number, points)
        return thing

    def _thing(self, kind, colour, stuff):
        thing = Thing(len(self.things), kind, colour, stuff, plural=kind in STUFF_PLURAL)
        self.things.append(thing)
        return thing

    def _band(self, top, bottom, wavy=0.0):
        """The points of a band over the whole width; its top edge may be wavy."""
        w, r = self.width, self.rng
        n = 8 if wavy else 1
        edge = [(w * i / n, top + (r.uniform(-wavy, wavy) if wavy else 0)) for i in range(n + 1)]
        return edge + [(w + 0.02, bottom), (-0.02, bottom)]

    def _colour(self, kind):
        r = self.rng
        colours = possible_colours(kind, self.motley)
        if not colours:
            return None
        held = [c for c in colours if (kind, c) in HELD_OUT_PAIRS]
        if self.split == "composition":
            return held[0] if held and r.random() < 0.6 else r.choice(colours)
        return r.choice([c for c in colours if c not in held])

    def _free(self, box, limit):
        x0, y0, x1, y1 = box
        for a0, b0, a1, b1 in self.boxes:
            w, h = min(x1, a1) - max(x0, a0), min(y1, b1) - max(y0, b0)
            if w > 0 and h > 0 and w * h > limit * min((x1 - x0) * (y1 - y0), (a1 - a0) * (b1 - b0)):
                return False
        return True

    def _put(self, kind, y0, y1, x=None, scale=1.0, limit=0.3, sky=False, colour=None, depth_scale=True, angle=0.0):
        """Puts one thing of a kind with its base between y0 and y1; gives its pen's place or None where there is no room."""
        r, k = self.rng, KINDS[kind]
        half, top = _extent(kind)
        size0 = r.uniform(*k.size) * self.zoom * scale
        for _ in range(14):
            y = r.uniform(y0, y1)
            size = size0
            if depth_scale and self.horizon is not None:
                depth = (y - self.horizon) / max(0.05, self.height - self.horizon)
                size = size0 * (0.62 + 0.55 * max(0.0, depth))
            px = x if x is not None else r.uniform(0.02, 0.98) * self.width
            box = (px - half * size, y - top * size, px + half * size, y)
            inside = min(self.width, box[2]) - max(0.0, box[0])
            if inside < 0.55 * (box[2] - box[0]) or box[1] < -0.3 * size:
                if x is not None:
                    return None
                continue
            if self._free(box, limit):
                break
            if x is not None:
                return None
        else:
            return None
        self.boxes.append(box)
        flip, seed = r.random() < 0.5, r.getrandbits(48)
        colour = colour or self._colour(kind)
        squeeze = r.uniform(0.9, 1.1)
        lean = angle if angle else (r.uniform(-0.06, 0.06) if r.random() < 0.3 and not sky else 0.0)
        order = y

        def draw():
            thing = self._thing(kind, colour, False)
            pen = Pen(self.canvas, random.Random(seed), thing.index, px, y, size, flip, lean, squeeze)
            k.draw(pen, colour)
            thing.parts = {part: pen.colours.get(part) for part in k.parts if part in pen.colours}

        (self.sky_pending if sky else self.pending).append((order if not sky else size, draw))
        return px, y, size

    def _one_of(self, choices):
        r = self.rng
        return r.choice(ANYWHERE if self.misplaced and r.random() < UNFITTING else choices)

    def _some(self, choices, count, y0, y1, **more):
        """Puts `count` things of kinds drawn from choices; a drawn kind is sometimes repeated."""
        r = self.rng
        last = None
        for _ in range(count):
            kind = last if last and r.random() < 0.28 else self._one_of(choices)
            self._put(kind, y0, y1, **more)
            last = kind

    def _clutter(self):
        """Another ground in front, and a few more things of any kind between the others."""
        r, h = self.rng, self.height
        top = (self.line if self.indoor else self.horizon) + 0.04 * h
        if not self.indoor and r.random() < FRONT_GROUND:
            self._stuff(r.choice(GROUND), self._band(r.uniform(0.62, 0.85) * h, h + 0.02, r.choice((0, 0, 0.008))))
        self._some(ANYWHERE, r.choice((0, 1, 2, 3)), top, h * 0.98, limit=0.25, scale=r.uniform(0.75, 1.0))

    # ------------------------------------------------------------ outdoor layers

    def _sky(self, horizon, flying=()):
        r = self.rng
        self.horizon = horizon
        colour = {"day": "blue", "evening": r.choice(("orange", "pink")), "night": "black", "overcast": "grey"}[self.time]
        self._stuff("sky", self._band(-0.02, horizon + 0.02), colour, [("gradient", r.uniform(-0.1, 0.4))],
                    soft=0.0 if self.time == "night" else r.uniform(0.05, 0.4))
        top, low = 0.26 * self.height, max(0.3 * self.height, horizon - 0.06)
        if self.time in ("day", "evening") and r.random() < 0.5:
            self._put("sun", top * 0.75, low * 0.8, sky=True, depth_scale=False)
        if self.time == "night" and r.random() < 0.75:
            self._put("moon", top * 0.75, low * 0.7, sky=True, depth_scale=False)
        for _ in range(r.choice((0, 1, 1, 2)) if self.time != "night" else 0):
            colour = "grey" if self.time == "overcast" and r.random() < 0.5 else None
            if self.time == "overcast" and colour is None:
                colour = "white"
            self._put("cloud", top * 0.7, low, sky=True, depth_scale=False, colour=colour)
        flying = [k for k in flying if self.time != "night" or k in ("airplane",)]
        if flying:
            for _ in range(r.choice((0, 1, 1, 2))):
                self._put(self._one_of(flying), top, low, sky=True, depth_scale=False)

    def _far(self, horizon, chance=0.4):
        """Mountains or hills on the horizon."""
        r, w = self.rng, self.width
        if r.random() > chance:
            return
        if r.random() < 0.55:
            points, x = [(-0.05, horizon + 0.02)], -0.05
            while x < w + 0.1:
                points.append((x + 0.1, horizon - r.uniform(0.1, 0.3) * self.height))
                x += r.uniform(0.18, 0.36)
                points.append((x, horizon - r.uniform(0.0, 0.06)))
            points.append((w + 0.4, horizon + 0.02))
            self._stuff("mountains", points, soft=0.12)
        else:
            import math
            a, b, h = r.uniform(2, 5), r.uniform(0, 6), r.uniform(0.05, 0.14) * self.height
            points = [(w * i / 16, horizon - h * (1.1 + math.sin(a * i / 16 * w + b))) for i in range(17)]
            colour = "blue" if self.time == "night" else None
            self._stuff("hills", points + [(w + 0.02, horizon + 0.02), (-0.02, horizon + 0.02)], colour)

    def _street(self):
        r, h = self.rng, self.height
        horizon = r.uniform(0.42, 0.56) * h
        self._sky(horizon, ("bird", "airplane", "balloon"))
        self._far(horizon, 0.2)
        self._stuff("grass" if r.random() < 0.65 else "pavement", self._band(horizon, h + 0.02, 0.008 if r.random() < 0.4 else 0))
        t = r.uniform(0.66, 0.74) * h
        b = t + r.uniform(0.15, 0.22) * h
        road = self._stuff("road", self._band(t, b), effects=[("noise", 0.05)])
        if r.random() < 0.7:
            key = next(k for k in self.canvas.table if k[0] == road.index)
            light = tuple(min(255, c * 0.4 + 150) for c in key[2])
            number = self.canvas.shape(road.index, "road", light, ())
            x, m = 0.03, (t + b) / 2
            while x < self.width:
                self.canvas.polygon(number, [(x, m - 0.008), (x + 0.09, m - 0.008), (x + 0.09, m + 0.008), (x, m + 0.008)])
                x += 0.2
        if b < 0.9 * h and r.random() < 0.5:
            self._stuff("pavement", self._band(b, h + 0.02))
        self._some(("house", "house", "tree", "pine tree", "bush"), r.choice((1, 2, 2, 3)), t - 0.05 * h, t - 0.01 * h, limit=0.25)
        self._some(("street lamp", "traffic light", "tree", "fence"), r.choice((0, 1, 1)), t - 0.02 * h, t, limit=0.35)
        self._some(("car", "car", "truck", "bus", "bicycle"), r.choice((1, 1, 2, 2)), t + 0.05 * h, b, limit=0.2)
        self._some(("man", "woman", "child", "dog", "cat", "bench", "bicycle"), r.choice((0, 1, 2)), b, h * 0.98, limit=0.3, scale=0.86)

    def _meadow(self):
        r, h = self.rng, self.height
        horizon = r.uniform(0.4, 0.6) * h
        self._sky(horizon, ("bird", "kite", "hot-air balloon", "airplane"))
        self._far(horizon, 0.55)
        self._stuff("grass", self._band(horizon, h + 0.02, 0.01 if r.random() < 0.5 else 0))
        self._some(("tree", "pine tree", "house", "bush", "tent"), r.choice((1, 2, 2)), horizon + 0.03 * h, h * 0.8)
        self._some(("flower", "flower", "mushroom", "rabbit", "horse", "dog", "child", "woman", "man", "ball", "sheep"), r.choice((2, 3, 3, 4)),
                   horizon + 0.12 * h, h * 0.98, limit=0.22)

    def _farm(self):
        r, h = self.rng, self.height
        horizon = r.uniform(0.38, 0.5) * h
        self._sky(horizon, ("bird",))
        self._far(horizon, 0.4)
        self._stuff("field", self._band(horizon, horizon + 0.2 * h))
        self._stuff("grass", self._band(horizon + r.uniform(0.1, 0.18) * h, h + 0.02))
        self._some(("house", "tree", "house", "pine tree"), r.choice((1, 1, 2)), horizon + 0.12 * h, horizon + 0.25 * h)
        self._some(("fence",), r.choice((0, 1, 1)), horizon + 0.25 * h, h * 0.8)
        self._some(("cow", "sheep", "horse", "dog", "duck", "cat", "man", "truck"), r.choice((2, 3, 4)), horizon + 0.26 * h, h * 0.98, limit=0.22)

    def _beach(self):
        r, h = self.rng, self.height
        horizon = r.uniform(0.34, 0.48) * h
        shore = horizon + r.uniform(0.16, 0.26) * h
        self._sky(horizon, ("bird", "kite", "airplane"))
        self._far(horizon, 0.2)
        self._stuff("water", self._band(horizon, shore + 0.05, 0))
        self._stuff("sand", self._band(shore, h + 0.02, r.choice((0, 0.008, 0.012))))
        self._some(("boat",), r.choice((0, 1, 1, 2)), horizon + 0.06 * h, shore - 0.01 * h, limit=0.15)
        self._some(("umbrella", "woman", "man", "child", "ball", "bucket", "dog", "tent", "kite"), r.choice((2, 3, 4)), shore + 0.1 * h, h * 0.98,
                   limit=0.22)

    def _lake(self):
        r, h = self.rng, self.height
        horizon = r.uniform(0.36, 0.48) * h
        self._sky(horizon, ("bird", "hot-air balloon"))
        self._far(horizon, 0.6)
        self._stuff("grass", self._band(horizon, h + 0.02))
        t = horizon + r.uniform(0.05, 0.12) * h
        b = t + r.uniform(0.22, 0.32) * h
        self._stuff("water", self._band(t, b, 0.006))
        if r.random() < 0.5:
            self._stuff("sand", self._band(b - 0.02, b + 0.07 * h, 0.006))
        self._some(("tree", "pine tree", "house"), r.choice((1, 1, 2)), horizon + 0.01, t)
        self._some(("boat", "duck", "duck", "fish"), r.choice((1, 2, 2)), t + 0.1 * h, b - 0.03 * h, limit=0.15)
        self._some(("bench", "man", "child", "tent", "flower", "rabbit", "dog", "bush"), r.choice((1, 2, 2)), b + 0.08 * h, h * 0.98, limit=0.22)

    def _winter(self):
        r, h = self.rng, self.height
        horizon = r.uniform(0.4, 0.55) * h
        self._sky(horizon, ("bird",))
        self._far(horizon, 0.5)
        self._stuff("snow", self._band(horizon, h + 0.02, 0.012 if r.random() < 0.6 else 0))
        if r.random() < 0.3:
            t = r.uniform(0.7, 0.78) * h
            self._stuff("road", self._band(t, t + 0.15 * h))
            self._some(("car", "truck", "bus"), 1, t + 0.05 * h, t + 0.14 * h)
        self._some(("pine tree", "pine tree", "house", "tree"), r.choice((1, 2, 3)), horizon + 0.02 * h, h * 0.74, limit=0.25)
        self._some(("snowman", "sled", "child", "man", "woman", "dog", "street lamp", "rabbit"), r.choice((1, 2, 3)), h * 0.74, h * 0.98, limit=0.22)

    def _park(self):
        r, h = self.rng, self.height
        horizon = r.uniform(0.38, 0.52) * h
        self._sky(horizon, ("bird", "kite", "balloon"))
        self._far(horizon, 0.25)
        self._stuff("grass", self._band(horizon, h + 0.02))
        if r.random() < 0.6:
            t = r.uniform(0.62, 0.8) * h
            self._stuff("pavement", self._band(t, t + r.uniform(0.09, 0.14) * h, 0.004))
        self._some(("tree", "tree", "bush", "street lamp", "fence", "pine tree"), r.choice((1, 2, 3)), horizon + 0.03 * h, h * 0.72, limit=0.25)
        self._some(("bench", "child", "woman", "man", "dog", "ball", "bicycle", "flower", "bird", "balloon", "umbrella"), r.choice((2, 3, 4)),
                   h * 0.66, h * 0.98, limit=0.22)

    def _garden(self):
        r, h = self.rng, self.height
        horizon = r.uniform(0.42, 0.52) * h
        self._sky(horizon, ("bird", "balloon"))
        self._stuff("grass", self._band(horizon, h + 0.02))
        self._put("house", horizon + 0.06 * h, horizon + 0.16 * h, scale=1.15)
        self._some(("fence", "bush", "tree"), r.choice((1, 1, 2)), horizon + 0.06 * h, h * 0.75)
        self._some(("flower", "flower", "cat", "chair", "table", "bucket", "mushroom", "child", "potted plant", "ball", "rabbit"), r.choice((2, 3, 4)),
                   h * 0.74, h * 0.98, limit=0.2)

    def _mountain(self):
        r, h = self.rng, self.height
        horizon = r.uniform(0.5, 0.62) * h
        self._sky(horizon, ("bird", "hot-air balloon", "airplane"))
        self._far(horizon, 1.0)
        self._stuff("snow" if r.random() < 0.25 else "grass", self._band(horizon, h + 0.02, 0.01))
        self._some(("pine tree", "pine tree", "tree", "tent", "house"), r.choice((1, 2, 3)), horizon + 0.02 * h, h * 0.85)
        self._some(("man", "woman", "horse", "sheep", "bird", "tent", "rabbit", "mushroom"), r.choice((1, 2, 2)), h * 0.78, h * 0.98, limit=0.22)

    def _harbour(self):
        r, h = self.rng, self.height
        horizon = r.uniform(0.32, 0.42) * h
        self._sky(horizon, ("bird", "airplane"))
        self._stuff("water", self._band(horizon, h + 0.02))
        t = r.uniform(0.68, 0.76) * h
        self._stuff("pavement", self._band(t, h + 0.02))
        self._some(("boat", "boat", "duck"), r.choice((2, 3)), horizon + 0.12 * h, t - 0.04 * h, limit=0.15)
        self._some(("bench", "man", "woman", "street lamp", "car", "bicycle", "cat"), r.choice((2, 3)), t + 0.1 * h, h * 0.98, limit=0.22)

    # ------------------------------------------------------------ rooms

    def _room(self):
        r, h = self.rng, self.height
        self.horizon = None
        line = r.uniform(0.6, 0.72) * h
        self.line = line
        effects = [(r.choice(PATTERNS), r.uniform(0.03, 0.07))] if r.random() < 0.3 else ()
        self._stuff("wall", self._band(-0.02, line + 0.02), effects=effects, soft=r.uniform(0.15, 0.4))
        effects = [(r.choice(("bars", "stripes", "checks")), r.uniform(0.04, 0.1))] if r.random() < 0.45 else ()
        self._stuff("floor", self._band(line, h + 0.02), effects=effects)

    def _on_wall(self, choices, count):
        h = self.height
        self._some(choices, count, 0.36 * h, 0.46 * h, limit=0.05, sky=True, depth_scale=False)

    def _on_table(self, choices, count):
        """A table with small things on it."""
        r, h = self.rng, self.height
        place = self._put("table", max(self.line + 0.08 * h, 0.74 * h), h * 0.95, limit=0.2, scale=1.1)
        if not place:
            return
        x, y, size = place
        box = self.boxes[-1]
        slots = [-0.5, 0.0, 0.5]
        r.shuffle(slots)
        for slot in slots[:count]:
            px = x + slot * size * 0.95
            before = len(self.pending)
            self._put(self._one_of(choices), y - size, y - size, x=px, limit=0.12, scale=r.uniform(0.85, 1.05), depth_scale=False)
            if len(self.pending) > before:  # stands on the table, so it is drawn after it
                order, draw = self.pending.pop()
                self.pending.append((y + 0.0001, draw))
        self.boxes.append(box)

    def _living_room(self):
        r, h = self.rng, self.height
        self._room()
        self._on_wall(("picture", "picture", "window", "clock"), r.choice((1, 1, 2)))
        if r.random() < 0.5:
            self._put("rug", h * 0.9, h * 0.99, depth_scale=False, limit=1.0)
        low = self.line + 0.03 * h
        if r.random() < 0.6:
            self._put("sofa", low + 0.05 * h, h * 0.92, limit=0.2, scale=1.1)
        if r.random() < 0.45:
            self._on_table(("vase", "cup", "book", "apple", "potted plant"), r.choice((1, 2, 2)))
        self._some(("lamp", "chair", "potted plant", "shelf", "cat", "dog", "ball", "child", "woman", "man"), r.choice((1, 2, 3)), low + 0.03 * h, h * 0.97,
                   limit=0.2)

    def _kitchen(self):
        r, h = self.rng, self.height
        self._room()
        self._on_wall(("window", "clock", "picture"), r.choice((1, 2)))
        self._on_table(("cup", "apple", "vase", "book", "cup"), r.choice((1, 2, 3)))
        self._some(("chair", "chair", "potted plant", "shelf", "cat", "woman", "man", "bucket"), r.choice((1, 2, 2)), self.line + 0.06 * h, h * 0.97, limit=0.2)

    def _bedroom(self):
        r, h = self.rng, self.height
        self._room()
        self._on_wall(("picture", "window", "clock"), r.choice((1, 1, 2)))
        if r.random() < 0.45:
            self._put("rug", h * 0.9, h * 0.99, depth_scale=False, limit=1.0)
        self._put("bed", self.line + 0.08 * h, h * 0.92, limit=0.2, scale=1.2)
        self._some(("lamp", "chair", "shelf", "ball", "cat", "dog", "child", "balloon", "book", "potted plant"), r.choice((1, 2, 3)), self.line + 0.06 * h, h * 0.97,
                   limit=0.18)

    def _playroom(self):
        r, h = self.rng, self.height
        self._room()
        self._on_wall(("picture", "window", "kite"), r.choice((1, 2)))
        self._some(("ball", "ball", "child", "sled", "balloon", "bucket", "bicycle", "tent", "chair"), r.choice((3, 4)), self.line + 0.05 * h, h * 0.97, limit=0.2)

    # ------------------------------------------------------------ ground truth and picture

    def crop(self, box):
        """Speaks of a part of the scene only, given as shares x0, y0, x1, y1; gives the same rectangle in pixels, to cut the picture with."""
        h, w = self.numbers.shape
        x0, y0 = int(box[0] * w), int(box[1] * h)
        x1, y1 = max(x0 + 8, int(box[2] * w + 0.5)), max(y0 + 8, int(box[3] * h + 0.5))
        self.numbers = np.ascontiguousarray(self.numbers[y0:y1, x0:x1])
        self._ground_truth()
        return x0, y0, min(w, x1), min(h, y1)

    def _ground_truth(self):
        canvas = self.canvas
        used = np.bincount(self.numbers.ravel(), minlength=len(canvas.table))
        self.thing_of_shape = canvas.look_up(lambda thing, *_: thing, np.int32)
        self.part_of_shape = [key[1] for key in canvas.table]
        self.thing_map = self.thing_of_shape[self.numbers]
        total = self.numbers.size
        areas = np.bincount(self.thing_of_shape, weights=used, minlength=len(self.things))
        part_area = {}
        for number, count in enumerate(used):
            key = (int(self.thing_of_shape[number]), self.part_of_shape[number])
            part_area[key] = part_area.get(key, 0) + int(count)
        h, w = self.numbers.shape
        rows = np.arange(h, dtype=np.float64)
        columns = np.arange(w, dtype=np.float64)
        flat = self.thing_map
        n = len(self.things)
        by_row = np.bincount((flat + n * np.arange(h)[:, None]).ravel(), minlength=n * h).reshape(h, n)
        by_column = np.bincount((flat + n * np.arange(w)[None, :]).ravel(), minlength=n * w).reshape(w, n)
        for thing in self.things:
            i = thing.index
            thing.area = int(areas[i])
            if not thing.area:
                continue
            ys, xs = np.flatnonzero(by_row[:, i]), np.flatnonzero(by_column[:, i])
            thing.box = (int(xs[0]), int(ys[0]), int(xs[-1]) + 1, int(ys[-1]) + 1)
            thing.centre = (float(by_column[:, i] @ columns / thing.area + 0.5) / w, float(by_row[:, i] @ rows / thing.area + 0.5) / h)
            thing.parts = {p: c for p, c in thing.parts.items() if part_area.get((i, p), 0) >= max(6, 0.0008 * total)}
        #: Things large enough to speak of, stuff first from top to bottom, then from left to right.
        seen = [t for t in self.things if t.area >= (0.006 if t.stuff else 0.0016) * total]
        self.visible = sorted(seen, key=lambda t: (not t.stuff, t.centre[1] if t.stuff else t.centre[0]))

    def mask(self, things, part=None):
        """The visible pixels of one or several things, or of one named part of them, as a Boolean array."""
        chosen = {t.index for t in things}
        table = np.array([int(t) in chosen and (part is None or p == part) for t, p in zip(self.thing_of_shape, self.part_of_shape)])
        return table[self.numbers]

    def picture(self):
        """The scene as an RGB array."""
        r = random.Random(self.seed * 7919 + 5)
        numbers, table = self.numbers, self.canvas.table
        h, w = numbers.shape
        colours = np.array([key[2] for key in table], dtype=np.float32)
        if self.time == "night":
            colours = colours * np.array([0.62, 0.66, 0.8], np.float32)
        elif self.time == "evening":
            colours = colours * np.array([1.0, 0.92, 0.86], np.float32)
        elif self.time == "overcast":
            grey = colours.mean(1, keepdims=True)
            colours = (grey + (colours - grey) * 0.82) * 0.93
        if self.smooth > 1:
            four = np.full((len(table), 4), 255, np.uint8)  # one look-up of four bytes is faster than of three
            four[:, :3] = np.clip(colours, 0, 255)
            fine = np.take(four.view(np.uint32)[:, 0], self.drawn)
            image = Image.frombuffer("RGBX", fine.shape[::-1], fine.tobytes(), "raw", "RGBX", 0, 1)
            picture = np.asarray(image.reduce(self.smooth), dtype=np.float32)[..., :3].copy()
        else:
            picture = np.take(colours, numbers, 0)
        gain = None
        noise_seed = r.getrandbits(32)
        generator = np.random.RandomState(noise_seed)
        step, phase = r.uniform(0.018, 0.05) * self.canvas.scale / self.smooth, r.random()
        names = {name for key in table for name, _ in key[3]}
        for name in sorted(names):
            strength = np.array([sum(a for n, a in key[3] if n == name) for key in table], dtype=np.float32)
            if name == "gradient":
                values = np.linspace(-0.5, 0.5, h, dtype=np.float32)[:, None]
            elif name == "noise":
                small = generator.rand(max(2, h // 3), max(2, w // 3)).astype(np.float32) - 0.5
                values = np.asarray(Image.fromarray(small).resize((w, h), Image.BILINEAR))
            else:
                values = -field(name, w, h, max(2.0, step), phase)
            term = np.take(strength, numbers) * values
            gain = term if gain is None else gain + term
        light = r.uniform(-0.14, 0.14)
        ramp = np.linspace(-light, light, w, dtype=np.float32)[None, :] + r.uniform(-0.06, 0.05)
        gain = ramp if gain is None else gain + ramp
        picture *= (1.0 + gain)[..., None]
        if r.random() < 0.5:
            centre = picture.mean()
            picture = (picture - centre) * r.uniform(0.85, 1.12) + centre
        picture += np.array([r.uniform(-6, 6) for _ in range(3)], np.float32)
        if r.random() < 0.35:
            picture += generator.randn(h, w, 1).astype(np.float32) * r.uniform(1.5, 9)
        np.clip(picture, 0, 255, out=picture)
        image = Image.fromarray(picture.astype(np.uint8))
        if r.random() < 0.2:
            image = image.filter(ImageFilter.GaussianBlur(r.uniform(0.3, 0.9) * self.long_side / 256))
        return image


_EXTENTS = {}


class _Tape:
    outline = None

    def __init__(self):
        self.points = []

    def shape(self, *_):
        return 0

    def polygon(self, _, points):
        self.points += points


def _extent(kind):
    """Half the width and the height of a kind, in its own size."""
    if kind not in _EXTENTS:
        half, top = 0.0, 0.0
        for seed in range(4):
            tape = _Tape()
            colours = KINDS[kind].colours
            KINDS[kind].draw(Pen(tape, random.Random(seed), 0, 0.0, 0.0, 1.0), colours[0] if colours else None)
            half = max(half, max(abs(x) for x, _ in tape.points))
            top = max(top, max(-y for _, y in tape.points))
        _EXTENTS[kind] = (half, top)
    return _EXTENTS[kind]


def draw_scene(seed, long_side=320, smooth=1, misplaced=None):
    return Scene(seed, long_side, smooth, misplaced)


COLOUR_NAMES = list(NAMES)
STUFF_NAMES = list(STUFF_COLOURS)
