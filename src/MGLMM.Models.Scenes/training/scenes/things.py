"""The kinds of things: how each is drawn, what its parts are called, which colours it comes in."""
from dataclasses import dataclass, field

from .palette import NAMES, SKIN

BRIGHT = ("red", "orange", "yellow", "green", "blue", "purple", "pink", "white")
ANY = tuple(NAMES)


@dataclass(frozen=True)
class Kind:
    name: str
    draw: object
    colours: tuple  # of the main part; empty = the kind has no colour in its name
    parts: tuple  # the parts that can be named
    size: tuple  # smallest and largest size (height) in scene units at the front
    plural: str
    main: str  # the part that gives the thing its colour
    tags: tuple = field(default=())  # used by scenes and by reasoning


KINDS = {}


def kind(name, main, colours, parts, size, plural=None, tags=()):
    def register(draw):
        KINDS[name] = Kind(name, draw, tuple(colours), tuple(parts), size, plural or name + "s", main, tuple(tags))
        return draw
    return register


def pick(p, part, names, **more):
    p.colour(part, p.rng.choice(names), **more)


def other(p, names, *used):
    left = [n for n in names if n not in used]
    return p.rng.choice(left or [c for c in NAMES if c not in used])


# ---------------------------------------------------------------- buildings

@kind("house", "wall", ("white", "yellow", "pink", "blue", "red", "grey", "orange", "green", "purple", "brown"),
      ("roof", "wall", "door", "windows", "chimney"), (0.34, 0.52), tags=("shelter", "building"))
def house(p, main):
    r = p.rng
    w = r.uniform(0.42, 0.66)
    h = r.uniform(0.48, 0.62)
    p.colour("wall", main)
    p.colour("roof", other(p, ("red", "brown", "grey", "blue", "purple", "orange", "black", "green"), main))
    p.colour("door", other(p, ("brown", "red", "blue", "green", "black", "white", "yellow"), main))
    p.colour("windows", other(p, ("blue", "yellow", "white", "black", "grey"), main))
    p.colour("chimney", other(p, ("red", "brown", "grey", "black"), p.colours["roof"]))
    if r.random() < 0.75:
        cx = r.choice((-0.5, 0.5)) * w
        p.rect("chimney", cx - 0.06, h, cx + 0.06, r.uniform(0.88, 1.0))
    p.rect("wall", -w, 0, w, h)
    style = r.random()
    if style < 0.55:
        p.poly("roof", [(-w - 0.08, h), (w + 0.08, h), (0, 1.0)])
    elif style < 0.8:
        p.poly("roof", [(-w - 0.08, h), (w + 0.08, h), (w * 0.6, 0.92), (-w * 0.6, 0.92)])
    else:
        p.poly("roof", [(-w - 0.07, h), (w + 0.07, h), (w + 0.07, h + 0.16), (-w - 0.07, h + 0.3)])
    dx = r.choice((-0.5, 0.0, 0.5)) * w
    dw, dh = r.uniform(0.08, 0.11), h * r.uniform(0.55, 0.68)
    p.rect("door", dx - dw, 0, dx + dw, dh)
    p.ellipse("door", dx + dw * 0.55, dh * 0.5, 0.016, light=0.55, detail=True)
    ww = r.uniform(0.08, 0.12)
    round_ = r.random() < 0.2
    for cx in (-0.62 * w, 0.62 * w) if dx == 0 else ((0.45 * w,) if dx < 0 else (-0.45 * w,)):
        y = h * r.uniform(0.58, 0.62)
        if round_:
            p.ellipse("windows", cx, y, ww)
        else:
            p.rect("windows", cx - ww, y - ww, cx + ww, y + ww)
            p.line("windows", [(cx, y - ww), (cx, y + ww)], 0.018, light=0.72, detail=True)
            p.line("windows", [(cx - ww, y), (cx + ww, y)], 0.018, light=0.72, detail=True)


@kind("tent", "cloth", ("red", "orange", "yellow", "green", "blue", "purple"), ("cloth", "entrance"), (0.2, 0.3),
      tags=("shelter",))
def tent(p, main):
    p.colour("cloth", main)
    p.colour("entrance", other(p, ("black", "brown", "white", "grey"), main))
    w = p.rng.uniform(0.6, 0.85)
    p.poly("cloth", [(-w, 0), (w, 0), (0.12, 1.0), (-0.12, 1.0)])
    p.poly("cloth", [(0.2, 0), (w, 0), (0.12, 1.0)], light=0.82, detail=True)
    p.poly("entrance", [(-0.32, 0), (0.1, 0), (-0.08, 0.72)])


# ---------------------------------------------------------------- plants

@kind("tree", "crown", ("green", "green", "green", "orange", "yellow", "red", "pink"), ("crown", "trunk"), (0.3, 0.5),
      tags=("plant", "shade"))
def tree(p, main):
    r = p.rng
    p.colour("crown", main)
    pick(p, "trunk", ("brown", "brown", "grey", "black"))
    t = r.uniform(0.05, 0.09)
    p.poly("trunk", [(-t * 1.5, 0), (t * 1.5, 0), (t, 0.55), (-t, 0.55)])
    style = r.random()
    if style < 0.4:
        rx = r.uniform(0.26, 0.36)
        p.ellipse("crown", 0, 0.68, rx, 0.33)
        p.ellipse("crown", -rx * 0.3, 0.78, rx * 0.5, 0.14, light=1.1, detail=True)
    elif style < 0.8:
        for cx, cy, rr in ((-0.2, 0.58, 0.2), (0.2, 0.58, 0.2), (-0.1, 0.76, 0.22), (0.12, 0.76, 0.21), (0, 0.62, 0.24)):
            p.ellipse("crown", cx, cy, rr * r.uniform(0.9, 1.1), detail=True, light=r.choice((0.93, 1.0, 1.07)))
    else:
        p.poly("crown", [(-0.12, 0.36), (0.12, 0.36), (0.3, 0.6), (0.2, 0.92), (0, 1.0), (-0.2, 0.92), (-0.3, 0.6)])


@kind("pine tree", "needles", ("green", "green", "blue", "white"), ("needles", "trunk"), (0.3, 0.52), tags=("plant",))
def pine(p, main):
    r = p.rng
    p.colour("needles", main)
    pick(p, "trunk", ("brown", "brown", "black"))
    p.rect("trunk", -0.055, 0, 0.055, 0.22)
    w = r.uniform(0.24, 0.34)
    n = r.choice((2, 3, 3, 4))
    for i in range(n):
        y0 = 0.16 + 0.78 * i / (n + 0.6)
        y1 = min(1.0, y0 + 0.9 / n + 0.08)
        ww = w * (1 - 0.62 * i / n)
        p.poly("needles", [(-ww, y0), (ww, y0), (0, y1 if i < n - 1 else 1.0)], light=1.0 if i % 2 else 0.9)


@kind("bush", "leaves", ("green", "green", "red", "yellow"), (), (0.12, 0.19), plural="bushes", tags=("plant",))
def bush(p, main):
    p.colour("leaves", main)
    for cx, cy, rr in ((-0.5, 0.36, 0.38), (0.5, 0.36, 0.38), (0, 0.55, 0.46)):
        p.ellipse("leaves", cx, max(cy, rr), rr, detail=True, light=p.rng.choice((0.93, 1.0, 1.06)))
    p.rect("leaves", -0.7, 0, 0.7, 0.3, detail=True)


