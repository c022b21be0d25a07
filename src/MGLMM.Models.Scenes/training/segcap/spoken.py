"""Expressions as people say them, and what they mean in a scene: synonyms, general words, sizes and places, counting, negation, relations, parts
without their whole, and words that name nothing here."""
import os
import random
import re
from dataclasses import dataclass
from functools import lru_cache

from scenes.palette import NAMES
from scenes.things import KINDS
from scenes.world import STUFF_NAMES

from . import foreign, phrases as ph, places, words
from .nouns import PRONOUNS, Noun, article, determined, general_noun, hidden, kind_noun, noun_for, with_colour
from .samples import Target, _false_kind, drawn_kinds, ordered, stuff_of, things_of

MOST = 9  # masks of one answer
EMPTY = 0.8  # of the negations that leave nothing are not asked: who says "but" has something else in mind
NOTHING = "Nothing in the picture fits."


@dataclass
class Said:
    """A noun phrase, what it means here, and how it is put."""
    text: str  # with its article or determiner
    targets: list
    many: bool = False
    denied: str = None  # what "There is no ..." would deny, where nothing fits and that says it well
    form: str = "many"
    answer: str = None  # the whole answer, where it is none of these
    about: list = None
    sentence: str = None  # a whole instruction that it belongs in
    relation: tuple = None  # (name, noun, anchor)
    looks: list = None  # (word, things): what a word of it speaks of, in the order of the words


@lru_cache(maxsize=None)
def unknown_words():
    """(trained, held out)"""
    path = os.path.join(os.path.dirname(__file__), "unknown.txt")
    with open(path, encoding="utf-8") as file:
        lines = [line.strip() for line in file if line[0] not in "#\n"]
    known = words.known_words()
    lines = [w for w in lines if w not in known]
    return [w for i, w in enumerate(lines) if i % 10 != 7], [w for i, w in enumerate(lines) if i % 10 == 7]


UNKNOWN_QUALITIES = ("metal plastic rusty broken transparent silver golden turquoise cyan magenta beige maroon teal "
                     "lilac khaki bronze marble leather rubber woollen paper "
                     "ancient modern electric chinese french roman royal haunted frozen burning angry "
                     "hungry famous foreign digital invisible poisonous").split()
HELD_OUT_QUALITIES = "indigo ceramic concrete medieval injured sunken velvet".split()


def named(target):
    """The phrase of one target in an answer."""
    t = target.things[0]
    own = ph.definite(ph.name(t))
    return f"the {target.part} of the {own}" if target.part else f"the {ph.name(t)}"


def answer_of(said):
    if said.answer:
        return said.answer
    if not said.targets:
        return f"There is no {said.denied} in the picture." if said.denied else NOTHING
    first = said.targets[0]
    one = len(said.targets) == 1 and not (first.part in ph.PLURAL_PARTS if first.part else first.things[0].plural)
    return ("It is " if one else "They are ") + ph.join(ph.grounded(named(t)) for t in said.targets) + " ."


def targets(things):
    return [Target([t]) for t in ordered(things)]


def plain(scene, rng):
    """A noun by any of its words, with or without a colour."""
    if rng.random() < 0.14 and stuff_of(scene):
        t = rng.choice(stuff_of(scene))
        one, _ = rng.choice(words.kind_words(t.kind))
        same = [x for x in stuff_of(scene) if x.kind == t.kind]
        return Said(rng.choice(("the ", "the ", "", "all the ")) + one, targets(same), t.plural)
    noun = noun_for(scene, rng)
    fits = noun.of(things_of(scene))
    one, many = noun.one, noun.many
    colours = sorted({t.colour for t in fits if t.colour})
    if colours and rng.random() < 0.3:
        colour = rng.choice(colours)
        fits = [t for t in fits if t.colour == colour]
        seed = rng.random()
        if noun.pronoun:
            return None
        one, many = (w and with_colour(w, colour, noun.kinds, random.Random(seed)) for w in (one, many))
    usual = [w for w, kinds in words.USUAL.items() if set(noun.kinds) <= set(kinds)] + ["little", "nice"] * (set(noun.kinds) <= {"dog", "cat", "rabbit", "bird", "child"})
    if usual and not noun.pronoun and rng.random() < 0.15:
        word = rng.choice(usual)
        one, many = (w and f"{word} {w}" for w in (one, many))
    text, plural = determined(noun, len(fits), rng, (one, many))
    return Said(text, targets(fits), plural or len(fits) > 1)


def absent(scene, rng):
    """A known word for what is not there, or a colour that nothing of the kind has."""
    present = drawn_kinds(scene)
    dice = rng.random()
    if dice < 0.06:
        kind = rng.choice([k for k in STUFF_NAMES if k not in present])
        one = rng.choice(words.kind_words(kind))[0]
        return Said(rng.choice(("the ", "the ", "", "any ")) + one, [], False, one, "none")
    if dice < 0.4:
        noun = general_noun(rng, present, False)
        if set(noun.kinds) & present:
            return None
        one, many = noun.one, noun.many
        text, plural = determined(noun, rng.choice((1, 2)), rng)
        alone = noun.pronoun or one is None
        return Said(text, [], plural, words.denied_word(noun.kinds) if alone else one, "none")
    elif dice < 0.75 or not things_of(scene):
        noun = kind_noun(_false_kind(scene, rng), rng)
        if set(noun.kinds) & present:
            return None
        one, many = noun.one, noun.many
    else:
        t = rng.choice(things_of(scene))
        noun = noun_for(scene, rng, t, 0.4)
        if noun.pronoun:
            return None
        has = {x.colour for x in scene.things if x.kind in noun.kinds}
        colours = [c for c in NAMES if c not in has and any(c in KINDS[k].colours for k in noun.kinds)]
        if not colours:
            return None
        colour, seed = rng.choice(colours), rng.random()
        one, many = (with_colour(w, colour, noun.kinds, random.Random(seed)) if w else w for w in (noun.one, noun.many))
        text, plural = determined(noun, 1, rng, (one, many))
        return Said(text, [], plural, one or many, "none", about=noun.of(things_of(scene)) or None)
    text, plural = determined(noun, rng.choice((1, 2)), rng, (one, many))
    return Said(text, [], plural, one or many, "none")


