"""What people say to point at things: synonyms, general words, counting, negation, relations, parts without their whole, slips, and words that name nothing here."""
import os
import random
import re
from dataclasses import dataclass
from functools import lru_cache

from scenes.palette import NAMES
from scenes.things import KINDS
from scenes.world import STUFF_NAMES

from . import foreign, phrases as ph, places, words
from .samples import Sample, Target, _false_colour, _false_kind, drawn_kinds, ordered, stuff_of, things_of
from .wordings import TRAINED, VARIED, varied
from .held_out import HELD_OUT

MOST = 9  # masks of one answer
SLIPS = 0.05  # of the expressions have one letter wrong
#: Never trained on, though the same words in another number are.
HELD_OUT_WORDS = {"couches", "lorries", "kittens", "aeroplanes", "bikes", "ladies", "parasols", "sledges", "carpets", "mugs", "pups", "pails", "gentlemen", "toadstools", "settees", "grown-up", "creature", "dwellings",
                  "pieces of furniture", "bookshelves", "house pets", "containers"}
NOTHING = "Nothing in the picture fits."

#: Sentences around a whole noun phrase; {is} and {it} agree with it.
SENTENCES = (
    "(Where {is}|So where {is}|Tell me where {is}) {np}?( Give me masks.| Give me a mask.| Show me.| Mark {it}.|)",
    "(Where {is}|Please, where {is}|Hello, where {is}) {np}(, please|)?",
    "(Hi, |Hello, |Hello. |)(can|could|would|will) you (please |)(find|show me|mark|segment|mask|highlight|point out|locate) {np}(, please| for me|)?",
    "(Please |)(find|show|mark|segment|mask|highlight|locate|select|show me|get me|point at|look for) {np}(, please| in the picture| for me|).",
    "{np}(, please|, thanks| please|, if you can|).",
    "{np}?",
    "{np}",
    "(segment|mask|find|where {is}|show me) {np}",
    "(I am looking for|I'm looking for|I need|I want|I want to see|I'd like to see|I would like) {np}(, please| masked|).",
    "(Do|Can) you see {np}?( Mark {it}, please.| Show me.| Mask {it}.)",
    "(Masks|A mask|Regions|The region|The pixels) (for|of) {np}(, please|).",
    "(Now|And now|Next,|Then) {np}(, please|).",
    "(What about|How about|And) {np}?",
    "(Which pixels|Which parts of the picture|Which regions) (are|show|belong to) {np}?",
    "(Give|Hand|Send) me {np}(, please| only|).",
    "(Highlight|Colour in|Cut out|Pick|Pick out|Trace) {np}( and nothing else|, please|).",
    "(Point to|Point at|Circle) {np}.",
)
#: The same, never trained on.
HELD_OUT_SENTENCES = (
    "Kindly show me where {np} {is}.", "Would you be so kind as to mark {np}?", "Anything that is {np}: mask {it}.", "I wonder where {np} may be, could I get masks?",
    "Mark up {np} for me, would you?", "Can I have {np} highlighted?", "Spot {np} and give me {it} as masks.",
)


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


@lru_cache(maxsize=None)
def unknown_words():
    """(trained, held out)"""
    path = os.path.join(os.path.dirname(__file__), "unknown.txt")
    with open(path, encoding="utf-8") as file:
        lines = [line.strip() for line in file if line[0] not in "#\n"]
    known = words.known_words()
    lines = [w for w in lines if w not in known]
    return [w for i, w in enumerate(lines) if i % 10 != 7], [w for i, w in enumerate(lines) if i % 10 == 7]


UNKNOWN_QUALITIES = ("wooden metal plastic rusty broken transparent furry fluffy shiny silver golden turquoise cyan magenta beige maroon teal lilac khaki bronze marble leather rubber woollen paper "
                     "ancient modern electric chinese french roman royal haunted frozen burning angry sleeping hungry famous foreign digital invisible poisonous").split()
HELD_OUT_QUALITIES = "indigo ceramic concrete medieval injured sunken velvet".split()


# ------------------------------------------------------------ naming

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