@kind("flower", "petals", ("red", "yellow", "purple", "pink", "white", "blue", "orange"), ("petals", "stem", "leaf"),
      (0.13, 0.22), tags=("plant", "smell"))
def flower(p, main):
    r = p.rng
    p.colour("petals", main)
    p.colour("stem", "green")
    p.colour("leaf", "green")
    p.tint("centre", (250, 200, 40) if main not in ("yellow", "orange") else (130, 74, 34))
    p.line("stem", [(0, 0), (0.03, 0.35), (0, 0.68)], 0.055)
    p.poly("leaf", [(0.01, 0.2), (0.2, 0.28), (0.34, 0.44), (0.12, 0.42)])
    if r.random() < 0.35:
        p.poly("petals", [(-0.2, 0.98), (-0.22, 0.7), (0, 0.58), (0.22, 0.7), (0.2, 0.98), (0.09, 0.82), (0, 1.0), (-0.09, 0.82)])
        return
    import math
    n = r.choice((5, 6, 7))
    for i in range(n):
        a = 2 * math.pi * i / n
        p.ellipse("petals", 0.17 * math.cos(a), 0.74 + 0.17 * math.sin(a), 0.115, detail=True)
    p.ellipse("centre", 0, 0.74, 0.09)


@kind("mushroom", "cap", ("red", "brown", "orange", "purple", "white"), ("cap", "stem"), (0.1, 0.17))
def mushroom(p, main):
    r = p.rng
    p.colour("cap", main)
    p.colour("stem", "white" if main != "white" else "brown")
    p.poly("stem", [(-0.17, 0), (0.17, 0), (0.12, 0.55), (-0.12, 0.55)])
    p.arc("cap", 0, 0.45, r.uniform(0.46, 0.56), 0.55, 0, 180)
    if main != "white" and r.random() < 0.7:
        for cx, cy in ((-0.24, 0.64), (0.05, 0.78), (0.28, 0.6)):
            p.ellipse("cap", cx, cy, 0.07, detail=True, rgb=(246, 242, 235))


@kind("potted plant", "pot", ("red", "orange", "blue", "white", "yellow", "purple", "black"), ("pot", "leaves"), (0.2, 0.34),
      tags=("plant", "indoor"))
def potted_plant(p, main):
    r = p.rng
    p.colour("pot", main)
    p.colour("leaves", "green")
    if r.random() < 0.5:
        for dx, top in ((-0.3, 0.8), (0.3, 0.82), (-0.14, 0.96), (0.15, 0.94), (0, 1.0)):
            p.poly("leaves", [(-0.05, 0.35), (0.05, 0.35), (dx + 0.05, top - 0.15), (dx, top), (dx - 0.08, top - 0.18)],
                   light=r.choice((0.9, 1.0, 1.08)))
    else:
        for cx, cy, rr in ((-0.17, 0.62, 0.18), (0.17, 0.62, 0.18), (0, 0.78, 0.2)):
            p.ellipse("leaves", cx, cy, rr, detail=True, light=r.choice((0.92, 1.0, 1.06)))
        p.rect("leaves", -0.05, 0.35, 0.05, 0.6, detail=True)
    p.poly("pot", [(-0.15, 0), (0.15, 0), (0.22, 0.42), (-0.22, 0.42)])
    p.rect("pot", -0.25, 0.36, 0.25, 0.44, light=0.9)


# ---------------------------------------------------------------- vehicles

@kind("car", "body", ("red", "blue", "yellow", "green", "white", "black", "grey", "orange", "purple"),
      ("body", "windows", "wheels", "headlight"), (0.13, 0.2), tags=("vehicle",))
def car(p, main):
    r = p.rng
    p.colour("body", main)
    p.colour("windows", other(p, ("blue", "white", "black", "grey"), main))
    p.colour("wheels", other(p, ("black", "grey"), main))
    p.colour("headlight", other(p, ("yellow", "white"), main))
    w = r.uniform(0.98, 1.2)
    cab0, cab1 = (-0.62 * w, 0.42 * w) if r.random() < 0.7 else (-0.95 * w, 0.45 * w)
    p.poly("body", [(cab0, 0.56), (cab0 + 0.2, 1.0), (cab1 - 0.22, 1.0), (cab1 + 0.06, 0.56)])
    mid = (cab0 + cab1) / 2
    p.poly("windows", [(cab0 + 0.13, 0.58), (cab0 + 0.26, 0.9), (mid - 0.04, 0.9), (mid - 0.04, 0.58)], detail=True)
    p.poly("windows", [(mid + 0.04, 0.58), (mid + 0.04, 0.9), (cab1 - 0.27, 0.9), (cab1 - 0.07, 0.58)], detail=True)
    p.poly("body", [(-w, 0.18), (w, 0.18), (w, 0.44), (w - 0.14, 0.58), (-w + 0.05, 0.58), (-w, 0.5)])
    p.ellipse("headlight", w - 0.1, 0.42, 0.085, detail=True)
    for cx in (-0.56 * w, 0.56 * w):
        p.ellipse("wheels", cx, 0.2, 0.22)
        p.ellipse("wheels", cx, 0.2, 0.09, light=1.7, detail=True)


@kind("truck", "box", ("red", "blue", "yellow", "green", "white", "grey", "orange", "brown"), ("box", "cab", "window", "wheels"),
      (0.19, 0.27), tags=("vehicle", "carry"))
def truck(p, main):
    r = p.rng
    p.colour("box", main)
    p.colour("cab", other(p, ("red", "blue", "yellow", "green", "white", "orange"), main))
    p.colour("window", other(p, ("blue", "black", "white", "grey"), p.colours["cab"]))
    pick(p, "wheels", ("black", "black", "grey"))
    w = r.uniform(0.85, 1.05)
    split = w * 0.36
    p.rect("box", -w, 0.18, split - 0.03, r.uniform(0.88, 1.0))
    p.poly("cab", [(split, 0.18), (w, 0.18), (w, 0.48), (w - 0.12, 0.76), (split, 0.76)])
    p.poly("window", [(split + 0.12, 0.48), (w - 0.07, 0.48), (w - 0.17, 0.7), (split + 0.12, 0.7)], detail=True)
    for cx in (-0.68 * w, -0.2 * w, 0.68 * w):
        p.ellipse("wheels", cx, 0.15, 0.155)
        p.ellipse("wheels", cx, 0.15, 0.065, light=1.7, detail=True)


@kind("bus", "body", ("red", "yellow", "blue", "green", "white", "orange", "purple"), ("body", "windows", "door", "wheels"),
      (0.21, 0.28), plural="buses", tags=("vehicle", "people carrier"))