def _sorted_clear(things, key, share):
    """Things by a key, where the first differs clearly from the second."""
    order = sorted(things, key=key)
    a, b = key(order[0]), key(order[1])
    return order if abs(a - b) > share * max(abs(a), abs(b), 1e-9) else None


def size_of(t):
    return t.area


def height_of(t):
    return t.box[3] - t.box[1]


SUPERLATIVES = (
    (("biggest", "largest", "bigger", "big", "large", "huge"), lambda t: -size_of(t), 0.3),
    (("smallest", "smaller", "small", "tiny", "tiniest", "littlest"), size_of, 0.3),
    (("tallest", "taller", "tall", "highest"), lambda t: -height_of(t), 0.22), (("shortest", "shorter"), height_of, 0.22),
)


def superlative(scene, rng):
    """The biggest, the leftmost, the second from the left, the nearest."""
    noun = noun_for(scene, rng, None, 0.4)
    fits = noun.of(things_of(scene))
    if len(fits) < 2 or noun.one is None or noun.pronoun or len(fits) > 5:
        return None
    one = noun.one
    dice = rng.random()
    if dice < 0.45:
        said, key, share = rng.choice(SUPERLATIVES)
        order = _sorted_clear(fits, key, share)
        if not order:
            return None
        word = rng.choice([w for w in said if w.endswith("est") or len(fits) == 2])
        text = rng.choice((f"the {word} {one}", f"the {word} {one}", f"the {word} one of the {noun.many}" if noun.many and word.endswith("est")
                           else f"the {word} {one}"))
        return Said(text, targets(order[:1]), about=order[:1])
    if dice < 0.85:
        order = sorted(fits, key=lambda t: t.centre[0])
        if any(b.centre[0] - a.centre[0] < 0.06 for a, b in zip(order, order[1:])):
            return None
        n = len(order)
        options = [(0, (f"the {one} on the left", f"the left {one}", f"the leftmost {one}", f"the {one} furthest to the left", f"the {one} at the far left",
                        f"the left-hand {one}", f"the first {one} from the left")),
                   (n - 1, (f"the {one} on the right", f"the right {one}", f"the rightmost {one}", f"the {one} furthest to the right",
                            f"the {one} at the far right", f"the right-hand {one}", f"the last {one}"))]
        if n > 2:
            options += [(1, (f"the second {one} from the left", f"the second {one}")), (n - 2, (f"the second {one} from the right",))]
        if n == 3:
            options += [(1, (f"the middle {one}", f"the {one} in the middle", f"the {one} between the others"))]
        i, texts = rng.choice(options)
        return Said(rng.choice(texts), targets([order[i]]), about=[order[i]])
    if any(t.kind in ("bird", "cloud", "airplane", "kite", "sun", "moon", "picture", "window", "clock", "hot-air balloon", "balloon") for t in fits):
        order = sorted(fits, key=lambda t: t.centre[1])
        if order[1].centre[1] - order[0].centre[1] < 0.08 or order[-1].centre[1] - order[-2].centre[1] < 0.08:
            return None
        top = rng.random() < 0.5
        return Said(rng.choice((f"the top {one}", f"the {one} at the top", f"the upper {one}", f"the highest {one}") if top else (f"the bottom {one}",
                                                                                                                                  f"the lower {one}",
                                                                                                                                  f"the lowest {one}")),
                                                                                                                                  targets([order[0] if top
                                                                                                                                           else order[-1]]))
    order = sorted(fits, key=lambda t: -t.box[3])
    h = scene.numbers.shape[0]
    if order[0].box[3] - order[1].box[3] < 0.06 * h or order[-2].box[3] - order[-1].box[3] < 0.06 * h:
        return None
    near = rng.random() < 0.5
    return Said(rng.choice((f"the nearest {one}", f"the closest {one}", f"the {one} in front", f"the {one} in the foreground", f"the front {one}") if near
                           else (f"the {one} at the back", f"the {one} furthest away", f"the farthest {one}", f"the {one} in the back",
                                 f"the most distant {one}")), targets([order[0] if near else order[-1]]))


def sided(scene, rng):
    """The red car on the left, the animals on the right."""
    noun = noun_for(scene, rng, None, 0.4)
    fits = noun.of(things_of(scene))
    one, many = noun.one, noun.many
    if noun.pronoun or any(min(abs(t.centre[0] - 0.37), abs(t.centre[0] - 0.63)) < 0.035 for t in fits):
        return None
    side = ph.side(rng.choice(fits))
    colour = None
    if rng.random() < 0.4:
        colour = rng.choice([t for t in fits if ph.side(t) == side]).colour
        if colour:
            fits = [t for t in fits if t.colour == colour]
            seed = rng.random()
            one, many = (w and with_colour(w, colour, noun.kinds, random.Random(seed)) for w in (one, many))
    kept = [t for t in fits if ph.side(t) == side]
    text, plural = determined(noun, len(kept), rng, (one, many))
    if " that " in text:
        return None
    if side == "in the middle":
        place = rng.choice(("in the middle", "in the centre", "in the center", "in the middle of the picture"))
    else:
        place = rng.choice((side, side, f"{side} side", f"{side} of the picture", f"{side} hand side", f"at the {side.split()[-1]}"))
    return Said(f"{text} {place}", targets(kept), plural or len(kept) > 1, about=kept)