def slipped(text, rng):
    """One word of five or more letters with two letters swapped, one doubled, one left out, or one beside it on the keyboard."""
    found = [m for m in re.finditer(r"[A-Za-z]{5,}", text)]
    if not found:
        return text
    m = rng.choice(found)
    w = m[0]
    i = rng.randrange(1, len(w) - 1)
    keys = {"a": "s", "e": "r", "i": "o", "o": "p", "n": "m", "s": "d", "t": "r", "r": "t", "l": "k", "u": "i", "h": "g", "c": "v", "b": "v", "d": "f"}
    new = rng.choice((w[:i] + w[i + 1] + w[i] + w[i + 2:], w[:i] + w[i] + w[i:], w[:i] + w[i + 1:], w[:i] + keys.get(w[i], w[i]) + w[i + 1:]))
    trained, held = unknown_words()
    return text if new in trained or new in held or new in words.known_words() else text[:m.start()] + new + text[m.end():]


class Noun:
    """A noun that means some kinds of things (or background): its words and what it covers."""

    def __init__(self, one, many, kinds, mass=False):
        self.one, self.many, self.kinds = one, many, tuple(kinds)

    def of(self, things):
        return [t for t in things if t.kind in self.kinds]


def kind_noun(kind, rng, own=0.35):
    forms = words.kind_words(kind)
    one, many = forms[0] if len(forms) == 1 or rng.random() < own else rng.choice(forms[1:])
    return Noun(one, many, (kind,))


def general_noun(rng, kinds=None, wanted=None):
    """A general word; `wanted` are the kinds that it should cover one of, or none of."""
    pool = [Noun(*g) for g in words.general_words()]
    if kinds is not None:
        pool = [n for n in pool if bool(set(n.kinds) & set(kinds)) == wanted] or pool
    groups = {}
    for n in pool:
        groups.setdefault(n.kinds, []).append(n)
    usual = [g for g in groups if len(g) < len(words.THINGS)]
    return rng.choice(groups[rng.choice(usual or list(groups))])


def noun_for(scene, rng, thing=None, general=0.35):
    """A noun that covers a thing that is there."""
    thing = thing or rng.choice(things_of(scene))
    if rng.random() < general:
        noun = general_noun(rng, (thing.kind,), True)
        if thing.kind in noun.kinds:
            return noun
    return kind_noun(thing.kind, rng)


def article(text):
    return f"{ph.article(text)} {text}"


def with_colour(text, colour, kinds, rng):
    """"red car", "man in red", "child in a red shirt"."""
    colour = rng.choice(words.COLOUR_WORDS.get(colour, (colour,))) if rng.random() < 0.12 else colour
    if set(kinds) <= set(words.PEOPLE):
        wears = {ph.PEOPLE[k] for k in kinds}
        if len(wears) == 1 and rng.random() < 0.5:
            return f"{text} {rng.choice(('in', 'in', 'with'))} {rng.choice(('the', 'a' if colour[0] not in 'aeiou' else 'an'))} {colour} {wears.pop()}"
        return f"{text} {rng.choice(('in', 'in', 'wearing', 'dressed in'))} {colour}"
    dice = rng.random()
    return f"{colour} {text}" if dice < 0.75 else f"{text} that {'is' if not text.endswith('s') else 'are'} {colour}" if dice < 0.9 else f"{colour}-coloured {text}"


def hidden(scene, kinds):
    """Whether something of these kinds is drawn, but too small to speak of: then nobody can say that it is absent."""
    return any(t.kind in kinds and t not in scene.visible for t in scene.things)


def targets(things):
    return [Target([t]) for t in ordered(things)]


def determined(noun, count, rng, text=None):
    """A determiner and the noun, in one or many, for `count` things: (text, whether it is in the plural)."""
    one, many = text or (noun.one, noun.many)
    dice = rng.random()
    if one is None or many is not None and (count > 1 and dice < 0.8 or count <= 1 and dice < 0.35):
        word = many if many else one
        if one is None and many is None:
            return word, True
        choice = rng.choice(("the", "the", "", "", "all", "all the", "all of the", "any", "every one of the"))
        if count == 2 and rng.random() < 0.25:
            choice = rng.choice(("both", "both", "both of the", "both the"))
        if word.startswith(("some", "any", "every")):
            choice = ""
        return f"{choice} {word}".strip(), True
    word = one
    choice = rng.choice(("the", "the", "the", "a", "a", "", "any", "every", "each", "that"))
    if word.startswith(("some", "any", "every")) or one and one == many:
        choice = rng.choice(("", "the"))
    return (article(word) if choice == "a" else f"{choice} {word}".strip()), False