def bus(p, main):
    r = p.rng
    p.colour("body", main)
    p.colour("windows", other(p, ("blue", "white", "black", "grey"), main))
    p.colour("door", other(p, ("grey", "black", "white", "brown", "yellow"), main, p.colours["windows"]))
    pick(p, "wheels", ("black", "black", "grey"))
    w = r.uniform(0.98, 1.2)
    p.poly("body", [(-w, 0.14), (w, 0.14), (w, 0.9), (w - 0.08, 1.0), (-w + 0.08, 1.0), (-w, 0.9)])
    n = r.choice((3, 4))
    span = 1.45 * w / n
    for i in range(n):
        x0 = -w + 0.1 + i * span
        p.rect("windows", x0, 0.52, x0 + span - 0.1, 0.86, detail=True)
    p.rect("door", w - 0.38, 0.16, w - 0.12, 0.82)
    for cx in (-0.6 * w, 0.5 * w):
        p.ellipse("wheels", cx, 0.14, 0.15)
        p.ellipse("wheels", cx, 0.14, 0.06, light=1.7, detail=True)


@kind("bicycle", "frame", ("red", "blue", "green", "yellow", "orange", "purple", "pink"), ("frame", "wheels", "saddle"),
      (0.16, 0.22), tags=("vehicle", "ride"))
def bicycle(p, main):
    p.colour("frame", main)
    pick(p, "wheels", ("black", "grey"))
    p.colour("saddle", other(p, ("brown", "black"), p.colours["wheels"]))
    for cx in (-0.52, 0.52):
        p.ring("wheels", cx, 0.34, 0.31, 0.075)
    p.line("frame", [(-0.52, 0.34), (-0.18, 0.8), (0.4, 0.78), (-0.02, 0.34), (-0.52, 0.34)], 0.075, detail=True)
    p.line("frame", [(-0.18, 0.8), (-0.02, 0.34)], 0.075, detail=True)
    p.line("frame", [(0.52, 0.34), (0.36, 1.0), (0.22, 1.0)], 0.075, detail=True)
    p.ellipse("saddle", -0.22, 0.9, 0.17, 0.07)


@kind("boat", "hull", ("red", "blue", "white", "brown", "green", "yellow", "black"), ("hull", "sail", "mast"), (0.26, 0.4),
      tags=("vehicle", "water"))
def boat(p, main):
    r = p.rng
    p.colour("hull", main)
    p.colour("sail", other(p, ("white", "red", "yellow", "orange", "blue", "pink", "green"), main))
    p.colour("mast", other(p, ("brown", "black", "grey"), main))
    w = r.uniform(0.42, 0.56)
    p.rect("mast", -0.025, 0.18, 0.025, 1.0)
    p.poly("sail", [(0.04, 0.3), (w * 0.9, 0.3), (0.04, 0.97)])
    if r.random() < 0.6:
        p.poly("sail", [(-0.04, 0.32), (-w * 0.7, 0.32), (-0.04, 0.85)], light=0.92)
    p.poly("hull", [(-w, 0.24), (w, 0.24), (w * 0.7, 0), (-w * 0.7, 0)])


@kind("airplane", "body", ("white", "red", "blue", "grey", "yellow", "green"), ("body", "wing", "tail", "windows"), (0.1, 0.17),
      tags=("vehicle", "flies"))
def airplane(p, main):
    p.colour("body", main)
    c = other(p, ("red", "blue", "yellow", "grey", "orange", "green", "white"), main)
    p.colour("wing", c)
    p.colour("tail", c)
    p.colour("windows", other(p, ("blue", "black"), main, c))
    p.poly("tail", [(-1.15, 0.55), (-0.75, 0.55), (-1.0, 1.0), (-1.25, 1.0)])
    p.ellipse("body", 0, 0.45, 1.2, 0.27)
    for cx in (-0.3, 0.05, 0.4, 0.75):
        p.ellipse("windows", cx, 0.54, 0.085, detail=True)
    p.poly("wing", [(-0.1, 0.42), (0.42, 0.42), (-0.15, 0.0), (-0.5, 0.0)])


@kind("hot-air balloon", "envelope", ("red", "orange", "yellow", "blue", "purple", "pink", "green"), ("envelope", "basket"),
      (0.22, 0.34), tags=("flies",))
def hot_air_balloon(p, main):
    p.colour("envelope", main, [(p.rng.choice(("bars", "stripes")), 0.16)] if p.rng.random() < 0.4 else ())
    p.colour("basket", "brown")
    p.tint("rope", (90, 70, 50))
    for x in (-0.09, 0.09):
        p.line("rope", [(x, 0.14), (x * 1.7, 0.36)], 0.016, detail=True)
    p.ellipse("envelope", 0, 0.66, 0.35, 0.34)
    p.poly("envelope", [(-0.29, 0.48), (0.29, 0.48), (0.11, 0.27), (-0.11, 0.27)], detail=True)
    p.rect("basket", -0.12, 0, 0.12, 0.17)


# ---------------------------------------------------------------- people

def body_skin(p):
    return p.rng.choice(SKIN)


HAIR = ("black", "brown", "yellow", "red", "grey")


@kind("man", "shirt", ("red", "blue", "green", "yellow", "white", "purple", "orange", "grey"),
      ("face", "hair", "shirt", "trousers", "shoes"), (0.3, 0.42), plural="men", tags=("person",))
def man(p, main):
    r = p.rng
    p.colour("shirt", main, [(r.choice(("stripes", "checks")), 0.16)] if r.random() < 0.25 else ())
    p.colour("trousers", other(p, ("blue", "black", "brown", "grey", "green"), main))
    p.colour("shoes", other(p, ("black", "brown", "white", "red"), p.colours["trousers"]))
    pick(p, "hair", HAIR)
    skin = body_skin(p)
    p.tint("face", skin)
    p.tint("skin", skin)
    arm = r.choice((0.0, 0.0, 0.25))
    step = r.uniform(0.02, 0.07)
    for s in (-1, 1):
        p.line("trousers", [(s * 0.055, 0.46), (s * (0.06 + step), 0.06)], 0.095)
        p.ellipse("shoes", s * (0.06 + step) + 0.02, 0.035, 0.075, 0.036)
    p.line("skin", [(-0.14, 0.7), (-0.22, 0.44)], 0.05, detail=True)
    p.line("skin", [(0.14, 0.7), (0.23, 0.44 + arm)], 0.05, detail=True)
    p.line("shirt", [(-0.11, 0.74), (-0.19, 0.57)], 0.085, detail=True)
    p.line("shirt", [(0.11, 0.74), (0.19, 0.57 + arm / 2)], 0.085, detail=True)
    p.poly("shirt", [(-0.11, 0.44), (0.11, 0.44), (0.15, 0.76), (-0.15, 0.76)])
    p.ellipse("hair", 0, 0.905, 0.105, 0.095)
    p.ellipse("face", 0.01, 0.865, 0.088, 0.09)
    _eyes(p, 0.01, 0.87)


@kind("woman", "dress", ("red", "blue", "green", "yellow", "white", "purple", "pink", "orange"),
      ("face", "hair", "dress", "shoes"), (0.29, 0.41), plural="women", tags=("person",))