def counted(scene, rng):
    """Both, the two, all but one, either half of a group."""
    noun = noun_for(scene, rng, None, 0.4)
    fits = sorted(noun.of(things_of(scene)), key=lambda t: t.centre[0])
    n = len(fits)
    if n > 6 or not noun.many or noun.pronoun:
        return None
    many, one = noun.many, noun.one or noun.many
    dice = rng.random()
    if rng.random() < 0.3 and n:  # of one colour
        colours = [t.colour for t in fits if t.colour]
        if not colours or set(noun.kinds) & set(words.PEOPLE) and len(noun.kinds) > 1:
            return None
        colour = rng.choice(colours)
        fits = [t for t in fits if t.colour == colour]
        n, dice = len(fits), min(dice, 0.54) if dice > 0.08 else 0.2
        wear = ph.PEOPLE.get(noun.kinds[0])
        if wear:
            one, many = f"{one} in {ph.article(colour)} {colour} {wear}", f"{many} in {colour} {wear}{'es' if wear == 'dress' else 's'}"
        else:
            one, many = f"{colour} {one}", f"{colour} {many}"
    if n == 1 and noun.one:
        return Said(rng.choice((f"the one {one}", f"the only {one}", f"the only {one} in the picture", f"the single {one}")), targets(fits), about=fits) if rng.random() < 0.5 else None
    if n < 2:
        return None
    number = ph.WORDS[n]
    if dice < 0.08 and n < 5:  # more than there are
        more = n + rng.choice((1, 1, 2))
        return Said(rng.choice((f"the {ph.WORDS[more]} {many}", f"{ph.WORDS[more]} {many}", f"all {ph.WORDS[more]} {many}")), [], True, about=fits)
    if dice < 0.55:
        texts = [f"the {number} {many}", f"{number} {many}", f"all {number} {many}", f"all {number} of the {many}", f"the {number} {many} in the picture"]
        if n == 2:
            texts += [f"both {many}", f"both {many}", f"both of the {many}", f"the pair of {many}", f"a pair of {many}", f"both the {many}", f"the two {many}"]
        return Said(rng.choice(texts), targets(fits), True)
    if any(b.centre[0] - a.centre[0] < 0.06 for a, b in zip(fits, fits[1:])):
        return None
    side = rng.random() < 0.5
    if dice < 0.8 or n < 3:
        kept = fits[1:] if side else fits[:-1]
        end = rng.choice(("left", "leftmost") if side else ("right", "rightmost"))
        return Said(rng.choice((f"all but the {end} {one}", f"all {many} but the {end} one", f"all the {many} except the {end} one",
                                f"every {one} but the {end} one", f"the {many} other than the {end} one",
                                f"all {many} except for the one on the {'left' if side else 'right'}")), targets(kept), len(kept) > 1)
    kept = fits[:2] if side else fits[-2:]
    return Said(rng.choice((f"the two {many} on the {'left' if side else 'right'}", f"the two {'left' if side else 'right'}most {many}",
                            f"the {'first' if side else 'last'} two {many}")), targets(kept), True)


def negated(scene, rng):
    """Not red; neither red nor blue; all but the dog; people who are not in red."""
    things = things_of(scene)
    noun = noun_for(scene, rng, None, 0.6) if rng.random() < 0.92 else rng.choice((Noun("thing", "things", words.THINGS),
                                                                                   Noun("object", "objects", words.THINGS), Noun("one", "ones", words.THINGS)))
    fits = noun.of(things)
    one, many = noun.one, noun.many
    if not fits or noun.pronoun or len(fits) > 7:
        return None
    people = set(noun.kinds) <= set(words.PEOPLE)
    who = "who" if people else "that"
    dice = rng.random()
    kinds = sorted({t.kind for t in fits})

    def number(kept):
        """(the noun, whether it is in the plural): mostly as many as are meant, which says nothing about how many there are."""
        share = 0.5 if len(kept) == 1 else 0.93 if kept else 0.6
        return (many, True) if many and (one is None or rng.random() < share) else (one or many, one is None)

    if len(kinds) > 1 and dice < 0.5:  # kinds of a general word
        out = rng.choice(kinds)
        without = kind_noun(out, rng, 0.6)
        kept = [t for t in fits if t.kind not in without.kinds]
        if not kept:
            return None
        o, m = without.one, without.many or without.one
        word, plural = number(kept)
        if len(kinds) > 2 and rng.random() < 0.35:
            second = rng.choice([k for k in kinds if k not in without.kinds] or [None])
            if second is None or second in ("tree", "balloon"):
                return None
            kept = [t for t in kept if t.kind != second]
            m2 = KINDS[second].plural
            text = rng.choice((f"{many or word} that are neither {m} nor {m2}", f"neither the {m} nor the {m2}, the other {many or word}",
                               f"all {many or word} except {m} and {m2}"))
        else:
            text = rng.choice((f"{many or word} that are not {m}", f"the {many or word} that are not {m}", f"all {many or word} except the {m}",
                               f"all the {many or word} but the {o or m}", f"every {one or word} except the {o or m}",
                               f"{many or word} other than {m}", f"the {many or word} without the {m}", f"all {many or word}, but not the {m}",
                               f"not the {m}, the other {many or word}", f"{many or word} apart from the {m}",
                               f"{many or word} other than the {m}", f"all {many or word} but the {m}", f"{many or word}, only not the {m}",
                               f"the {many or word} except for the {m}", f"{many or word} except {m}"))
            if one and without.one and not plural:
                text = rng.choice((f"the {one} that isn't {article(without.one)}", f"the {one} that is not {article(without.one)}",
                                   f"every {one} but the {without.one}", f"the {one} {who} is not {article(without.one)}"))
            if people:
                text = rng.choice((text, f"everybody but the {o or m}", f"everyone except the {o or m}", f"all people other than the {o or m}"))
        return Said(text, targets(kept), len(kept) > 1)
    if not all(t.colour for t in fits):
        return None
    colours = sorted({t.colour for t in fits})
    colour = rng.choice(colours) if rng.random() < 0.8 or len(noun.kinds) > 9 else rng.choice(KINDS[fits[0].kind].colours)
    wearing = "in " if people else ""
    if len(colours) > 2 and rng.random() < 0.35:
        second = rng.choice([c for c in colours if c != colour])
        kept = [t for t in fits if t.colour not in (colour, second)]
        if not kept and rng.random() < EMPTY:
            return None
        word, plural = number(kept)
        be = "are" if plural else "is"
        text = rng.choice((f"the {word} {who} {be} neither {wearing}{colour} nor {wearing}{second}",
                           f"{word} {who} {be} neither {colour} nor {second}" if not people else f"{word} in neither {colour} nor {second}",
                           f"the {word} not {wearing}{colour} or {second}"))
    else:
        kept = [t for t in fits if t.colour != colour]
        if not kept and rng.random() < EMPTY:
            return None
        word, plural = number(kept)
        be = "are" if plural else "is"
        texts = [f"the {word} {who} {be} not {wearing}{colour}", f"{word} {who} {be} not {wearing}{colour}", f"the {word} not {wearing}{colour}",
                 f"any {word} {who} {be} not {wearing}{colour}",
                 f"the {word} {who} {'are' if plural else 'is'}n't {wearing}{colour}", f"the {word} which {be} not {wearing}{colour}"]
        if one and not plural:
            texts += [f"{article(one)}, but not {'the one in ' + colour if people else 'the ' + colour + ' one'}"]
        if plural and many:
            texts += [f"{many}, only not the {'ones in ' + colour if people else colour + ' ones'}",
                      f"{many}, but not the {'ones in ' + colour if people else colour + ' ones'}"]
        if people:
            texts += [f"the {word} not wearing {colour}", f"{word} without {colour} clothes"]
        else:
            texts += [f"the non-{colour} {word}", f"non-{colour} {word}",
                      f"{word} that are any colour but {colour}" if plural else f"the {word} of another colour than {colour}"]
            if plural and one and sum(t.colour == colour for t in fits) == 1:
                texts += [f"all {word} but the {colour} one", f"the {word} except the {colour} one", f"all the {word} other than the {colour} one"]
        text = rng.choice(texts)
    return Said(text, targets(kept), plural, about=kept or fits)