# ------------------------------------------------------------ forms of expressions; each gives a Said or None

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
        one, many = (with_colour(w, colour, noun.kinds, random.Random(seed)) if w and not w.startswith(("some", "any", "every")) else w for w in (one, many))
        if (one or many).startswith(("some", "any", "every")):
            return None
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
        alone = (one or many).startswith(("some", "any", "every")) or one is None
        return Said(text, [], plural, words.denied_word(noun.kinds) if alone else one, "none")
    elif dice < 0.75 or not things_of(scene):
        noun = kind_noun(_false_kind(scene, rng), rng)
        one, many = noun.one, noun.many
    else:
        t = rng.choice(things_of(scene))
        noun = noun_for(scene, rng, t, 0.4)
        if (noun.one or noun.many).startswith(("some", "any", "every")):
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
    (("biggest", "largest", "bigger", "big", "large", "huge"), lambda t: -size_of(t), 0.3), (("smallest", "smaller", "small", "tiny", "tiniest", "littlest"), size_of, 0.3),
    (("tallest", "taller", "tall", "highest"), lambda t: -height_of(t), 0.22), (("shortest", "shorter"), height_of, 0.22),
)


def superlative(scene, rng):
    """The biggest, the leftmost, the second from the left, the nearest."""
    noun = noun_for(scene, rng, None, 0.4)
    fits = noun.of(things_of(scene))
    if len(fits) < 2 or noun.one is None or noun.one.startswith(("some", "any", "every")) or len(fits) > 5:
        return None
    one = noun.one
    dice = rng.random()
    if dice < 0.45:
        said, key, share = rng.choice(SUPERLATIVES)
        order = _sorted_clear(fits, key, share)
        if not order:
            return None
        word = rng.choice([w for w in said if w.endswith("est") or len(fits) == 2])
        text = rng.choice((f"the {word} {one}", f"the {word} {one}", f"the {word} one of the {noun.many}" if noun.many and word.endswith("est") else f"the {word} {one}"))
        return Said(text, targets(order[:1]), about=order[:1])
    if dice < 0.85:
        order = sorted(fits, key=lambda t: t.centre[0])
        if any(b.centre[0] - a.centre[0] < 0.06 for a, b in zip(order, order[1:])):
            return None
        n = len(order)
        options = [(0, (f"the {one} on the left", f"the left {one}", f"the leftmost {one}", f"the {one} furthest to the left", f"the {one} at the far left", f"the left-hand {one}", f"the first {one} from the left")),
                   (n - 1, (f"the {one} on the right", f"the right {one}", f"the rightmost {one}", f"the {one} furthest to the right", f"the {one} at the far right", f"the right-hand {one}", f"the last {one}"))]
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
        return Said(rng.choice((f"the top {one}", f"the {one} at the top", f"the upper {one}", f"the highest {one}") if top else (f"the bottom {one}", f"the lower {one}", f"the lowest {one}")), targets([order[0] if top else order[-1]]))
    order = sorted(fits, key=lambda t: -t.box[3])
    h = scene.numbers.shape[0]
    if order[0].box[3] - order[1].box[3] < 0.06 * h or order[-2].box[3] - order[-1].box[3] < 0.06 * h:
        return None
    near = rng.random() < 0.5
    return Said(rng.choice((f"the nearest {one}", f"the closest {one}", f"the {one} in front", f"the {one} in the foreground", f"the front {one}") if near
                           else (f"the {one} at the back", f"the {one} furthest away", f"the farthest {one}", f"the {one} in the back", f"the most distant {one}")), targets([order[0] if near else order[-1]]))