def woman(p, main):
    r = p.rng
    p.colour("dress", main, [("dots", 0.16)] if r.random() < 0.25 else ())
    p.colour("shoes", other(p, ("black", "brown", "red", "white", "blue"), main))
    pick(p, "hair", HAIR)
    skin = body_skin(p)
    p.tint("face", skin)
    p.tint("skin", skin)
    p.poly("hair", [(-0.12, 0.62), (0.12, 0.62), (0.12, 0.9), (-0.12, 0.9)])
    p.ellipse("hair", 0, 0.89, 0.12, 0.11)
    for s in (-1, 1):
        p.line("skin", [(s * 0.06, 0.26), (s * 0.07, 0.05)], 0.05, detail=True)
        p.ellipse("shoes", s * 0.08 + 0.02, 0.032, 0.066, 0.034)
        p.line("skin", [(s * 0.1, 0.68), (s * 0.22, 0.46)], 0.045, detail=True)
    p.poly("dress", [(-0.23, 0.2), (0.23, 0.2), (0.09, 0.54), (0.13, 0.74), (-0.13, 0.74), (-0.09, 0.54)])
    p.ellipse("face", 0.0, 0.86, 0.085, 0.09)
    p.arc("hair", 0, 0.905, 0.1, 0.075, 10, 170, detail=True)
    _eyes(p, 0.0, 0.855)


@kind("child", "shirt", ("red", "blue", "green", "yellow", "purple", "orange", "pink", "white"),
      ("face", "cap", "shirt", "shorts", "shoes"), (0.19, 0.27), plural="children", tags=("person", "plays"))
def child(p, main):
    r = p.rng
    p.colour("shirt", main)
    p.colour("shorts", other(p, ("blue", "brown", "black", "red", "green", "grey"), main))
    p.colour("cap", other(p, ("red", "blue", "yellow", "green", "orange", "purple"), main))
    p.colour("shoes", other(p, ("white", "black", "red", "blue"), p.colours["shorts"]))
    skin = body_skin(p)
    p.tint("face", skin)
    p.tint("skin", skin)
    up = r.choice((-0.16, -0.16, 0.18))
    for s in (-1, 1):
        p.line("skin", [(s * 0.08, 0.24), (s * 0.1, 0.06)], 0.075, detail=True)
        p.ellipse("shoes", s * 0.1 + 0.02, 0.045, 0.09, 0.045)
        p.line("skin", [(s * 0.13, 0.54), (s * 0.28, 0.54 + (up if s > 0 else -0.16))], 0.065, detail=True)
        p.line("shorts", [(s * 0.075, 0.34), (s * 0.09, 0.2)], 0.13)
    p.poly("shirt", [(-0.13, 0.32), (0.13, 0.32), (0.16, 0.58), (-0.16, 0.58)])
    p.ellipse("face", 0, 0.76, 0.165, 0.175)
    p.arc("cap", 0, 0.8, 0.18, 0.2, 0, 180)
    p.rect("cap", 0.02, 0.79, 0.28, 0.83, detail=True)
    _eyes(p, 0.02, 0.73, 1.6)


def _eyes(p, cx, cy, f=1.0):
    p.tint("eyes", (40, 34, 34))
    for dx in (-0.03, 0.03):
        p.ellipse("eyes", cx + dx * f, cy, 0.011 * f, detail=True)


# ---------------------------------------------------------------- animals

def _legs(p, part, xs, width, top, bottom=0.0):
    for x in xs:
        p.line(part, [(x, top), (x + p.rng.uniform(-0.05, 0.05), bottom)], width)


@kind("dog", "body", ("brown", "black", "white", "grey", "orange"), ("body", "head", "ear", "legs", "tail"), (0.14, 0.22),
      tags=("animal", "pet"))
def dog(p, main):
    p.colour("body", main)
    p.colour("head", main)
    p.colour("legs", main)
    p.colour("tail", main)
    p.colour("ear", other(p, ("brown", "black", "grey"), main))
    p.tint("eyes", (30, 28, 28))
    p.line("tail", [(-0.5, 0.58), (-0.78, 0.9)], 0.1)
    _legs(p, "legs", (-0.42, -0.28, 0.24, 0.38), 0.11, 0.4)
    p.ellipse("body", 0, 0.5, 0.56, 0.22)
    p.ellipse("head", 0.58, 0.74, 0.24, 0.21)
    p.ellipse("head", 0.78, 0.67, 0.14, 0.1)
    p.ellipse("eyes", 0.9, 0.71, 0.045, detail=True)
    p.ellipse("eyes", 0.64, 0.8, 0.03, detail=True)
    p.ellipse("ear", 0.44, 0.72, 0.09, 0.2)


@kind("cat", "body", ("orange", "black", "white", "grey", "brown"), ("body", "head", "ears", "tail", "legs"), (0.13, 0.2),
      tags=("animal", "pet"))
def cat(p, main):
    r = p.rng
    for part in ("body", "head", "tail", "legs"):
        p.colour(part, main)
    p.colour("ears", other(p, ("pink", "black", "brown", "white"), main))
    p.tint("eyes", (60, 170, 70) if main == "black" else (34, 32, 32))
    if r.random() < 0.5:  # sitting
        p.line("tail", [(-0.2, 0.1), (-0.48, 0.14), (-0.56, 0.42)], 0.1)
        p.poly("body", [(-0.32, 0.06), (0.3, 0.06), (0.2, 0.62), (-0.16, 0.62)])
        p.ellipse("legs", 0.14, 0.06, 0.14, 0.07)
        p.ellipse("legs", -0.16, 0.06, 0.14, 0.07)
        cx, cy = 0.04, 0.7
    else:
        p.line("tail", [(-0.42, 0.5), (-0.66, 0.66), (-0.64, 0.96)], 0.09)
        _legs(p, "legs", (-0.34, -0.2, 0.2, 0.34), 0.09, 0.34)
        p.ellipse("body", 0, 0.42, 0.48, 0.19)
        cx, cy = 0.46, 0.66
    for s in (-1, 1):
        p.poly("ears", [(cx + s * 0.06, cy + 0.14), (cx + s * 0.24, cy + 0.1), (cx + s * 0.2, cy + 0.36)])
    p.ellipse("head", cx, cy, 0.25, 0.2)
    for s in (-1, 1):
        p.ellipse("eyes", cx + s * 0.1, cy + 0.03, 0.035, detail=True)


@kind("rabbit", "body", ("white", "grey", "brown", "black"), ("body", "head", "ears", "tail"), (0.12, 0.18), tags=("animal",))
def rabbit(p, main):
    for part in ("body", "head", "ears"):
        p.colour(part, main)
    p.colour("tail", "white" if main != "white" else "grey")
    p.tint("eyes", (40, 30, 30))
    p.ellipse("tail", -0.4, 0.22, 0.12)
    p.ellipse("body", -0.06, 0.28, 0.36, 0.28)
    for dx in (0.12, 0.27):
        p.ellipse("ears", dx, 0.84, 0.07, 0.2)
    p.ellipse("head", 0.24, 0.54, 0.21, 0.18)
    p.ellipse("eyes", 0.31, 0.58, 0.03, detail=True)


@kind("bird", "body", ("red", "blue", "yellow", "green", "black", "white", "grey", "orange", "purple"),
      ("body", "wing", "beak", "tail"), (0.08, 0.14), tags=("animal", "flies"))