def lacking(scene, rng):
    """By a part that a thing has or has not, or by what it can do: animals without horns, a window with curtains, vehicles that do not fly."""
    things = things_of(scene)
    if rng.random() < 0.3:
        noun, able = rng.choice(((Noun("vehicle", "vehicles", ("bus", "truck", "car", "bicycle", "boat", "airplane")), ("airplane",)), (Noun("animal", "animals", words.ANIMALS), ("bird", "duck")),
                                 (Noun("toy", "toys", ("ball", "kite", "balloon", "bucket")), ("kite", "balloon")), (Noun("thing", "things", words.THINGS), ("bird", "airplane", "kite", "hot-air balloon", "balloon"))))
        fits = noun.of(things)
        if not fits or noun.one == "thing" and any(t.kind in ("duck", "cloud", "sun", "moon") for t in fits):
            return None
        can = rng.random() < 0.5
        kept = [t for t in fits if (t.kind in able) == can]
        if not kept and rng.random() < 0.7:
            return None
        plural = len(kept) > 1 or rng.random() < 0.3
        word, verb = (noun.many, "fly" if can else "do not fly") if plural else (noun.one, "flies" if can else "does not fly")
        verb = rng.choice((verb, "can fly" if can else "cannot fly", verb if can else verb.replace("do not", "don't").replace("does not", "doesn't")))
        return Said(f"{rng.choice(('the ', 'the ', ''))}{word} that {verb}", targets(kept), plural, about=kept or fits)
    noun = noun_for(scene, rng, None, 0.75)
    fits = noun.of(things)
    if not fits or noun.pronoun or len(fits) > 7 or not noun.many or not noun.one:
        return None
    same = lambda a, b: words.part_forms(a) == words.part_forms(b)
    owned = sorted({p for t in fits for p in t.parts if p not in ("body", "frame", "box", "top", t.kind)})
    if not owned:
        return None
    part = rng.choice(owned)
    shown = [any(same(p, part) for p in t.parts) for t in fits]
    # A part that the kind has and that is not to be seen here is nothing to ask about; curtains are, which some windows have and some have not.
    if any(not s and any(same(p, part) for p in KINDS[t.kind].parts) and part != "curtains" for t, s in zip(fits, shown)):
        return None
    if all(shown) and rng.random() < 0.8:
        return None
    has = rng.random() < 0.4
    kept = [t for t, s in zip(fits, shown) if s == has]
    own, owns = words.part_forms(part)
    said = own if part in ph.MASS or not owns else owns if part in ph.PLURAL_PARTS or part == "wing" or rng.random() < 0.5 else None
    plural = len(kept) > 1 or rng.random() < 0.3
    word, have = (noun.many, "have") if plural else (noun.one, "has")
    what, no = said or article(own), said or own
    text = rng.choice((f"with {what}", f"that {have} {what}") if has else (f"without {what}", f"that {have} no {no}", f"with no {no}"))
    return Said(f"{rng.choice(('the ', 'the ', '', 'all the ' if plural else ''))}{word} {text}", targets(kept), plural, about=kept or fits)


def located(scene, rng):
    """All that stands somewhere, with or without one of it: everything on the table, the things on the floor except the bed, what is in the sky."""
    things = things_of(scene)
    spots = [(t, places.under(scene, t)) for t in things]
    if not spots or any(ground is None for _, ground in spots):
        return None
    ground = rng.choice([ground for _, ground in spots])
    if ground.kind in ("mountains", "hills"):
        return None
    kept = [t for t, g in spots if g.kind == ground.kind]
    general = rng.random() < 0.25
    noun = noun_for(scene, rng, rng.choice(kept), 0.8) if general else Noun("thing", "things", words.THINGS)
    if noun.pronoun or not noun.many or len(kept) > MOST:
        return None
    kept = noun.of(kept)
    place = rng.choice(words.kind_words(ground.kind))[0]
    link = "in" if ground.kind in ("sky", "water", "field") or ground.kind in ("grass", "snow") and rng.random() < 0.2 else "on"
    stands = rng.choice(("is", "is", "stands", "can be seen") if ground.kind not in ("wall", "sky") else ("is", "is", "hangs" if ground.kind == "wall" else "is", "can be seen"))
    where = f"{rng.choice(('', '', 'up ')) if ground.kind == 'sky' else ''}{link} the {place}"
    if len(kept) > 1 and rng.random() < 0.45:
        out = rng.choice(sorted({t.kind for t in kept}))
        without = kind_noun(out, rng, 0.6)
        rest = [t for t in kept if t.kind not in without.kinds]
        said = without.many if sum(t.kind == out for t in kept) > 1 else without.one
        if not rest or not said:
            return None
        but = rng.choice(("except", "except", "but", "other than", "except for", "apart from"))
        head = rng.choice((f"everything {where}", f"the {noun.many} {where}", f"all the {noun.many} {where}") if not general else (f"the {noun.many} {where}", f"all {noun.many} {where}"))
        return Said(f"{head} {but} the {said}", targets(rest), len(rest) > 1)
    if general:
        return Said(rng.choice((f"all the {noun.many} {where}", f"every {noun.one or noun.many} {where}", f"the {noun.many} that {'are'} {where}")), targets(kept), len(kept) > 1)
    if rng.random() < 0.3:
        question = rng.choice((f"What {stands} {where}?", f"What can you see {where}?", f"What do you see {where}?", f"What is there {where}?", f"What is {where}?"))
        return Said(f"everything {where}", targets(kept), len(kept) > 1, sentence=question + mask_wanted(rng))
    return Said(rng.choice((f"everything {where}", f"everything that {stands} {where}", f"all that {stands} {where}", f"the things {where}", f"all things {where}", f"whatever {stands} {where}",
                            f"the things {rng.choice(('standing', 'lying', 'that are'))} {where}" if ground.kind not in ("sky", "wall") else f"the things {where}")), targets(kept), len(kept) > 1)