def sided(scene, rng):
    """The red car on the left, the animals on the right."""
    noun = noun_for(scene, rng, None, 0.4)
    fits = noun.of(things_of(scene))
    one, many = noun.one, noun.many
    if (one or many).startswith(("some", "any", "every")) or any(min(abs(t.centre[0] - 0.37), abs(t.centre[0] - 0.63)) < 0.035 for t in fits):
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
    if n < 2 or n > 6 or not noun.many or noun.many.startswith(("some", "any", "every")):
        return None
    many, one = noun.many, noun.one or noun.many
    number = ph.WORDS[n]
    dice = rng.random()
    if dice < 0.14 and n < 5:  # more than there are
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
        return Said(rng.choice((f"all but the {end} {one}", f"all {many} but the {end} one", f"all the {many} except the {end} one", f"every {one} but the {end} one", f"the {many} other than the {end} one",
                                f"all {many} except for the one on the {'left' if side else 'right'}")), targets(kept), len(kept) > 1)
    kept = fits[:2] if side else fits[-2:]
    return Said(rng.choice((f"the two {many} on the {'left' if side else 'right'}", f"the two {'left' if side else 'right'}most {many}", f"the {'first' if side else 'last'} two {many}")), targets(kept), True)


def negated(scene, rng):
    """Not red; neither red nor blue; all but the dog; people who are not in red."""
    things = things_of(scene)
    noun = noun_for(scene, rng, None, 0.6) if rng.random() < 0.92 else rng.choice((Noun("thing", "things", words.THINGS), Noun("object", "objects", words.THINGS), Noun("one", "ones", words.THINGS)))
    fits = noun.of(things)
    one, many = noun.one, noun.many
    if not fits or (one or many).startswith(("some", "any", "every")) or len(fits) > 7:
        return None
    people = set(noun.kinds) <= set(words.PEOPLE)
    word, plural = (many, True) if many and (len(fits) > 1 or one is None) and rng.random() < 0.85 else (one or many, one is None)
    who = "who" if people else "that"
    be = "are" if plural else "is"
    dice = rng.random()
    kinds = sorted({t.kind for t in fits})
    if len(kinds) > 1 and dice < 0.5:  # kinds of a general word
        out = rng.choice(kinds)
        without = kind_noun(out, rng, 0.6)
        kept = [t for t in fits if t.kind != out]
        o, m = without.one, without.many or without.one
        if len(kinds) > 2 and rng.random() < 0.35:
            second = rng.choice([k for k in kinds if k != out])
            kept = [t for t in kept if t.kind != second]
            m2 = KINDS[second].plural
            text = rng.choice((f"{many or word} that are neither {m} nor {m2}", f"neither the {m} nor the {m2}, the other {many or word}", f"all {many or word} except {m} and {m2}"))
        else:
            text = rng.choice((f"{many or word} that are not {m}", f"the {many or word} that are not {m}", f"all {many or word} except the {m}", f"all the {many or word} but the {o or m}", f"every {one or word} except the {o or m}",
                               f"{many or word} other than {m}", f"the {many or word} without the {m}", f"all {many or word}, but not the {m}", f"not the {m}, the other {many or word}", f"{many or word} apart from the {m}"))
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
        text = rng.choice((f"the {word} {who} {be} neither {wearing}{colour} nor {wearing}{second}", f"{word} {who} {be} neither {colour} nor {second}" if not people else f"{word} in neither {colour} nor {second}",
                           f"the {word} not {wearing}{colour} or {second}"))
    else:
        kept = [t for t in fits if t.colour != colour]
        texts = [f"the {word} {who} {be} not {wearing}{colour}", f"{word} {who} {be} not {wearing}{colour}", f"the {word} not {wearing}{colour}", f"any {word} {who} {be} not {wearing}{colour}",
                 f"the {word} {who} {'are' if plural else 'is'}n't {wearing}{colour}"]
        if people:
            texts += [f"the {word} not wearing {colour}", f"{word} without {colour} clothes"]
        else:
            texts += [f"the non-{colour} {word}", f"non-{colour} {word}", f"{word} that are any colour but {colour}" if plural else f"the {word} of another colour than {colour}"]
            if plural and one and sum(t.colour == colour for t in fits) == 1:
                texts += [f"all {word} but the {colour} one", f"the {word} except the {colour} one", f"all the {word} other than the {colour} one"]
        text = rng.choice(texts)
    return Said(text, targets(kept), plural, about=kept or fits)