def bird(p, main):
    p.colour("body", main)
    p.colour("wing", other(p, ("black", "white", "blue", "brown", "grey", "yellow", "red"), main))
    p.colour("beak", other(p, ("orange", "yellow"), main))
    p.colour("tail", p.colours["wing"])
    p.tint("eyes", (30, 30, 30) if main != "black" else (240, 240, 240))
    p.poly("tail", [(-0.5, 0.42), (-0.9, 0.6), (-0.86, 0.28)])
    p.ellipse("body", 0, 0.44, 0.55, 0.34)
    p.ellipse("body", 0.46, 0.68, 0.27, 0.25)
    p.poly("beak", [(0.68, 0.76), (1.0, 0.66), (0.68, 0.56)])
    if p.rng.random() < 0.5:
        p.poly("wing", [(-0.3, 0.5), (0.25, 0.5), (-0.3, 1.1)])
    else:
        p.ellipse("wing", -0.1, 0.44, 0.32, 0.18)
    p.ellipse("eyes", 0.54, 0.74, 0.045, detail=True)


@kind("duck", "body", ("white", "yellow", "brown", "grey"), ("body", "head", "beak", "wing"), (0.1, 0.16),
      tags=("animal", "water"))
def duck(p, main):
    p.colour("body", main)
    p.colour("head", main if p.rng.random() < 0.5 else "green")
    p.colour("beak", "orange")
    p.colour("wing", other(p, ("grey", "brown", "white", "black"), main))
    p.tint("eyes", (30, 30, 30))
    p.poly("body", [(-0.8, 0.5), (-0.5, 0.1), (0.4, 0.05), (0.62, 0.3), (0.4, 0.52), (-0.3, 0.46)])
    p.ellipse("body", 0, 0.28, 0.56, 0.25, detail=True)
    p.line("head", [(0.42, 0.4), (0.5, 0.74)], 0.2, detail=True)
    p.ellipse("head", 0.52, 0.8, 0.2, 0.18)
    p.poly("beak", [(0.68, 0.84), (0.98, 0.74), (0.68, 0.68)])
    p.ellipse("wing", -0.12, 0.32, 0.32, 0.15)
    p.ellipse("eyes", 0.58, 0.85, 0.035, detail=True)


@kind("horse", "body", ("brown", "black", "white", "grey"), ("body", "head", "legs", "mane", "tail"), (0.24, 0.34),
      tags=("animal", "farm", "ride"))
def horse(p, main):
    for part in ("body", "head", "legs"):
        p.colour(part, main)
    hair = other(p, ("black", "brown", "white", "yellow"), main)
    p.colour("mane", hair)
    p.colour("tail", hair)
    p.tint("eyes", (25, 25, 25) if main != "black" else (230, 230, 230))
    p.line("tail", [(-0.44, 0.62), (-0.58, 0.32)], 0.1)
    _legs(p, "legs", (-0.36, -0.25, 0.2, 0.32), 0.075, 0.45)
    p.ellipse("body", -0.03, 0.54, 0.46, 0.17)
    p.line("mane", [(0.27, 0.64), (0.43, 0.95)], 0.16)
    p.line("body", [(0.28, 0.56), (0.5, 0.88)], 0.18, detail=True)
    p.line("head", [(0.46, 0.91), (0.72, 0.76)], 0.14)
    p.poly("head", [(0.45, 0.93), (0.52, 0.94), (0.48, 1.04)], detail=True)
    p.ellipse("eyes", 0.55, 0.88, 0.02, detail=True)


@kind("cow", "body", ("white", "brown", "black"), ("body", "head", "legs", "horns"), (0.2, 0.29), tags=("animal", "farm", "milk"))
def cow(p, main):
    r = p.rng
    p.colour("body", main)
    p.colour("head", main if r.random() < 0.5 else other(p, ("white", "brown", "black"), main))
    p.colour("legs", main)
    p.colour("horns", other(p, ("grey", "yellow"), main))
    p.tint("eyes", (25, 25, 25) if p.colours["head"] != "black" else (230, 230, 230))
    p.tint("nose", (236, 160, 160))
    p.line("legs", [(-0.6, 0.7), (-0.7, 0.36)], 0.05, detail=True)
    _legs(p, "legs", (-0.44, -0.3, 0.26, 0.4), 0.11, 0.38)
    p.poly("body", [(-0.6, 0.34), (0.5, 0.34), (0.54, 0.8), (-0.58, 0.82)])
    if main == "white" or r.random() < 0.3:
        dark = (70, 52, 44) if main == "white" else (240, 236, 228)
        for cx, cy, rr in ((-0.34, 0.62, 0.14), (0.12, 0.68, 0.12), (0.3, 0.48, 0.08)):
            p.ellipse("body", cx, cy, rr, rr * 0.8, rgb=dark, detail=True)
    for s in (-1, 1):
        p.poly("horns", [(0.64 + s * 0.08, 0.92), (0.64 + s * 0.16, 0.92), (0.64 + s * 0.2, 1.1)])
    p.ellipse("head", 0.64, 0.78, 0.19, 0.2)
    p.ellipse("nose", 0.68, 0.64, 0.13, 0.08)
    p.ellipse("eyes", 0.58, 0.84, 0.025, detail=True)
    p.ellipse("eyes", 0.72, 0.84, 0.025, detail=True)


@kind("sheep", "wool", ("white", "grey", "brown", "black"), ("wool", "head", "legs"), (0.15, 0.22), plural="sheep",
      tags=("animal", "farm", "warm"))
def sheep(p, main):
    p.colour("wool", main)
    c = other(p, ("black", "brown", "white"), main)
    p.colour("head", c)
    p.colour("legs", c)
    p.tint("eyes", (240, 240, 240) if c == "black" else (30, 30, 30))
    _legs(p, "legs", (-0.34, -0.18, 0.18, 0.34), 0.1, 0.4)
    for cx, cy, rr in ((-0.38, 0.56, 0.24), (0.36, 0.56, 0.24), (-0.14, 0.7, 0.25), (0.16, 0.7, 0.25), (0, 0.5, 0.28)):
        p.ellipse("wool", cx, cy, rr, detail=True, light=p.rng.choice((0.95, 1.0, 1.03)))
    p.ellipse("head", 0.62, 0.72, 0.17, 0.2)
    p.ellipse("eyes", 0.67, 0.77, 0.03, detail=True)


@kind("fish", "body", ("orange", "red", "blue", "yellow", "purple", "green", "grey"), ("body", "tail", "fin"), (0.08, 0.13),
      plural="fish", tags=("animal", "water"))
def fish(p, main):
    p.colour("body", main, [("bars", 0.16)] if p.rng.random() < 0.4 else ())
    c = other(p, ("orange", "red", "blue", "yellow", "white", "purple"), main)
    p.colour("tail", c)
    p.colour("fin", c)
    p.tint("eyes", (30, 30, 30))
    p.poly("tail", [(-0.6, 0.5), (-1.1, 0.95), (-1.1, 0.05)])
    p.poly("fin", [(-0.3, 0.75), (0.3, 0.75), (-0.2, 1.15)])
    p.ellipse("body", 0, 0.5, 0.75, 0.38)
    p.ellipse("eyes", 0.48, 0.58, 0.06, detail=True)


# ---------------------------------------------------------------- sky and weather