MASKS_WANTED = (" Please answer with a mask.", " Please answer with a mask.", " Please answer with a mask.", " Show it with a mask.", " Show me.", " Mark it.", " Mark them.", " Please mark them.", " Outline them.",
                " Show them to me.", " Give me masks.")


def mask_wanted(rng):
    return rng.choice(MASKS_WANTED)


WHO = ("Who is (in this picture|in the picture|there|here|to be seen)?", "Who (can you see|do you see)( here|)?", "Is (anybody|anyone|somebody) (there|here|in the picture)?", "Where is everybody?",
       "Are there any (people|persons|humans)( here| in the picture|)?")
#: Questions about what something is good for, and the kinds that answer them.
PURPOSES = (
    (("Where (can|could) (I|somebody|someone|one) sit( down|)?", "What (can|could) (I|one|you|people) sit on?", "(Is there|Do you see|I need|Find me|Can you find me) (anything|something|somewhere|a place) to sit( down| on|)?"),
     ("bench", "chair", "sofa")),
    (("Where (can|could|does|would) (I|somebody|someone|one) sleep?", "What (can|could) (I|one|you) sleep (on|in)?", "(Is there|I need|Find me) (something|anything) to sleep on?"), ("bed",)),
    (("What (can|could) (I|one|you) eat( here|)?", "(Is there |Do you see |)(anything|something) to eat?", "What is edible here?"), ("apple",)),
    (("What (can|could) (I|one|you) drink (from|out of)?", "What do people drink (from|out of)?"), ("cup",)),
    (("What (gives|makes) light( here|)?", "Where does the light come from?"), ("sun", "moon", "street lamp", "lamp")),
    (("What can children play with( here|)?", "What (can|could) (I|one|a child) play with?"), ("ball", "kite", "balloon", "bucket")),
    (("What (flies|can fly|is flying)( here|)?", "Which things (fly|can fly)?"), ("bird", "airplane", "hot-air balloon", "kite", "balloon")),
    (("What (shines|is shining) in the (night |)sky?",), ("sun", "moon")),
    (("(What|Where) is growing here?", "What grows here?"), ("tree", "pine tree", "bush", "flower", "potted plant")),
)


def wished(scene, rng):
    """Whole questions for a group: who is there, which animals are here, are there any vehicles, where could I sit."""
    things, dice = things_of(scene), rng.random()
    choose = lambda pattern: " ".join(GROUP.sub(lambda group: rng.choice(group[1].split("|")), pattern).split()).replace(" ?", "?")
    if dice < 0.12:
        noun, question = Noun("person", "people", words.PEOPLE), choose(rng.choice(WHO))
    elif dice < 0.4:
        patterns, kinds = rng.choice(PURPOSES)
        noun, question = Noun(None, "things", kinds), choose(rng.choice(patterns))
        if not set(kinds) & drawn_kinds(scene) and rng.random() < 0.7:
            return None
        denied = {("bed",): "bed", ("apple",): "apple", ("cup",): "cup"}.get(kinds)
    else:
        present = drawn_kinds(scene)
        there = rng.random() < 0.62
        if there and not things:
            return None
        noun = noun_for(scene, rng, None, 0.65) if there else general_noun(rng, present, False) if rng.random() < 0.5 else kind_noun(_false_kind(scene, rng), rng)
        if not there and set(noun.kinds) & present or noun.pronoun or not noun.many or noun.one is None or noun.one.startswith(("thing", "something")):
            return None
        one, many = noun.one, noun.many
        of = "(Which|What) " + many
        question = choose(rng.choice((f"{of} (do you see|can you see|are here|are there|are in the picture)?", f"(Which things|Which of these|What here) are {many}?",
                                      f"Is there {article(one)} (here|in here|somewhere|anywhere|in the picture|)?", f"(Are there|Do you see|Can you see|Can you spot) any {many}( here| in the picture|)?",
                                      f"(any|Any) {many}( here| in the picture| around|)?", f"How many {many} (are there|do you see|can you see)?", f"(Can|Do) you (spot|see) {article(one)}( here|)?",
                                      f"Has (someone|anybody) left {article(one)} here?", f"Is that {article(one)}?")))
        denied = one
    fits = noun.of(things)
    if not fits and hidden(scene, noun.kinds):
        return None
    if dice < 0.12:
        denied = "person"
    many = len(fits) > 1
    return Said(noun.many, targets(fits), many, None if fits else denied, "many" if fits else "none", sentence=question + mask_wanted(rng), about=fits[:4])


GROUP = re.compile(r"\(([^()]*)\)")


def _anchor(scene, t, rng):
    """A phrase for one thing that is unique by it, or None."""
    noun = kind_noun(t.kind, rng, 0.6)
    same = [x for x in scene.visible if x.kind in noun.kinds]
    if len(same) == 1:
        one = noun.one or noun.many
        if t.colour and rng.random() < 0.2:
            one = with_colour(one, t.colour, (t.kind,), rng)
        return "the " + one
    if t.colour and sum(x.colour == t.colour for x in same) == 1:
        return "the " + with_colour(noun.one or noun.many, t.colour, (t.kind,), rng)
    return None