def _anchor(scene, t, rng):
    """A phrase for one thing that is unique by it, or None."""
    same = [x for x in scene.visible if x.kind == t.kind]
    noun = kind_noun(t.kind, rng, 0.6)
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
        link = rng.choice(("in", "in", "on") if inside else ("on", "on", "standing on", "hanging on" if ground.kind == "wall" else "on top of" if ground.kind == "table" else "on"))
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
    if not true and rng.random() < 0.8:
        return None
    head = rng.choice(true or others)
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
    start = rng.choice(("the ", "the ", "the ", "", "any ") if not word.startswith(("some", "any")) else ("",))
    which = rng.choice(("", "", "", "that is " if word != noun.many else "that are ", "standing " if name in ("left", "right", "beside", "before", "behind") else ""))
    said = Said(f"{start}{word} {which}{rng.choice(ways)} {phrase}".replace("standing standing", "standing"), targets(kept), len(kept) > 1, about=kept or [anchor])
    said.relation = (name, noun, anchor, phrase)
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
        if (noun.one or noun.many).startswith(("some", "any", "every")) or set(noun.kinds) == set(words.THINGS):
            return None
        same = lambda p: p == part or words.part_forms(p) == words.part_forms(part)
        found = [Target([x], p) for x in ordered(fits) for p in x.parts if same(p)]
        whole = noun.one if len(fits) == 1 and noun.one else noun.many
        if not whole or not found or len(found) > MOST:
            return None
        word = many if part in ph.PLURAL_PARTS and many or len(found) > 1 and many else one or many
        colour = {x.parts[p] for x in fits for p in x.parts if same(p)}
        if len(colour) == 1 and None not in colour and rng.random() < 0.2:
            word = f"{next(iter(colour))} {word}"
        if rng.random() < 0.5:
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
    present = {words.part_forms(p) for t in scene.things for p in t.parts} | {words.part_forms(p) for t in scene.things if not t.stuff for p in KINDS[t.kind].parts}
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
    if (noun.one or noun.many).startswith(("some", "any", "every")) or any(part in KINDS[x.kind].parts and part not in x.parts for x in fits) or set(noun.kinds) == set(words.THINGS):
        return None
    if rng.random() < 0.2:
        colour = rng.choice([c for c in NAMES if c not in {x.parts.get(part) for x in fits}])
    kept = [x for x in fits if x.parts.get(part) == colour]
    word = rng.choice([w for w in words.part_words(part)[0] if w] if rng.random() < 0.7 else [w for pair in words.part_words(part) for w in pair if w])
    word = words.part_words(part)[0][1 if part in ph.PLURAL_PARTS else 0] or part if part in ph.PLURAL_PARTS else word if word != words.part_words(part)[0][1] else part
    person = t.kind in words.PEOPLE
    link = rng.choice(("in", "with", "wearing") if person and part not in ("hair", "face") else ("with", "with", "that has"))
    what = f"{colour} {word}"
    what = rng.choice((what if part in ph.PLURAL_PARTS or part in ph.MASS else article(what), f"the {what}"))
    head = noun.many if len(kept) > 1 and noun.many and rng.random() < 0.8 else noun.one or noun.many
    return Said(f"{rng.choice(('the ', 'the ', ''))}{head} {link} {what}", targets(kept), len(kept) > 1, about=kept or fits)


def toned(scene, rng):
    """Dark, light, patterned."""
    noun = noun_for(scene, rng, None, 0.2)
    fits = noun.of(things_of(scene))
    if len(fits) < 1 or (noun.one or noun.many).startswith(("some", "any", "every")) or not noun.one or len(noun.kinds) > 8:
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
        text = rng.choice((f"the {colour} things", f"all {colour} objects", f"{colour} things", f"all the {colour} things", f"the {colour} objects", f"every {colour} thing", f"things that are {colour}", f"the {colour} one" if len(kept) == 1 else f"the {colour} ones"))
    else:
        kept = [t for t in scene.visible if t.colour == colour]
        text = rng.choice((f"everything {colour}", f"anything {colour}", f"all that is {colour}", f"everything that is {colour}", f"something {colour}", f"anything that is {colour}"))
    return Said(text, targets(kept), len(kept) > 1) if len(kept) <= MOST else None