@kind("sun", "sun", (), (), (0.12, 0.2), tags=("sky", "light"))
def sun(p, main):
    import math
    p.tint("sun", (254, 206, 62) if p.rng.random() < 0.7 else (252, 160, 60))
    if p.rng.random() < 0.6:
        n = p.rng.choice((8, 10, 12))
        for i in range(n):
            a = 2 * math.pi * i / n
            p.poly("sun", [(0.36 * math.cos(a - 0.16), 0.5 + 0.36 * math.sin(a - 0.16)), (0.36 * math.cos(a + 0.16), 0.5 + 0.36 * math.sin(a + 0.16)),
                           (0.56 * math.cos(a), 0.5 + 0.56 * math.sin(a))], detail=True)
    p.ellipse("sun", 0, 0.5, 0.36)


@kind("moon", "moon", (), (), (0.11, 0.17), tags=("sky", "light"))
def moon(p, main):
    import math
    p.tint("moon", (238, 232, 206))
    if p.rng.random() < 0.5:
        outer = [(0.5 * math.cos(math.radians(a)), 0.5 + 0.5 * math.sin(math.radians(a))) for a in range(60, 301, 15)]
        inner = [(0.16 + 0.4 * math.cos(math.radians(a)), 0.5 + 0.42 * math.sin(math.radians(a))) for a in range(285, 74, -15)]
        p.poly("moon", outer + inner)
    else:
        p.ellipse("moon", 0, 0.5, 0.46)
        p.ellipse("moon", -0.14, 0.6, 0.1, light=0.9, detail=True)
        p.ellipse("moon", 0.16, 0.4, 0.08, light=0.9, detail=True)


@kind("cloud", "cloud", ("white", "white", "grey", "pink"), (), (0.08, 0.14), tags=("sky", "rain"))
def cloud(p, main):
    r = p.rng
    p.colour("cloud", main)
    for cx, cy, rr in ((-0.75, 0.3, 0.3), (-0.25, 0.5, 0.46), (0.35, 0.46, 0.42), (0.8, 0.28, 0.28)):
        p.ellipse("cloud", cx * r.uniform(0.9, 1.1), cy, rr * r.uniform(0.9, 1.1), detail=True)
    p.rect("cloud", -0.8, 0.02, 0.82, 0.36, detail=True)


@kind("kite", "sail", ("red", "orange", "yellow", "green", "blue", "purple", "pink"), ("sail", "tail"), (0.2, 0.3),
      tags=("toy", "flies"))
def kite(p, main):
    p.colour("sail", main)
    p.colour("tail", other(p, ("red", "yellow", "blue", "green", "white", "orange"), main))
    p.line("tail", [(0, 0.42), (0.08, 0.3), (-0.04, 0.17), (0.06, 0.02)], 0.05)
    p.poly("tail", [(0.02, 0.26), (0.14, 0.32), (0.14, 0.2)], detail=True)
    p.poly("tail", [(-0.0, 0.12), (-0.12, 0.18), (-0.12, 0.06)], detail=True)
    p.poly("sail", [(0, 1.0), (0.26, 0.74), (0, 0.4), (-0.26, 0.74)])
    p.poly("sail", [(0, 1.0), (0.26, 0.74), (0, 0.74)], light=0.82, detail=True)
    p.poly("sail", [(0, 0.4), (-0.26, 0.74), (0, 0.74)], light=0.82, detail=True)


@kind("balloon", "balloon", ("red", "orange", "yellow", "green", "blue", "purple", "pink"), ("balloon", "string"), (0.2, 0.28),
      tags=("toy", "party"))
def balloon(p, main):
    p.colour("balloon", main)
    p.colour("string", p.rng.choice(("white", "black", "grey")))
    p.line("string", [(0, 0.5), (0.05, 0.26), (-0.02, 0)], 0.028, detail=True)
    p.poly("balloon", [(-0.05, 0.46), (0.05, 0.46), (0, 0.54)], detail=True)
    p.ellipse("balloon", 0, 0.75, 0.21, 0.25)
    p.ellipse("balloon", -0.07, 0.83, 0.04, 0.06, light=1.3, detail=True)


# ---------------------------------------------------------------- street and garden

@kind("bench", "seat", ("brown", "red", "green", "blue", "grey", "white"), ("seat", "backrest", "legs"), (0.12, 0.18), plural="benches",
      tags=("sit",))
def bench(p, main):
    p.colour("seat", main)
    p.colour("backrest", main)
    p.colour("legs", other(p, ("black", "grey", "brown"), main))
    for x in (-0.78, 0.78):
        p.rect("legs", x - 0.07, 0, x + 0.07, 0.42)
    p.rect("backrest", -1.0, 0.58, 1.0, 0.98)
    p.rect("seat", -1.06, 0.34, 1.06, 0.52, light=0.9)


@kind("street lamp", "post", ("black", "grey", "green", "blue"), ("lantern", "post"), (0.4, 0.58), tags=("light",))
def street_lamp(p, main):
    p.colour("post", main)
    p.colour("lantern", p.rng.choice(("yellow", "white", "orange")))
    p.rect("post", -0.028, 0, 0.028, 0.84)
    p.rect("post", -0.08, 0, 0.08, 0.05)
    if p.rng.random() < 0.5:
        p.poly("lantern", [(-0.055, 0.82), (0.055, 0.82), (0.085, 0.95), (-0.085, 0.95)])
        p.poly("post", [(-0.11, 0.95), (0.11, 0.95), (0, 1.0)], detail=True)
    else:
        p.ellipse("lantern", 0, 0.9, 0.09)


@kind("traffic light", "box", ("black", "grey", "yellow"), ("box", "post"), (0.34, 0.46), tags=("safety",))
def traffic_light(p, main):
    p.colour("box", main)
    p.colour("post", other(p, ("grey", "black", "green"), main))
    p.rect("post", -0.028, 0, 0.028, 0.62)
    p.rect("box", -0.1, 0.56, 0.1, 1.0)
    on = p.rng.randrange(3)
    for i, rgb in enumerate(((226, 40, 40), (248, 196, 40), (52, 190, 80))):
        p.ellipse("box", 0, 0.92 - 0.14 * i, 0.055, rgb=tuple(c * (1.0 if i == on else 0.35) for c in rgb), detail=True)


@kind("fence", "boards", ("white", "brown", "green", "grey", "red"), (), (0.09, 0.13), tags=("border",))
def fence(p, main):
    p.colour("boards", main)
    for y in (0.3, 0.68):
        p.rect("boards", -1.8, y - 0.07, 1.8, y + 0.07, light=0.9, detail=True)
    for i in range(8):
        x = -1.65 + 3.3 * i / 7
        p.poly("boards", [(x - 0.14, 0), (x + 0.14, 0), (x + 0.14, 0.84), (x, 1.0), (x - 0.14, 0.84)])


@kind("umbrella", "canopy", ("red", "yellow", "blue", "green", "orange", "pink", "purple"), ("canopy", "pole"), (0.28, 0.42),
      tags=("shade", "rain cover"))
def umbrella(p, main):
    p.colour("canopy", main, [("bars", 0.18)] if p.rng.random() < 0.35 else ())
    p.colour("pole", other(p, ("white", "grey", "brown", "black"), main))
    p.rect("pole", -0.022, 0, 0.022, 0.72)
    p.arc("canopy", 0, 0.62, p.rng.uniform(0.42, 0.52), 0.38, 0, 180)