def related(scene, rng, pair=False):
    """The dog next to the house; anything below the cloud; the boats on the water; the one between two others."""
    things = things_of(scene)
    if len(things) < 2:
        return None
    dice = rng.random()
    if dice < 0.22 and not pair:  # on a background or a table
        spots = [t for t in things if places.under(scene, t) is not None]
        if not spots:
            return None
        ground = places.under(scene, rng.choice(spots))
        head = rng.choice([t for t in spots if places.under(scene, t).kind == ground.kind])
        noun = noun_for(scene, rng, head, 0.6)
        fits = noun.of(things)
        values = [places.under(scene, t) for t in fits]
        if any(v is None for v in values):
            return None
        place = rng.choice(words.kind_words(ground.kind))[0]
        inside = ground.kind in ("sky", "water", "field", "snow")
        kept = [t for t, v in zip(fits, values) if v.kind == ground.kind]
        word = noun.many if noun.many and (len(kept) > 1 or noun.one is None) and rng.random() < 0.9 else noun.one or noun.many
        if rng.random() < 0.25 and kept and set(noun.kinds) - set(words.PEOPLE):
            colour = rng.choice(kept).colour
            if colour:
                kept = [t for t in kept if t.colour == colour]
                word = (noun.many if len(kept) > 1 else noun.one) or word
                word = f"{colour} {word}"
        if len(kept) > 1 and noun.many and rng.random() < 0.25 and not word.startswith("every"):
            word = f"{ph.WORDS[len(kept)]} {word}" if word.endswith(noun.many) else word
        link = rng.choice(("in", "in", "on", "up in" if ground.kind == "sky" else "in") if inside else ("on", "on", "standing on", "lying on", "down on", "lying in" if ground.kind in ("grass", "sand") else "on",
                                                             "hanging on" if ground.kind == "wall" else "on top of" if ground.kind == "table" else "on"))
        return Said(f"{rng.choice(('the ', 'the ', '', 'any '))}{word} {link} the {place}", targets(kept), len(kept) > 1, about=kept)
    anchor = rng.choice(things)
    phrase = _anchor(scene, anchor, rng)
    if phrase is None:
        return None
    others = [t for t in things if t is not anchor]
    if dice < 0.32 and not pair:
        second = rng.choice(others)
        phrase2 = _anchor(scene, second, rng)
        if phrase2 is None or second.kind == anchor.kind:
            return None
        a, b = sorted((anchor.centre[0], second.centre[0]))
        heads = [t for t in others if t is not second]
        if not heads or b - a < 0.2:
            return None
        noun = noun_for(scene, rng, rng.choice(heads), 0.5)
        fits = [t for t in noun.of(heads)]
        if any(min(abs(t.centre[0] - a), abs(t.centre[0] - b)) < 0.06 for t in fits) or len(noun.of(things)) != len(fits):
            return None
        kept = [t for t in fits if a < t.centre[0] < b]
        one = noun.one or noun.many
        return Said(f"the {one} between {phrase} and {phrase2}", targets(kept), len(kept) > 1, about=kept)
    name = rng.choice(("left", "right", "left", "right", "above", "below", "beside", "beside", "before", "behind"))
    function, ways = places.RELATIONS[name]
    true = [t for t in others if function(scene, t, anchor) is True]
    if not true and rng.random() < 0.5:
        return None
    head = rng.choice(true if true and rng.random() < 0.85 else others)  # what stands on the other side alone is not meant
    noun = noun_for(scene, rng, head, 0.45)
    if rng.random() < 0.12:
        noun = Noun(*rng.choice((("one", "ones"), ("thing", "things"), ("object", "objects"))), words.THINGS)
    fits = [t for t in noun.of(things) if t is not anchor]
    values = [function(scene, t, anchor) for t in fits]
    if None in values or not fits or len(fits) > 6:
        return None
    kept = [t for t, v in zip(fits, values) if v]
    word = noun.many if noun.many and (len(kept) > 1 or noun.one is None) and rng.random() < 0.9 else noun.one or noun.many
    if word.startswith("every"):
        return None
    colour = kept[0].colour if len(kept) == 1 and rng.random() < 0.2 and set(noun.kinds) != set(words.THINGS) else None
    if colour:
        word = with_colour(word, colour, noun.kinds, rng)
        if any(t.colour == colour for t, v in zip(fits, values) if not v) and " in " in word:
            return None
    start = rng.choice(("the ", "the ", "the ", "", "any ") if not word.startswith(PRONOUNS) else ("",))
    which = rng.choice(("", "", "", "that is " if word != noun.many else "that are ", "standing " if name in ("left", "right", "beside", "before",
                                                                                                              "behind") else ""))
    said = Said(f"{start}{word} {which}{rng.choice(ways)} {phrase}".replace("standing standing", "standing"), targets(kept), len(kept) > 1,
                about=kept or [anchor])
    said.relation = (name, noun, anchor)
    return said