def several(scene, rng):
    """Two nouns at once, each with all that it covers; one of them may be absent, and then only the other is shown."""
    things = things_of(scene)
    if len(things) < 2:
        return None
    a, b = rng.sample(things, 2)
    first, second = noun_for(scene, rng, a, 0.25), noun_for(scene, rng, b, 0.15)
    if set(first.kinds) & set(second.kinds) or any((n.one or n.many).startswith(("some", "any", "every")) for n in (first, second)):
        return None
    kept = first.of(things), second.of(things)
    if sum(map(len, kept)) > MOST:
        return None
    said = [(n.many if n.many and (len(k) > 1 or n.one is None) else n.one or n.many) for n, k in zip((first, second), kept)]
    the = rng.choice(("the ", "the ", ""))
    return Said(the + said[0] + rng.choice((" and ", " and ", ", and also ", " as well as ", " plus ")) + the + said[1], targets(kept[0]) + targets(kept[1]), True)


def nameless(scene, rng, held_out=False):
    """A word that names nothing in this world, in the place of a noun or beside one."""
    trained, held = unknown_words()
    dice = rng.random()
    if dice < 0.17:
        language = rng.choice(list((foreign.HELD_OUT_LANGUAGES if held_out else foreign.TRAINED_LANGUAGES).values()))
        said, noun, sentence = foreign.phrase(language, rng)
        out = Said(said, [], form="unknown", answer=f"I do not know the word {noun}.")
        out.sentence = sentence if rng.random() < 0.4 else None
        return out
    if dice < 0.27 and things_of(scene):
        quality = rng.choice(HELD_OUT_QUALITIES if held_out else UNKNOWN_QUALITIES)
        noun = noun_for(scene, rng, None, 0.2)
        word = noun.one or noun.many
        return Said(f"{rng.choice(('the', 'the', ph.article(quality)))} {quality} {word}", [], form="unknown", answer=f"I do not know the word {quality}.")
    word = rng.choice(held if held_out else trained)
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
        text = rng.choice((f"the {head} {rng.choice(rng.choice(list(places.RELATIONS.values()))[1])} {phrase}", f"{phrase} and the {head}", f"{phrase} {rng.choice(rng.choice(list(places.RELATIONS.values()))[1])} the {head}",
                           f"the {head} of {phrase}", f"the {head} and {phrase}"))
    else:
        choice = rng.choice(("the", "the", "the", "a", "a", "", "any", "all", "both", "every", "two") if plural else ("the", "the", "the", "a", "a", "", "any", "every"))
        text = article(head) if choice == "a" and not plural else f"{choice if choice != 'a' else 'the'} {head}".strip()
        if rng.random() < 0.12:
            text += " " + rng.choice(("on the left", "on the right", "in the middle", "in the foreground"))
    return Said(text, [], plural, form="unknown", answer=f"I do not know the word {word}.")


FORMS = ((plain, 5), (absent, 3), (superlative, 2.2), (sided, 1.3), (counted, 2.2), (negated, 2.6), (related, 3), (parted, 1.7), (part_absent, 0.5), (worn, 1.5), (toned, 0.5), (everything, 1.1), (several, 1), (nameless, 3))


# ------------------------------------------------------------ sentences

def bare(text):
    """As the tools put it behind "the": without articles."""
    return re.sub(r"^(?:(?:an?|the|some|this|that|these|those)\s+)+", "", text, flags=re.I)


def sentence(said, rng, held_out=0):
    """A whole instruction around the phrase."""
    dice = rng.random()
    if held_out:
        if dice < 0.5:
            text = rng.choice(HELD_OUT_SENTENCES)
        else:
            return rng.choice(HELD_OUT[held_out - 1]["refer"]).replace("{expression}", bare(said.text))
    elif dice < 0.4:
        return TRAINED["refer"][0].replace("{expression}", bare(said.text))
    elif dice < 0.62:
        pattern = rng.choice(TRAINED["refer"]) if rng.random() < 0.2 else varied(rng.choice(VARIED["refer"]), rng)
        if rng.random() < 0.5:
            return pattern.replace("{expression}", bare(said.text))
        text = pattern.replace("the {expression}", "{np}")
        if said.many:
            text = text.replace("Where is {np}", "Where are {np}").replace(" is {np}", " are {np}")
    else:
        text = varied_sentence(rng.choice(SENTENCES), rng)
    text = text.replace("{is}", "are" if said.many else "is").replace("{it}", "them" if said.many else "it").replace("{np}", said.text)
    text = text[0].upper() + text[1:] if rng.random() < 0.75 else text[0].lower() + text[1:]
    return text