@kind("ball", "ball", ("red", "orange", "yellow", "green", "blue", "purple", "pink", "white"), (), (0.07, 0.12), tags=("toy", "round"))
def ball(p, main):
    p.colour("ball", main, [(p.rng.choice(("stripes", "diagonal", "dots")), 0.16)] if p.rng.random() < 0.4 else ())
    p.ellipse("ball", 0, 0.5, 0.5)
    p.ellipse("ball", -0.15, 0.68, 0.12, light=1.18, detail=True)


@kind("bucket", "bucket", ("red", "blue", "yellow", "green", "orange", "purple"), ("bucket", "handle"), (0.1, 0.14), tags=("toy", "carry"))
def bucket(p, main):
    p.colour("bucket", main)
    p.colour("handle", other(p, ("white", "black", "yellow", "grey"), main))
    p.line("handle", [(-0.4, 0.66), (-0.3, 0.94), (0, 1.04), (0.3, 0.94), (0.4, 0.66)], 0.085, detail=True)
    p.poly("bucket", [(-0.3, 0), (0.3, 0), (0.45, 0.7), (-0.45, 0.7)])


@kind("snowman", "snowman", (), ("body", "head", "hat", "scarf", "nose"), (0.26, 0.38), plural="snowmen", tags=("winter",))
def snowman(p, main):
    r = p.rng
    p.colour("body", "white")
    p.colour("head", "white")
    pick(p, "hat", ("black", "red", "blue", "brown", "green"))
    p.colour("scarf", other(p, ("red", "green", "blue", "yellow", "purple"), p.colours["hat"]))
    p.colour("nose", "orange")
    p.tint("eyes", (30, 30, 30))
    p.ellipse("body", 0, 0.25, 0.28, 0.25)
    p.ellipse("body", 0, 0.53, 0.2, 0.18, light=0.97)
    p.ellipse("head", 0, 0.76, 0.15, 0.14)
    p.rect("scarf", -0.15, 0.62, 0.15, 0.68)
    p.rect("scarf", 0.05, 0.48, 0.12, 0.66, detail=True)
    p.rect("hat", -0.17, 0.85, 0.17, 0.885)
    p.rect("hat", -0.11, 0.87, 0.11, 1.0)
    p.poly("nose", [(0, 0.78), (0, 0.73), (0.17, 0.75)])
    for x in (-0.05, 0.06):
        p.ellipse("eyes", x, 0.81, 0.018, detail=True)


@kind("sled", "seat", ("red", "blue", "brown", "green", "yellow"), ("seat", "runners"), (0.08, 0.11), tags=("winter", "ride"))
def sled(p, main):
    p.colour("seat", main)
    p.colour("runners", other(p, ("grey", "black", "brown"), main))
    p.line("runners", [(-1.0, 0.12), (0.9, 0.12), (1.15, 0.5)], 0.16)
    for x in (-0.6, 0.5):
        p.rect("runners", x - 0.08, 0.1, x + 0.08, 0.6, detail=True)
    p.rect("seat", -0.95, 0.56, 0.95, 0.92)


# ---------------------------------------------------------------- furniture and small things

@kind("table", "top", ("brown", "white", "grey", "black", "red", "green"), ("top", "legs"), (0.18, 0.27), tags=("furniture", "indoor"))
def table(p, main):
    r = p.rng
    p.colour("top", main)
    p.colour("legs", main if r.random() < 0.5 else other(p, ("brown", "white", "grey", "black"), main))
    w = r.uniform(0.62, 0.95)
    if r.random() < 0.25:
        p.rect("legs", -0.08, 0.05, 0.08, 0.86)
        p.rect("legs", -0.36, 0, 0.36, 0.08)
    else:
        for x in (-0.86 * w, 0.86 * w):
            p.rect("legs", x - 0.06, 0, x + 0.06, 0.86)
    p.rect("top", -w, 0.82, w, 1.0)


@kind("chair", "seat", ("brown", "red", "blue", "green", "yellow", "white", "black", "orange"), ("seat", "backrest", "legs"), (0.2, 0.29),
      tags=("furniture", "sit", "indoor"))
def chair(p, main):
    r = p.rng
    p.colour("seat", main)
    p.colour("backrest", main)
    p.colour("legs", main if r.random() < 0.4 else other(p, ("brown", "black", "grey", "white"), main))
    for x in (-0.24, 0.24):
        p.rect("legs", x - 0.035, 0, x + 0.035, 0.42)
    if r.random() < 0.5:
        p.rect("backrest", -0.3, 0.5, -0.18, 1.0)
        p.rect("seat", -0.3, 0.4, 0.31, 0.52, light=0.92)
    else:
        p.poly("backrest", [(-0.27, 0.5), (0.27, 0.5), (0.25, 1.0), (-0.25, 1.0)])
        p.rect("seat", -0.32, 0.39, 0.32, 0.52, light=0.9)


@kind("sofa", "cushions", ("red", "blue", "green", "grey", "brown", "purple", "orange", "pink", "yellow"),
      ("cushions", "backrest", "armrests"), (0.2, 0.29), tags=("furniture", "sit", "indoor"))
def sofa(p, main):
    r = p.rng
    effects = [(r.choice(("checks", "bars", "dots")), 0.1)] if r.random() < 0.2 else ()
    for part in ("cushions", "backrest", "armrests"):
        p.colour(part, main, effects)
    w = r.uniform(0.95, 1.25)
    for x in (-w * 0.85, w * 0.85):
        p.rect("armrests", x - 0.05, 0, x + 0.05, 0.1, light=0.5, detail=True)
    p.rect("backrest", -w * 0.86, 0.4, w * 0.86, 1.0, light=0.86)
    for x0, x1 in ((-w * 0.84, -0.02), (0.02, w * 0.84)):
        p.rect("cushions", x0, 0.3, x1, 0.56, light=1.06)
    p.rect("cushions", -w * 0.86, 0.08, w * 0.86, 0.32)
    for s in (-1, 1):
        p.rect("armrests", s * w - 0.14, 0.08, s * w + 0.14, 0.7, light=0.95)


@kind("bed", "blanket", ("red", "blue", "green", "purple", "pink", "yellow", "orange"), ("blanket", "pillow", "headboard"), (0.2, 0.28),
      tags=("furniture", "sleep", "indoor"))
def bed(p, main):
    r = p.rng
    p.colour("blanket", main, [(r.choice(("checks", "stripes", "dots")), 0.14)] if r.random() < 0.35 else ())
    p.colour("pillow", "white" if r.random() < 0.6 else other(p, ("yellow", "blue", "pink", "grey"), main))
    p.colour("headboard", other(p, ("brown", "white", "black", "grey"), p.colours["pillow"]))
    p.rect("headboard", -1.15, 0, -0.98, 1.0)
    p.rect("headboard", 1.0, 0, 1.12, 0.5)
    p.rect("headboard", -1.0, 0.1, 1.02, 0.24, light=0.9)
    p.rect("blanket", -0.98, 0.22, 1.0, 0.5)
    p.ellipse("pillow", -0.7, 0.56, 0.26, 0.13)


@kind("lamp", "shade", ("yellow", "white", "orange", "red", "green", "blue", "pink", "purple"), ("shade", "stand"), (0.26, 0.44),
      tags=("light", "indoor"))