def parted(scene, rng):
    """A part by itself, of all that have it; by its colour; or with its whole said in another way."""
    things = [t for t in things_of(scene) if t.parts]
    if not things:
        return None
    t = rng.choice(things)
    part = rng.choice(sorted(t.parts))
    if part == t.kind:
        return None
    one, many = rng.choice(words.part_words(part)) if rng.random() < 0.4 else words.part_words(part)[0]
    dice = rng.random()
    if dice < 0.45:  # with its whole
        noun = noun_for(scene, rng, t, 0.3)
        fits = noun.of(things_of(scene))
        if noun.pronoun or set(noun.kinds) == set(words.THINGS):
            return None
        same = lambda p: p == part or words.part_forms(p) == words.part_forms(part)
        found = [Target([x], p) for x in ordered(fits) for p in x.parts if same(p)]
        whole = noun.one if len(fits) == 1 and noun.one else noun.many
        if not whole or not found or len(found) > MOST:
            return None
        word = many if part in ph.PLURAL_PARTS and many or len(found) > 1 and many else one or many
        colour = {x.parts[p] for x in fits for p in x.parts if same(p)}
        if len(colour) == 1 and None not in colour and rng.random() < 0.35:
            word = f"{next(iter(colour))} {word}"
        if word.startswith("yellow hair"):
            word = rng.choice(("blond", "blonde", "yellow")) + word[6:]
        if len(fits) == 2 and noun.many and rng.random() < 0.3:
            text = f"the {word} of both {noun.many}"
        elif rng.random() < 0.5:
            text = f"{rng.choice(('the ', '', 'all '))}{word} of the {whole}"
        else:
            text = f"the {whole}{chr(39) if whole.endswith('s') else chr(39) + 's'} {word}"
        return Said(text, found, len(found) > 1 or part in ph.PLURAL_PARTS, form="part", about=fits[:1] if len(fits) == 1 else None)
    if part in KINDS or many in {k.plural for k in KINDS.values()} or one in KINDS:
        kinds = [x for x in things_of(scene) if x.kind == one or KINDS[x.kind].plural == (many or "-")]
        if kinds:
            return None
    same = {p for k in KINDS.values() for p in k.parts if words.part_forms(p) == words.part_forms(part)}
    found = [Target([x], p) for x in ordered(things_of(scene)) for p in x.parts if p in same]
    if part in STUFF_NAMES and any(x.kind == part for x in scene.visible):
        return None
    colour = t.parts[part]
    if colour and rng.random() < 0.35:
        found = [f for f in found if f.things[0].parts[f.part] == colour]
        one, many = (w and f"{colour} {w}" for w in (one, many))
    if not found or len(found) > MOST:
        return None
    plural = len(found) > 1 or one is None or part in ph.PLURAL_PARTS and rng.random() < 0.7
    word = (many if plural else one) or one or many
    choice = rng.choice(("the", "the", "", "all", "all the") if plural else ("the", "the", "a", ""))
    return Said(article(word) if choice == "a" else f"{choice} {word}".strip(), found, plural, form="part")


def part_absent(scene, rng):
    present = {words.part_forms(p) for t in scene.things for p in t.parts} | {words.part_forms(p) for t in scene.things
                                                                              if not t.stuff for p in KINDS[t.kind].parts}
    parts = sorted({p for k in KINDS.values() for p in k.parts} - set(KINDS) - set(STUFF_NAMES))
    absent_parts = [p for p in parts if words.part_forms(p) not in present and not any(t.kind + "s" == p for t in scene.things)]
    if not absent_parts:
        return None
    one, many = rng.choice(words.part_words(rng.choice(absent_parts)))
    text = rng.choice((f"the {one or many}", many or one, f"the {many or one}", f"a {one}" if one else many))
    return Said(text, [], one is None, one or many, "none")


def worn(scene, rng):
    """By a part and its colour: the child with the green cap, the house with a red roof."""
    things = [t for t in things_of(scene) if any(c for c in t.parts.values())]
    if not things:
        return None
    t = rng.choice(things)
    part = rng.choice(sorted(p for p, c in t.parts.items() if c))
    if part == t.kind:
        return None
    colour = t.parts[part]
    noun = noun_for(scene, rng, t, 0.3)
    fits = noun.of(things_of(scene))
    if noun.pronoun or any(part in KINDS[x.kind].parts and part not in x.parts for x in fits) or set(noun.kinds) == set(words.THINGS):
        return None
    if rng.random() < 0.2:
        colour = rng.choice([c for c in NAMES if c not in {x.parts.get(part) for x in fits}])
    kept = [x for x in fits if x.parts.get(part) == colour]
    word = rng.choice([w for w in words.part_words(part)[0] if w] if rng.random() < 0.7 else [w for pair in words.part_words(part) for w in pair if w])
    own, owns = words.part_words(part)[0]
    if part in ph.PLURAL_PARTS:
        word = owns or part
    elif word == owns:
        word = own or part
    person = t.kind in words.PEOPLE
    link = rng.choice(("in", "with", "wearing") if person and part not in ("hair", "face") else ("with", "with", "that has"))
    if rng.random() < 0.3:  # whose roof is red, or is not
        be, head = "are" if part in ph.PLURAL_PARTS else "is", noun.many if len(kept) > 1 and noun.many else noun.one or noun.many
        if rng.random() < 0.45 and len(fits) > 1:
            kept = [x for x in fits if x.parts.get(part) != colour]
            head = noun.many if len(kept) > 1 and noun.many else noun.one or noun.many
            return Said(f"the {head} whose {word} {be} not {colour}", targets(kept), len(kept) > 1, about=kept or fits)
        return Said(f"the {head} whose {word} {be} {colour}", targets(kept), len(kept) > 1, about=kept or fits)
    what = f"{colour} {word}"
    what = rng.choice((what if part in ph.PLURAL_PARTS or part in ph.MASS else article(what), f"the {what}"))
    head = noun.many if len(kept) > 1 and noun.many and rng.random() < 0.8 else noun.one or noun.many
    return Said(f"{rng.choice(('the ', 'the ', ''))}{head} {link} {what}", targets(kept), len(kept) > 1, about=kept or fits)


def toned(scene, rng):
    """Dark, light, patterned."""
    noun = noun_for(scene, rng, None, 0.2)
    fits = noun.of(things_of(scene))
    if len(fits) < 1 or noun.pronoun or not noun.one or len(noun.kinds) > 8:
        return None
    one, many = noun.one, noun.many
    if rng.random() < 0.45:
        marks = [places.patterned(scene, t) for t in fits]
        mains = ("ball", "rug", "bed", "vase", "hot-air balloon", "sofa", "man", "woman")
        if any(t.kind not in mains for t in fits) or not any(marks):
            return None
        kept = [t for t, m in zip(fits, marks) if m]
        word = many if len(kept) > 1 and many else one
        if fits[0].kind in words.PEOPLE:
            return Said(f"the {word} in {rng.choice(('patterned', 'patterned'))} clothes", targets(kept), len(kept) > 1)
        return Said(rng.choice((f"the patterned {word}", f"the {word} with a pattern")), targets(kept), len(kept) > 1)
    dark = rng.random() < 0.5
    tones, other = (words.DARK, ("blue", "purple", "green", "grey", "red")) if dark else (words.LIGHT, ("grey", "orange", "green", "blue"))
    if any(t.colour is None or t.colour in other for t in fits):
        return None
    kept = [t for t in fits if t.colour in tones]
    word = many if len(kept) > 1 and many else one
    if fits[0].kind in words.PEOPLE:
        return Said(f"the {word} in {'dark' if dark else 'light'} clothes", targets(kept), len(kept) > 1)
    return Said(f"the {rng.choice(('dark', 'dark', 'darker') if dark else ('light', 'pale', 'light-coloured'))} {word}", targets(kept), len(kept) > 1)