def varied_sentence(pattern, rng):
    text = re.sub(r"\(([^()]*)\)", lambda group: rng.choice(group[1].split("|")), pattern)
    return " ".join(text.split()).replace(" ,", ",").replace(" .", ".").replace(" ?", "?")


TASK_OF = {"none": "refer_none", "unknown": "refer_none"}


def sample_of(said, rng, held_out=0, slips=SLIPS):
    if said is None or len(said.targets) > MOST or not held_out and any(w in said.text for w in HELD_OUT_WORDS):
        return None
    if said.form != "unknown" and rng.random() < slips:
        said.text = slipped(said.text, rng)
    text = getattr(said, "sentence", None) or sentence(said, rng, held_out)
    task = "refer_none" if not said.targets else "refer_one" if len(said.targets) == 1 else "refer_many"
    near = said.about if said.about is not None else [t for target in said.targets for t in target.things][:1] if len(said.targets) == 1 else []
    return Sample(task, "part" if said.form == "part" else "instance", "refer", text, answer_of(said), list(said.targets), about=near)


def spoken(scene, rng, held_out=0, form=None):
    """One expression as people say it, or None after a few tries."""
    for _ in range(6):
        make = form or rng.choices([f for f, _ in FORMS], [w for _, w in FORMS])[0]
        if not things_of(scene) and make not in (absent, nameless, part_absent, everything):
            continue
        said = make(scene, rng, bool(held_out)) if make is nameless else make(scene, rng)
        sample = sample_of(said, rng, held_out)
        if sample:
            return sample
    return None


def questioned(scene, rng, held_out=0):
    """Presence, number, place and colour, asked with other and general words; of words that name nothing as well."""
    from .samples import question
    things = things_of(scene)
    dice = rng.random()
    if dice < 0.2:
        trained, held = unknown_words()
        word = rng.choice(held if held_out else trained)
        plural = words.plural_of(word)
        q = rng.choice((f"Is there {article(word)} in the picture?", f"How many {plural} are there?", f"What colour is the {word}?", f"Where is the {word}?", f"Can you see {article(word)}?", f"Are there any {plural}?",
                        f"Describe the {word} in detail with a mask for every part.", f"Does the picture show {article(word)}?"))
        return Sample("question", "instance", "ask", q, f"I do not know the word {plural if plural in q else word}.", [])
    if not things:
        return None
    present = drawn_kinds(scene)
    if dice < 0.55:
        yes = rng.random() < 0.5
        if yes:
            noun = noun_for(scene, rng, None, 0.5)
        else:
            noun = general_noun(rng, present, False) if rng.random() < 0.5 else kind_noun(_false_kind(scene, rng), rng, 0.2)
            if set(noun.kinds) & present:
                return None
        one, many = noun.one, noun.many
        x = f"any {many}" if many and (one is None or rng.random() < 0.5) and not many.startswith(("some", "any", "every")) else article(one) if one and not one.startswith(("some", "any", "every")) else one or many
        if x.startswith("every"):
            return None
        be = "Are" if x.startswith("any ") or x.startswith("people") else "Is"
        q = rng.choice((f"{be} there {x} in the picture?", f"{be} there {x}?", f"Can you see {x}?", f"Do you see {x} here?", f"Does the picture show {x}?", f"{be} there {x} here?"))
        return Sample("question", "instance", "ask", q, "Yes, there is." if yes else "No, there is not.", [], about=noun.of(things)[:3] if yes else [])
    if dice < 0.8:
        noun = noun_for(scene, rng, None, 0.5)
        fits = noun.of(things)
        if not noun.many or noun.many.startswith(("some", "any", "every")) or len(fits) > 10 or hidden(scene, noun.kinds) or noun.one is None:
            return None
        n = len(fits)
        text = f"There is one {noun.one}." if n == 1 else f"There are {ph.WORDS[n]} {noun.many}."
        return Sample("question", "instance", "ask", rng.choice((f"How many {noun.many} are there?", f"How many {noun.many} do you see?", f"Count the {noun.many}.", f"How many {noun.many} are in the picture?")), text, [], about=fits[:4])
    t = rng.choice(things)
    if sum(x.kind == t.kind for x in scene.visible) > 1:
        return None
    noun = kind_noun(t.kind, rng, 0.2)
    if not noun.one or t.kind in words.PEOPLE and dice > 0.9:
        return None
    if dice < 0.9:
        return Sample("question", "instance", "ask", rng.choice((f"Where is the {noun.one}?", f"Where do you see the {noun.one}?")), f"The {t.kind} is {ph.side(t)}.", [], about=[t])
    if not t.colour:
        return None
    return Sample("question", "instance", "ask", rng.choice((f"What colour is the {noun.one}?", f"What color is the {noun.one}?", f"Which colour does the {noun.one} have?")), f"The {t.kind} is {t.colour}.", [], about=[t])