def lamp(p, main):
    p.colour("shade", main)
    p.colour("stand", other(p, ("black", "brown", "grey", "white"), main))
    p.rect("stand", -0.03, 0.04, 0.03, 0.7)
    p.rect("stand", -0.15, 0, 0.15, 0.06)
    t = p.rng.uniform(0.1, 0.16)
    p.poly("shade", [(-0.25, 0.62), (0.25, 0.62), (t, 1.0), (-t, 1.0)])


@kind("vase", "vase", ("blue", "white", "red", "purple", "green", "yellow", "pink", "black"), ("vase", "flowers"), (0.17, 0.25),
      tags=("indoor", "small"))
def vase(p, main):
    r = p.rng
    p.colour("vase", main, [(r.choice(("stripes", "diagonal", "dots")), 0.14)] if r.random() < 0.25 else ())
    if r.random() < 0.6:
        p.colour("flowers", other(p, ("red", "yellow", "pink", "purple", "orange", "white"), main))
        p.tint("stems", (76, 150, 70))
        for dx in (-0.15, 0, 0.15):
            p.line("stems", [(dx * 0.3, 0.5), (dx, 0.8)], 0.028, detail=True)
            p.ellipse("flowers", dx, 0.86 - abs(dx) * 0.4, 0.105, detail=True)
    p.poly("vase", [(-0.12, 0), (0.12, 0), (0.22, 0.22), (0.16, 0.42), (0.09, 0.5), (0.13, 0.6), (-0.13, 0.6), (-0.09, 0.5), (-0.16, 0.42), (-0.22, 0.22)])


@kind("picture", "frame", ("brown", "yellow", "black", "white", "red", "blue", "grey"), ("frame", "canvas"), (0.17, 0.28),
      tags=("wall", "indoor", "decoration"))
def picture(p, main):
    r = p.rng
    p.colour("frame", main)
    c = other(p, ("blue", "white", "green", "pink", "orange", "yellow", "purple"), main)
    p.colour("canvas", c)
    w = r.uniform(0.4, 0.72)
    p.rect("frame", -w, 0, w, 1)
    t = r.uniform(0.08, 0.12)
    p.rect("canvas", -w + t, t, w - t, 1 - t)
    if r.random() < 0.4:
        p.poly("canvas", [(-w + t, t), (w - t, t), (0.1, 0.5), (-0.1, 0.36)], light=0.8, detail=True)


@kind("window", "frame", ("white", "brown", "grey", "black"), ("frame", "glass", "curtains"), (0.26, 0.38), tags=("wall", "indoor", "see out"))
def window(p, main):
    r = p.rng
    p.colour("frame", main)
    p.colour("glass", "blue" if r.random() < 0.75 else "black" if main != "black" else "blue")
    w = r.uniform(0.34, 0.5)
    p.rect("frame", -w, 0.04, w, 0.96)
    for x0, x1 in ((-w + 0.06, -0.03), (0.03, w - 0.06)):
        p.rect("glass", x0, 0.1, x1, 0.9, light=1.25)
    if r.random() < 0.6:
        p.colour("curtains", other(p, ("red", "orange", "yellow", "green", "purple", "pink"), main))
        for s in (-1, 1):
            p.poly("curtains", [(s * (w + 0.12), 0), (s * (w - 0.12), 0), (s * (w - 0.18), 1.0), (s * (w + 0.12), 1.0)])


@kind("clock", "rim", ("red", "blue", "black", "brown", "yellow", "green", "white"), ("rim", "dial", "hands"), (0.12, 0.18),
      tags=("wall", "indoor", "time"))
def clock(p, main):
    import math
    p.colour("rim", main)
    p.colour("dial", "white" if main != "white" else "yellow")
    p.colour("hands", "black" if main != "black" else "red")
    p.ellipse("rim", 0, 0.5, 0.5)
    p.ellipse("dial", 0, 0.5, 0.38)
    for length, width in ((0.2, 0.08), (0.3, 0.06)):
        a = p.rng.uniform(0, 2 * math.pi)
        p.line("hands", [(0, 0.5), (length * math.cos(a), 0.5 + length * math.sin(a))], width, detail=True)


@kind("shelf", "boards", ("brown", "white", "black", "grey"), ("boards", "books"), (0.22, 0.36), plural="shelves",
      tags=("furniture", "indoor", "read"))
def shelf(p, main):
    r = p.rng
    p.colour("boards", main)
    p.colour("books", other(p, ("red", "blue", "green", "orange", "purple"), main))
    w = r.uniform(0.38, 0.5)
    p.rect("boards", -w, 0, w, 1.0)
    n = r.choice((2, 3))
    step = 0.9 / n
    for i in range(n):
        y = 0.06 + i * step
        p.rect("boards", -w + 0.05, y, w - 0.05, y + step - 0.05, light=0.6, detail=True)
        x = -w + 0.07
        while x < w - 0.16:
            b = r.uniform(0.06, 0.1)
            p.rect("books", x, y, x + b - 0.012, y + (step - 0.05) * r.uniform(0.62, 0.9), light=r.choice((0.85, 1.0, 1.15)), detail=True)
            x += b


@kind("book", "cover", ("red", "blue", "green", "yellow", "purple", "orange"), ("cover", "pages"), (0.05, 0.08), tags=("indoor", "small", "read"))
def book(p, main):
    p.colour("cover", main)
    p.colour("pages", "white")
    p.rect("cover", -1.1, 0, 1.1, 1.0)
    p.rect("pages", -0.95, 0.24, 1.1, 0.76, detail=True)


@kind("cup", "cup", ("red", "blue", "green", "yellow", "white", "orange", "pink", "purple"), ("cup", "handle"), (0.09, 0.13),
      tags=("indoor", "small", "drink"))
def cup(p, main):
    p.colour("cup", main)
    p.colour("handle", main)
    p.ring("handle", 0.42, 0.5, 0.24, 0.11)
    p.poly("cup", [(-0.34, 0), (0.34, 0), (0.42, 1.0), (-0.42, 1.0)])


@kind("apple", "apple", ("red", "green", "yellow"), ("apple", "leaf"), (0.07, 0.1), tags=("indoor", "small", "eat"))
def apple(p, main):
    p.colour("apple", main)
    p.colour("leaf", "green" if main != "green" else "brown")
    p.ellipse("apple", -0.16, 0.42, 0.34, 0.42, detail=True)
    p.ellipse("apple", 0.16, 0.42, 0.34, 0.42, detail=True)
    p.tint("stalk", (90, 60, 40))
    p.line("stalk", [(0, 0.75), (0.04, 1.0)], 0.08, detail=True)
    p.ellipse("leaf", 0.24, 0.94, 0.2, 0.1)


@kind("rug", "rug", ("red", "blue", "green", "purple", "orange", "pink", "yellow"), (), (0.07, 0.11), tags=("floor", "indoor", "soft"))
def rug(p, main):
    p.colour("rug", main, [(p.rng.choice(("stripes", "bars", "checks", "diagonal")), 0.14)] if p.rng.random() < 0.5 else ())
    w = p.rng.uniform(2.2, 3.4)
    if p.rng.random() < 0.4:
        p.ellipse("rug", 0, 0.5, w, 0.5)
    else:
        p.poly("rug", [(-w, 0), (w, 0), (w * 0.84, 1.0), (-w * 0.84, 1.0)])
