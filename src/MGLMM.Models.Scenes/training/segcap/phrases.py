"""Noun phrases for things, and expressions that fit exactly one of them."""
from scenes.things import KINDS

PLURAL_PARTS = {"windows", "wheels", "legs", "shoes", "petals", "trousers", "shorts", "curtains", "hands", "ears", "horns", "needles",
                "leaves", "cushions", "armrests", "flowers", "boards", "books", "pages", "runners"}
MASS = {"grass", "water", "sand", "snow", "hair", "wool", "glass"}
WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
PEOPLE = {"man": "shirt", "woman": "dress", "child": "shirt"}
SKY = {"black": "dark"}


def article(word):
    return "an" if word[0] in "aeiou" else "a"


def colour_of(thing):
    return SKY.get(thing.colour, thing.colour) if thing.kind == "sky" else thing.colour


def name(thing, colour=True):
    """Without an article: "red car", "man in a blue shirt"."""
    if not colour or not thing.colour:
        return thing.kind
    if thing.kind in PEOPLE:
        return f"{thing.kind} in {article(thing.colour)} {thing.colour} {PEOPLE[thing.kind]}"
    return f"{colour_of(thing)} {thing.kind}"


def definite(text):
    """What follows "the": "man in the blue shirt" of "man in a blue shirt"."""
    return text.replace(" in a ", " in the ").replace(" in an ", " in the ")


def indefinite(thing, colour=True):
    text = name(thing, colour)
    if thing.kind in ("sun", "moon"):
        return "the " + text
    if thing.kind in MASS or thing.plural:
        return text
    return f"{article(text)} {text}"


def plural(kind, colour=None):
    if kind in PEOPLE:
        base = KINDS[kind].plural
        return f"{base} in {colour} {PEOPLE[kind]}{'es' if PEOPLE[kind] == 'dress' else 's'}" if colour else base
    base = KINDS[kind].plural if kind in KINDS else kind
    return f"{colour} {base}" if colour else base


def part_indefinite(part, colour):
    text = f"{colour} {part}" if colour else part
    return text if part in PLURAL_PARTS or part in MASS else f"{article(text)} {text}"


def side(thing):
    x = thing.centre[0]
    return "on the left" if x < 0.37 else "on the right" if x > 0.63 else "in the middle"


def join(items, last="and"):
    """a ; a and b ; a , b and c"""
    items = list(items)
    if len(items) < 2:
        return "".join(items)
    return " , ".join(items[:-1]) + f" {last} " + items[-1]


def prose(items):
    return join(items).replace(" ,", ",")


def grounded(phrase):
    return f"<p> {phrase} </p> [SEG]"


def expressions(scene, thing):
    """All expressions of this grammar that fit this thing and nothing else in sight, the plainest first."""
    same = [t for t in scene.visible if t.kind == thing.kind]
    out = []
    if len(same) == 1:
        out.append(thing.kind)
    if thing.colour and sum(t.colour == thing.colour for t in same) == 1:
        out.append(definite(name(thing)) if thing.kind in PEOPLE else name(thing))
    if not thing.stuff:
        here = side(thing)
        if sum(side(t) == here for t in same) == 1:
            out.append(f"{thing.kind} {here}")
            if thing.colour and thing.kind not in PEOPLE:
                out.append(f"{name(thing)} {here}")
        if len(same) > 1:
            by_size = sorted(same, key=lambda t: t.area)
            if by_size[-1] is thing and thing.area > 1.35 * by_size[-2].area:
                out.append(f"largest {thing.kind}")
            if by_size[0] is thing and by_size[1].area > 1.35 * thing.area:
                out.append(f"smallest {thing.kind}")
            by_x = sorted(same, key=lambda t: t.centre[0])
            if by_x[0] is thing and by_x[1].centre[0] - thing.centre[0] > 0.06:
                out.append(f"leftmost {thing.kind}")
            if by_x[-1] is thing and thing.centre[0] - by_x[-2].centre[0] > 0.06:
                out.append(f"rightmost {thing.kind}")
        for anchor in scene.visible:
            if anchor.stuff or anchor is thing or anchor.kind == thing.kind or sum(t.kind == anchor.kind for t in scene.visible) != 1:
                continue
            gap = thing.centre[0] - anchor.centre[0]
            if abs(gap) < 0.1:
                continue
            if sum((t.centre[0] - anchor.centre[0]) * gap > 0 for t in same) == 1:
                out.append(f"{thing.kind} to the {'left' if gap < 0 else 'right'} of the {anchor.kind}")
    return out