# ------------------------------------------------------------ minimal pairs

def spoken_pair(scene, rng, held_out=0, what=None):
    """Two expressions of one scene with one word between them and different targets: number, negation or relation; or None."""
    what = what or rng.choice(("number", "negation", "relation", "relation"))
    key = rng.getrandbits(32)
    things = things_of(scene)
    if what == "relation":
        said = related(scene, rng, True)
        relation = getattr(said, "relation", None)
        if not relation or relation[0] == "beside" or not said.targets:
            return None
        name, noun, anchor, _ = relation
        opposite = {"left": "right", "right": "left", "above": "below", "below": "above", "before": "behind", "behind": "before"}[name]
        fits = [t for t in noun.of(things) if t is not anchor]
        values = [places.RELATIONS[opposite][0](scene, t, anchor) for t in fits]
        ways = [w for w in places.RELATIONS[name][1] if w in said.text]
        if None in values or not ways:
            return None
        way = max(ways, key=len)
        turned = places.RELATIONS[opposite][1][places.RELATIONS[name][1].index(way) % len(places.RELATIONS[opposite][1])]
        kept = [t for t, v in zip(fits, values) if v]
        second = Said(said.text.replace(way, turned, 1), targets(kept), said.many, about=kept or [anchor])
        if " in " in said.text or any(c in said.text.split(way)[0].split() for c in NAMES):
            return None
    elif what == "negation":
        noun = noun_for(scene, rng, None, 0.35)
        fits = [t for t in noun.of(things)]
        colours = sorted({t.colour for t in fits if t.colour})
        if len(colours) < 2 or not noun.many or noun.many.startswith(("some", "any", "every")) or any(t.colour is None for t in fits) or len(noun.kinds) > 9:
            return None
        colour = rng.choice(colours)
        wearing = "in " if set(noun.kinds) <= set(words.PEOPLE) else ""
        who = "who" if wearing else "that"
        yes, no = [t for t in fits if t.colour == colour], [t for t in fits if t.colour != colour]
        said = Said(f"the {noun.many} {who} are {wearing}{colour}", targets(yes), True, about=yes)
        second = Said(f"the {noun.many} {who} are not {wearing}{colour}", targets(no), True, about=no)
    else:
        noun = noun_for(scene, rng, None, 0.3)
        fits = sorted(noun.of(things), key=lambda t: t.centre[0])
        if len(fits) < 2 or len(fits) > 5 or not noun.many or not noun.one or any(b.centre[0] - a.centre[0] < 0.06 for a, b in zip(fits, fits[1:])) or noun.one.startswith(("some", "any", "every")):
            return None
        n, side = len(fits), rng.random() < 0.5
        word = "left" if side else "right"
        end = fits[0] if side else fits[-1]
        rest = fits[1:] if side else fits[:-1]
        options = [(Said(f"the {noun.one} on the {word}", targets([end]), about=[end]), Said(f"the {ph.WORDS[n]} {noun.many}", targets(fits), True)),
                   (Said(f"the {word}most {noun.one}", targets([end]), about=[end]), Said(f"all but the {word}most {noun.one}", targets(rest), len(rest) > 1))]
        options.append((Said(f"the {ph.WORDS[n]} {noun.many}", targets(fits), True), Said(f"the {ph.WORDS[n + 1]} {noun.many}", [], True, about=fits)))
        if n > 2:
            two = fits[:2] if side else fits[-2:]
            options.append((Said(f"the {noun.one} on the {word}", targets([end]), about=[end]), Said(f"the two {noun.many} on the {word}", targets(two), True)))
        said, second = rng.choice(options)
    out = [sample_of(s, random.Random(key), held_out, 0.0) for s in (said, second)]
    return None if None in out else out