def everything(scene, rng):
    """Everything, the background, the ground, all that is red."""
    dice = rng.random()
    things, stuff = things_of(scene), stuff_of(scene)
    if dice < 0.2:
        return Said(rng.choice(words.ALL), targets(list(scene.visible) if rng is None else things), True) if 0 < len(things) <= MOST else None
    if dice < 0.4 and stuff:
        return Said(rng.choice(("the ", "the ", "the ", "all of the ", "")) + rng.choice(words.BACKGROUND), targets(stuff), len(stuff) > 1)
    if dice < 0.52:
        fits = [t for t in stuff if t.kind in words.GROUND]
        return Said(rng.choice(("the ground", "the ground", "ground")), targets(fits), len(fits) > 1) if fits else None
    colours = sorted({t.colour for t in scene.visible if t.colour})
    colour = rng.choice(colours) if rng.random() < 0.85 else rng.choice(NAMES)
    if rng.random() < 0.5:  # things only
        kept = [t for t in things if t.colour == colour]
        text = rng.choice((f"the {colour} things", f"all {colour} objects", f"{colour} things", f"all the {colour} things", f"the {colour} objects",
                           f"every {colour} thing", f"things that are {colour}", f"the {colour} one" if len(kept) == 1 else f"the {colour} ones"))
    else:
        kept = [t for t in scene.visible if t.colour == colour]
        text = rng.choice((f"everything {colour}", f"anything {colour}", f"all that is {colour}", f"everything that is {colour}", f"something {colour}",
                           f"anything that is {colour}"))
    return Said(text, targets(kept), len(kept) > 1) if len(kept) <= MOST else None


def several(scene, rng):
    """Two nouns at once, each with all that it covers; one of them may be absent, and then only the other is shown."""
    things = things_of(scene)
    if len(things) < 2:
        return None
    a, b = rng.sample(things, 2)
    first, second = noun_for(scene, rng, a, 0.25), noun_for(scene, rng, b, 0.15)
    if set(first.kinds) & set(second.kinds) or any(n.pronoun for n in (first, second)):
        return None
    kept = first.of(things), second.of(things)
    if sum(map(len, kept)) > MOST:
        return None
    said = [(n.many if n.many and (len(k) > 1 or n.one is None) else n.one or n.many) for n, k in zip((first, second), kept)]
    the = rng.choice(("the ", "the ", ""))
    return Said(the + said[0] + rng.choice((" and ", " and ", ", and also ", " as well as ", " plus ")) + the + said[1], targets(kept[0]) + targets(kept[1]),
                True)


def made_up(rng):
    """A word that nobody has ever said: two or three syllables."""
    syllable = lambda: rng.choice(("b", "bl", "br", "c", "d", "dr", "f", "fl", "g", "gl", "h", "j", "k", "l", "m", "n", "p", "pl", "qu", "r", "s", "sn", "st", "t", "tr", "v", "w", "z")) + rng.choice(
        ("a", "e", "i", "o", "u", "ee", "oo", "ai")) + rng.choice(("", "", "b", "ck", "d", "g", "l", "m", "n", "nk", "p", "r", "rk", "s", "t", "x", "zz"))
    word = "".join(syllable() for _ in range(rng.choice((2, 2, 3))))
    return word if word not in words.known_words() else made_up(rng)


def nameless(scene, rng, held_out=False):
    """A word that names nothing in this world, in the place of a noun or beside one."""
    trained, held = unknown_words()
    dice = rng.random()
    if dice < 0.17:
        language = rng.choice(list((foreign.HELD_OUT_LANGUAGES if held_out else foreign.TRAINED_LANGUAGES).values()))
        said, noun, sentence = foreign.phrase(language, rng)
        return Said(said, [], form="unknown", answer=f"I do not know the word {noun}.", sentence=sentence if rng.random() < 0.4 else None)
    if dice < 0.27 and things_of(scene):
        quality = rng.choice(HELD_OUT_QUALITIES if held_out else UNKNOWN_QUALITIES)
        noun = noun_for(scene, rng, None, 0.2)
        word = noun.one or noun.many
        return Said(f"{rng.choice(('the', 'the', ph.article(quality)))} {quality} {word}", [], form="unknown", answer=f"I do not know the word {quality}.")
    word = made_up(rng) if rng.random() < 0.07 else rng.choice(held if held_out else trained)
    if rng.random() < 0.2 and word[-1] not in "sxhyf":
        word += "s"
    plural = word.endswith("s")
    head = word
    if rng.random() < 0.25:
        head = f"{rng.choice(NAMES + ['big', 'small', 'little', 'largest'])} {word}"
    dice = rng.random()
    if dice < 0.12 and things_of(scene):
        other = noun_for(scene, rng, None, 0.2)
        phrase = f"the {other.one or other.many}"
        text = rng.choice((f"the {head} {rng.choice(rng.choice(list(places.RELATIONS.values()))[1])} {phrase}", f"{phrase} and the {head}",
                           f"{phrase} {rng.choice(rng.choice(list(places.RELATIONS.values()))[1])} the {head}",
                           f"the {head} of {phrase}", f"the {head} and {phrase}"))
    else:
        choice = rng.choice(("the", "the", "the", "a", "a", "", "any", "all", "both", "every", "two") if plural else ("the", "the", "the", "a", "a", "", "any",
                                                                                                                      "every"))
        text = article(head) if choice == "a" and not plural else f"{choice if choice != 'a' else 'the'} {head}".strip()
        if rng.random() < 0.12:
            text += " " + rng.choice(("on the left", "on the right", "in the middle", "in the foreground"))
    return Said(text, [], plural, form="unknown", answer=f"I do not know the word {word}.")


FORMS = ((plain, 5), (absent, 3.2), (superlative, 2), (sided, 1.3), (counted, 2.6), (negated, 3.8), (lacking, 1.3), (located, 2.2), (wished, 2.4), (related, 3.8), (parted, 3),
         (part_absent, 0.5), (worn, 1.7), (toned, 0.4), (everything, 1.3), (several, 1), (nameless, 3.4))
