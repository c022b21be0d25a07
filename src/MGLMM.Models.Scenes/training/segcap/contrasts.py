"""Families of expressions: some of one scene in the same words but for one or two, which mean different things. What is said is put together
from slots (a noun, what tells some of its things from the others, a relation and its anchor, a number) and frames around them; some frames are held out."""
import random
import re

from scenes.things import KINDS

from . import foreign, phrases as ph, places, words
from .asking import bare, sample_of
from .nouns import Noun, article, general_noun, hidden, kind_noun, noun_for, with_colour
from .samples import _false_kind, drawn_kinds, things_of
from .spoken import HELD_OUT_QUALITIES, MOST, SUPERLATIVES, UNKNOWN_QUALITIES, Said, _anchor, _sorted_clear, made_up, mask_wanted, targets, unknown_words
from .wordings import TRAINED

#: What leaves something out, between what is meant and what is not; those with a comma stand behind one.
LEAVING_OUT = ("but not", "except", "except for", "but", "other than", "apart from", "minus", "without", "excluding", "leaving out", "not", "and not", ", not", ", not", ", but not", ", but not", ", only not",
               ", just not", ", without", ", except", ", leaving out", ", except for", ", and not")
HELD_OUT_LEAVING_OUT = ("aside from", "with the exception of", ", ignoring", "save for", ", never", "rather than")
#: Whole phrases and sentences around a noun {n} and what is left out of it, {c}; {the} is a determiner of all of them.
LEFT_OUT = ("not {c}, the other {n}", "not {c} but the other {n}", "{the}{n} without {c}", "the other {n}, not {c}", "any {n} other than {c}", "leave out {c}, {the}{n}", "without {c}: {the}{n}",
            "{the}{n} with {c} left out", "{the}{n} ({c} left out)", "{the}{n}, no {x}", "{the}{n} but no {x}", "{n}, no {x}", "{n} and no {x}", "{n} but no {x}", "any {n} but {c}", "the rest of the {m}, not {c}",
            "except {c}, {the}{n}", "apart from {c}, {the}{n}", "{the}{n}; not {c}", "{the}{n} that {are} not {c}", "{the}{n} which {are} not {c}", "{n} - not {c}")
HELD_OUT_LEFT_OUT = ("{the}{n}, {c} excepted", "{the}{n} as long as {they} {are} not {c}", "forget {c}, {the}{n}", "aside from {c}, {the}{n}", "{the}{n} and never {c}")
LEFT_OUT_SENTENCES = ("Mark {the}{n}, but leave out {c}.", "Mark {the}{n} but not {c}.", "Find {the}{n}, not {c}.", "Please mark {the}{n}, only not {c}.", "I want {the}{n}, not {c}.", "Show me {the}{n} without {c}.",
                      "Leave {c} out and mark the other {n}.", "Leave out {c} and show me {the}{n}.", "Not {c}! The other {n}.", "Select {the}{n}, but do not mark {c}.", "Give me {the}{n} except {c}.",
                      "I don't want {c}, I want the other {n}.", "Mark {the}{n} and skip {c}.", "Everything that is one of the {n} but not {c}.", "Could you mark {the}{n}, without {c}, please?")
HELD_OUT_LEFT_OUT_SENTENCES = ("Highlight {the}{n} while sparing {c}.", "I'd like {the}{n}, though not {c}.", "Forget about {c}, mark the other {n}.")
#: With a quality {a} that follows "is" ("red", "in red", "a bird", "on the grass").
NOT_SO = ("{the}{n} {who} {are} not {a}", "{the}{n} {who} {arent} {a}", "{n} {who} {are} not {a}", "{n} {who} {arent} {a}", "{the}{n} which {are} not {a}", "any {n} {who} {are} not {a}", "any {n} {who} {arent} {a}",
          "the {n} {who} {arent} {a}", "the {n} {who} {are} not {a}", "all {n} not {a}", "{the}{n} not {a}", "{the}{n} {who} {are} no {x}")
NO_COLOUR = ("non-{a} {n}", "the non-{a} {n}", "{the}{n} of another colour than {a}", "{n} that {are} any colour but {a}", "{the}{n} of any colour but {a}")
HELD_OUT_NOT_SO = ("{the}{n} {who} {are} by no means {a}", "{the}{n} {who} cannot be called {a}", "{the}{n} {who} {are} anything but {a}", "whichever {n} {are} not {a}")
NOT_SO_QUESTIONS = ("Which {n} {arent} {a}?", "Which {n} {are} not {a}?", "Which of the {m} {are} not {a}?", "Which of the {m} {arent} {a}?", "Where {are} the {n} {who} {arent} {a}?", "Which {n} here {arent} {a}?",
                    "Show me {n} {who} {arent} {a}.", "Is there {an} {who} {arent} {a}?", "Are there any {m} {who} aren't {ap}?")
HELD_OUT_NOT_SO_QUESTIONS = ("Tell me which {n} {are} not {a}.", "Of the {m}, which {arent} {a}?")
NEITHER = ("{the}{n} {who} {are} neither {a} nor {b}", "{n} {who} {are} neither {a} nor {b}", "neither {a} nor {b} {n}", "{the}{n} {who} {are} not {a} or {b}", "{the}{n} {who} {arent} {a} or {b}",
           "{n}, neither {a} nor {b}", "{the}{n} {who} {are} not {a} and not {b}", "{the}{n} {who} {are} neither {b} nor {a}")
HELD_OUT_NEITHER = ("{the}{n} {who} {are} not {a}, nor {b}", "{n} which {are} neither of {a} nor {b}")
NEITHERS_OUT = ("{the}{n} except {c} and {d}", "{the}{n} but {c} and {d}", "{the}{n} other than {c} and {d}", "{the}{n}, but neither {c} nor {d}", "{the}{n}, not {c} and not {d}", "neither {c} nor {d}, the other {n}",
                "{the}{n} apart from {c} and {d}", "{the}{n} without {c} and {d}", "{the}{n} minus {c} and {d}", "{the}{n}, not {c} or {d}")

LEFT = ("left of", "left of", "to the left of", "to the left of", "on the left side of", "on the left of", "at the left of", "on the left-hand side of")
RIGHT = tuple(way.replace("left", "right") for way in LEFT)
WAYS = {"left": LEFT, "right": RIGHT, "above": ("above", "over", "higher up than", "further up than"), "below": ("below", "under", "beneath", "underneath"), "beside": ("next to", "beside", "close to", "near"),
        "before": ("in front of", "in front of", "standing in front of"), "behind": ("behind", "behind", "standing behind")}
OPPOSITE = {"left": "right", "right": "left", "above": "below", "below": "above", "before": "behind", "behind": "before", "beside": "beside"}
#: {h} the head with its article, {n} the noun, {w} the relation, {a} its anchor.
RELATED = ("{h} {w} {a}",) * 9 + ("{n} {w} {a}", "{n} {w} {a}", "{h} that {are} {w} {a}", "{h} which {are} {w} {a}", "any {n} {w} {a}", "a {n} {w} {a}", "a {n} {w} {a}", "{h}, {w} {a}", "{w} {a}, {h}", "only {h} {w} {a}",
                                "{h} you see {w} {a}", "{h} {w} {a}, not the others")
HELD_OUT_RELATED = ("whichever {n} {are} {w} {a}", "{h} to be found {w} {a}", "what you see {w} {a}: {h}")
RELATED_SENTENCES = ("Which {n} {are} {w} {a}?", "Which {n} {are} {w} {a}?", "Where {are} {h} {w} {a}?", "Do you see a {n} {w} {a}?", "Is there a {n} {w} {a}?", "Find {h} {w} {a}.", "Mark {h} that {are} {w} {a}.",
                     "I mean {h} {w} {a}.", "Can you find {h} {w} {a}?", "Show me {h} {w} {a}, please.", "Is {h} {w} {a}? Mark {it}.")
HELD_OUT_RELATED_SENTENCES = ("There is a {n} {w} {a}, where?", "Look {w} {a} and mark {h}.")
#: {w} is a side word here.
SIDES = {"left": ("{n} on the left", "{n} on the left", "left {n}", "left {n}", "leftmost {n}", "{n} at the left", "{n} to the left", "{n} on the left side", "{n} furthest left", "left-hand {n}"),
         "right": ("{n} on the right", "{n} on the right", "right {n}", "right {n}", "rightmost {n}", "{n} at the right", "{n} to the right", "{n} on the right side", "{n} furthest right", "right-hand {n}")}


WEIGHT = 1.6  # of an answer in a family, beside other answers


class Share:
    """What some of a noun's things have, and how that is said: of all things of the noun, these are `things`."""

    def __init__(self, things, left_out, quality, positive, word, bare_word=None):
        self.things, self.left_out, self.quality, self.positive, self.word, self.bare_word = things, left_out, quality, positive, word, bare_word


def shares(scene, noun, fits, rng):
    """By what the things of a noun can be told apart here: lists of shares, each of one sort; every thing is in at most one share of a list."""
    out = []
    people = set(noun.kinds) <= set(words.PEOPLE)
    one, many = noun.one or noun.many, noun.many
    ones = ("one", "ones") if rng.random() < 0.7 or "one" in one.split() else (one, many)
    colours = sorted({t.colour for t in fits if t.colour})
    if len(colours) > 1 and all(t.colour for t in fits):
        each = []
        for colour in colours:
            some = [t for t in fits if t.colour == colour]
            plural = len(some) > 1
            o, said = ones[plural], rng.choice(words.COLOUR_WORDS[colour]) if rng.random() < 0.06 else colour
            if people:
                wear = ph.PEOPLE[some[0].kind] if len({ph.PEOPLE[t.kind] for t in some}) == 1 else None
                what = rng.choice((said, said, f"the {said} {wear}" if wear and not plural else said))
                each.append(Share(some, (f"the {o} in {what}", f"the {o} in {what}", f"the {o} wearing {said}", f"the {o} dressed in {said}") + ((f"{o} in {said}",) if plural else ()), lambda p, s=said: f"in {s}",
                                  lambda p, s=said: f"{many if p else one} in {s}", said))
            else:
                each.append(Share(some, (f"the {said} {o}", f"the {said} {o}", f"the {said} {many if plural else one}") + ((f"{said} {ones[1]}",) if plural else ()), lambda p, s=said: s,
                                  lambda p, s=said: f"{s} {many if p else one}", said, f"{said} {ones[1]}"))
        out += [each, each]
    kinds = sorted({t.kind for t in fits})
    if len(kinds) > 1:
        each = []
        for kind in kinds:
            some = [t for t in fits if t.kind == kind]
            own = kind_noun(kind, rng, 0.6)
            if set(own.kinds) & set(kinds) != {kind} or not own.one or not own.many or own.one == own.many:
                continue
            plural = len(some) > 1
            each.append(Share(some, (f"the {own.many if plural else own.one}",) * 2 + ((own.many,) if plural else (f"the {own.one}", own.many)), lambda p, w=own: w.many if p else article(w.one),
                              lambda p, w=own: w.many if p else w.one, (own.one, own.many), own.many))
        if len(each) > 1:
            out += [each, each, each]
    order = sorted(fits, key=lambda t: t.centre[0])
    if 2 <= len(fits) <= 5 and all(b.centre[0] - a.centre[0] > 0.08 for a, b in zip(order, order[1:])):
        each = [Share([t], (f"the {w} {ones[0]}", f"the {ones[0]} on the {w}", f"the {ones[0]} on the {w}", f"the {w}most {ones[0]}"), lambda p, w=w: f"on the {w}" if len(fits) == 2 else None,
                      lambda p, w=w: rng.choice((f"{w} {one}", f"{one} on the {w}")), w) for t, w in ((order[0], "left"), (order[-1], "right"))]
        out.append(each)
    if 2 <= len(fits) <= 4:
        big, small = (_sorted_clear(fits, key, share) for _, key, share in (SUPERLATIVES[0], SUPERLATIVES[1]))
        if big and small:
            each = []
            for order, said in ((big, ("big", "biggest", "large", "largest", "bigger")), (small, ("small", "smallest", "little", "tiny", "smaller"))):
                w = rng.choice(said if len(fits) == 2 else [s for s in said if s.endswith("est")])
                each.append(Share(order[:1], (f"the {w} {ones[0]}",), lambda p: None, lambda p, w=w: f"{w} {one}", w))
            out.append(each)
    grounds = [places.under(scene, t) for t in fits]
    if len(fits) > 1 and None not in grounds and len({g.kind for g in grounds}) > 1 and not {g.kind for g in grounds} & {"mountains", "hills"}:
        each = []
        for ground in sorted({g.kind for g in grounds}):
            some = [t for t, g in zip(fits, grounds) if g.kind == ground]
            where = f"{'in' if ground in ('sky', 'water', 'field') else 'on'} the {rng.choice(words.kind_words(ground))[0]}"
            each.append(Share(some, (f"the {ones[len(some) > 1]} {where}",), lambda p, w=where: w, lambda p, w=where: f"{many if p else one} {w}", where))
        out.append(each)
    return out


def told(said, rng, held_out=0):
    """The samples of a family, all in the same sentence; None where one of them cannot be said."""
    if not said:
        return None
    key, plain = rng.getrandbits(32), rng.random() < 0.25
    for s in said:
        if plain and not held_out and not s.sentence:
            s.sentence = TRAINED["refer"][0].replace("{expression}", bare(s.text))
    out = [sample_of(s, random.Random(key), held_out, 0.0) for s in said]
    if None in out:
        return None
    for sample in out:
        sample.weight = WEIGHT
    return out


def _filled(text, **slots):
    for name, value in slots.items():
        text = text.replace("{" + name + "}", value or "")
    return re.sub(r"  +", " ", text).replace(" ,", ",").strip()


def exclusions(scene, rng, held_out=False):
    """What is left out, in one of many ways: not the red ones, the others, the red ones alone, all of them."""
    things = things_of(scene)
    noun = noun_for(scene, rng, None, 0.5)
    if rng.random() < 0.06:
        noun = Noun(*rng.choice((("thing", "things"), ("object", "objects"))), words.THINGS)
    fits = noun.of(things)
    if not 2 <= len(fits) <= 8 or noun.pronoun or not noun.many or not noun.one or noun.one == noun.many or hidden(scene, noun.kinds):
        return None
    options = shares(scene, noun, fits, rng)
    if not options:
        return None
    each = rng.choice(options)
    rng.shuffle(each)
    people = set(noun.kinds) <= set(words.PEOPLE)
    who = "who" if people else "that"
    one, many = noun.one, noun.many
    without = lambda *out: [t for t in fits if not any(t in s.things for s in out)]
    dice, choice = rng.random(), rng.randrange(1 << 30)
    second = len(each) > 2 and rng.random() < 0.35
    lonely = rng.random() < 0.2  # one is meant, and yet it is said in the plural
    question = rng.random() < 0.22
    coloured = not people and each[0].word in words.COLOUR_WORDS
    every, the = rng.random() < 0.12, rng.choice(("the ", "the ", "the ", "", "all ", "all the ", "all of the "))
    be_short = rng.random() < 0.8
    out = []

    def left_out(share, other=None):
        kept = without(*[s for s in (share, other) if s])
        pick = random.Random(choice)
        plural = len(kept) != 1 or lonely
        n = many if plural else one
        start = "every " if every and not second else the if plural else rng.choice(("the ", "the ", "")) if the else ""
        if start == "every ":
            n = one
        c, d = (pick.choice(s.left_out) if s else "" for s in (share, other))
        a, b = (s.quality(plural) if s else "" for s in (share, other))
        are, arent = ("are", "aren't") if plural else ("is", "isn't" if be_short else "'s not")
        slots = dict(the=start, n=n, m=many, c=c, d=d, a=a, b=b, x=share.bare_word, who=who, are=are, arent=arent, an=article(one), ap=share.quality(True), they="they" if plural else "it")
        if plural and arent == "aren't" and not be_short:
            slots["arent"] = "are not"
        fits_in = lambda patterns: [p for p in patterns if ("{x}" not in p or share.bare_word) and (n == one or "every" not in start)]
        sentence = None
        if other:
            pool = (HELD_OUT_NEITHER if held_out else NEITHER) if a and b and (dice < 0.6 or held_out) else NEITHERS_OUT
            if coloured or not a:
                pool = [p for p in pool if not p.startswith("neither {a}") or a] or NEITHERS_OUT
            else:
                pool = [p for p in pool if not p.startswith("neither {a}")]
            text = pick.choice(pool)
        elif a and dice < 0.36 and not start == "every ":
            if question:
                sentence = pick.choice(HELD_OUT_NOT_SO_QUESTIONS if held_out else NOT_SO_QUESTIONS)
                text = "{the}{n} {who} {are} not {a}"
            else:
                text = pick.choice(fits_in(HELD_OUT_NOT_SO if held_out else NOT_SO + (NO_COLOUR if coloured else ())))
        elif dice < 0.72:
            op = pick.choice(HELD_OUT_LEAVING_OUT if held_out else LEAVING_OUT)
            text = "{the}{n}" + ("" if op[0] == "," else " ") + op + " {c}"
            if not plural and start in ("the ", "") and pick.random() < 0.5:
                text = f"{article(one)}" + ("" if op[0] == "," else " ") + op + " {c}"
        elif question:
            sentence = pick.choice(HELD_OUT_LEFT_OUT_SENTENCES if held_out else LEFT_OUT_SENTENCES)
            text = "{the}{n} but not {c}"
        else:
            text = pick.choice(fits_in(HELD_OUT_LEFT_OUT if held_out else LEFT_OUT))
        text = _filled(text, **slots).replace("that 's", "that's").replace("who 's", "who's").replace("which 's", "which's")
        if sentence:
            sentence = _filled(sentence, **slots).replace(" 's not", " is not")
            sentence += mask_wanted(random.Random(choice)) if sentence.endswith("?") else ""
        return Said(text, targets(kept), plural, about=kept or fits, sentence=sentence, looks=[((one, many), fits), (share.word, share.things)] + ([(other.word, other.things)] if other else []))

    if second:
        picked = [(each[0], each[1]), (each[0], each[2]), (each[2], each[1])]
        out += [left_out(*p) for p in rng.sample(picked, 2)]
    else:
        out += [left_out(s) for s in each[:2 if len(each) == 2 or rng.random() < 0.7 else 3]]
    out = [s for s in out if s.targets or rng.random() < 0.25]
    if not out:
        return None
    if rng.random() < 0.75 or len(out) < 2:
        share = rng.choice(each)
        plural = len(share.things) > 1
        out.append(Said((the if plural or not the.startswith("all") else "the ") + share.positive(plural), targets(share.things), plural, about=share.things, looks=[(share.word, share.things)]))
    if rng.random() < 0.35:
        out.append(Said(f"{the}{many}", targets(fits), True, about=fits, looks=[(many, fits)]))
    return out


def head_of(scene, rng, things, general=0.3):
    noun = noun_for(scene, rng, rng.choice(things), general)
    if rng.random() < 0.06:
        noun = Noun(*rng.choice((("thing", "things"), ("object", "objects"))), words.THINGS)
    return noun


def relations(scene, rng, held_out=False):
    """The same sentence with a relation and its opposite, with another anchor, with head and anchor exchanged."""
    things = things_of(scene)
    if len(things) < 2:
        return None
    anchor = rng.choice(things)
    phrase = _anchor(scene, anchor, rng)
    others = [t for t in things if t is not anchor]
    noun = head_of(scene, rng, others)
    if phrase is None or noun.pronoun or not noun.one or hidden(scene, noun.kinds):
        return None
    name = rng.choice(("left", "left", "left", "left", "above", "above", "before", "beside"))
    fits = [t for t in noun.of(things) if t is not anchor]
    if not 1 <= len(fits) <= 6 or set(noun.kinds) == set(words.THINGS) and name == "beside":
        return None
    index, frame, question = rng.randrange(64), rng.randrange(1 << 30), rng.random() < 0.2
    colour = None
    if len(fits) == 1 and fits[0].colour and noun.many and set(noun.kinds) != set(words.THINGS) and rng.random() < 0.12:
        colour = fits[0].colour
    head_article = rng.choice(("the ", "the ", "the ", ""))

    def said(relation, head, fits, anchor, phrase):
        values = [places.RELATIONS[relation][0](scene, t, anchor) for t in fits]
        if None in values:
            return None
        kept = [t for t, v in zip(fits, values) if v]
        pick = random.Random(frame)
        plural = len(kept) > 1 and bool(head.many)
        n = head.many if plural else head.one
        full = with_colour(n, colour, head.kinds, random.Random(frame)) if colour and head is noun else n
        way = WAYS[relation][index % len(WAYS[relation])]
        slots = dict(h=head_article + full, n=full, w=way, a=phrase, are="are" if plural else "is", it="them" if plural else "it")
        patterns = HELD_OUT_RELATED if held_out else RELATED
        if plural or full[0] in "aeiou" or n == head.many:
            patterns = [p for p in patterns if "a {n}" not in p]
        sentence = None
        if question:
            asked = [p for p in (HELD_OUT_RELATED_SENTENCES if held_out else RELATED_SENTENCES) if "a {n}" not in p or not plural and full[0] not in "aeiou"]
            sentence = _filled(pick.choice(asked), **slots)
            sentence += mask_wanted(random.Random(frame)) if sentence.endswith("?") else ""
        text = _filled(pick.choice(patterns), **slots)
        return Said(text, targets(kept), plural, about=kept or fits + [anchor], sentence=sentence, looks=[(full, fits), (phrase.split(" ", 1)[1], [anchor])])

    first = said(name, noun, fits, anchor, phrase)
    if first is None:
        return None
    out = [first]
    if name != "beside":
        out.append(said(OPPOSITE[name], noun, fits, anchor, phrase))
    if rng.random() < 0.35 or len(out) < 2:  # another anchor
        others = [t for t in things if t is not anchor and t not in fits]
        if others:
            second = rng.choice(others)
            phrase2 = _anchor(scene, second, rng)
            if phrase2:
                for relation in rng.sample((name, OPPOSITE[name]), 1):
                    out.append(said(relation, noun, fits, second, phrase2))
    if rng.random() < 0.3 and len(fits) == 1 and not set(noun.kinds) & {anchor.kind}:  # head and anchor exchanged
        turned = _anchor(scene, fits[0], rng)
        own = kind_noun(anchor.kind, rng, 0.6)
        if turned and own.one:
            out.append(said(name, own, [t for t in own.of(things) if t is not fits[0]], fits[0], turned))
    out = [s for s in out if s]
    return out if len(out) > 1 and any(s.targets for s in out) else None


def grounds(scene, rng, held_out=False):
    """On the grass, in the sky, on the table: the same with another ground, on which perhaps none is."""
    things = things_of(scene)
    if not things:
        return None
    head = rng.choice(things)
    noun = noun_for(scene, rng, head, 0.35)
    if rng.random() < 0.2:
        noun = Noun(*rng.choice((("thing", "things"), ("object", "objects"), ("thing", "things"))), words.THINGS)
    fits = noun.of(things)
    under = [places.under(scene, t) for t in fits]
    if None in under or noun.pronoun or not noun.many or not noun.one or not 1 <= len(fits) <= 8 or noun.kinds == places.CARRIERS:
        return None
    kinds = {g.kind for g in under}
    others = {t.kind for t in scene.visible if t.stuff or t.kind in places.CARRIERS} - kinds
    if (kinds | others) & {"mountains", "hills"}:
        others -= {"mountains", "hills"}
        if kinds & {"mountains", "hills"}:
            return None
    chosen = rng.sample(sorted(kinds), min(len(kinds), 2))
    if others and (len(chosen) < 2 or rng.random() < 0.2):
        chosen.append(rng.choice(sorted(others)))
    if len(chosen) < 2:
        return None
    the, frame, out = rng.choice(("the ", "the ", "", "all the ")), rng.randrange(1 << 30), []
    everything = set(noun.kinds) == set(words.THINGS)
    for ground in chosen:
        pick = random.Random(frame)
        kept = [t for t, g in zip(fits, under) if g.kind == ground]
        plural = len(kept) > 1 or everything
        n = noun.many if plural else noun.one
        place = random.Random(frame + 1).choice(words.kind_words(ground))[0]
        link = "in" if ground in ("sky", "water", "field") else "on"
        extra = pick.choice(("", "", "", "that are " if plural else "that is ", "up " if ground == "sky" else "down " if ground in ("sand", "grass", "floor") else "", "standing " if link == "on" and ground != "wall" else ""))
        start = the if plural or the != "all the " else "the "
        text = f"{start}{n} {extra}{link} the {place}"
        sentence = None
        if everything and pick.random() < 0.5:
            text = pick.choice((f"everything {link} the {place}", f"everything that is {link} the {place}", f"all that stands {link} the {place}"))
        elif pick.random() < 0.15:
            sentence = f"Which {n} {'are' if plural else 'is'} {link} the {place}?" + mask_wanted(random.Random(frame))
        out.append(Said(text, targets(kept), plural, about=kept or fits, sentence=sentence, looks=[(n, fits), (place, [t for t in scene.visible if t.kind == ground][:1])]))
    return out


def sides(scene, rng, held_out=False):
    """The left one, the right one, the two on the left."""
    noun = noun_for(scene, rng, None, 0.2)
    fits = sorted(noun.of(things_of(scene)), key=lambda t: t.centre[0])
    if noun.pronoun or not noun.one or not noun.many or not 1 <= len(fits) <= 4 or hidden(scene, noun.kinds):
        return None
    if any(b.centre[0] - a.centre[0] < 0.08 for a, b in zip(fits, fits[1:])):
        return None
    index = rng.randrange(len(SIDES["left"]))
    the, out = rng.choice(("the ", "the ", "")), []
    if len(fits) == 1:
        if min(abs(fits[0].centre[0] - 0.37), abs(fits[0].centre[0] - 0.63)) < 0.05 or ph.side(fits[0]) == "in the middle":
            return None
        index = rng.choice((0, 1, 5, 7))
        return [Said(the + SIDES[side][index].replace("{n}", noun.one), targets(fits) if f"on the {side}" == ph.side(fits[0]) else [], about=fits, looks=[(noun.one, fits)]) for side in ("left", "right")]
    for side, t in (("left", fits[0]), ("right", fits[-1])):
        out.append(Said(the + SIDES[side][index].replace("{n}", noun.one), targets([t]), about=[t], looks=[(noun.one, fits)]))
    if len(fits) > 2 and rng.random() < 0.5:
        side = rng.random() < 0.5
        out.append(Said(f"the two {noun.many} on the {'left' if side else 'right'}", targets(fits[:2] if side else fits[-2:]), True, looks=[(noun.many, fits)]))
    if rng.random() < 0.4:
        out.append(Said(f"{the}{noun.many}", targets(fits), True, looks=[(noun.many, fits)]))
    return out


COUNTED = ("the {w} {n}", "{w} {n}", "all {w} {n}", "all {w} {n}", "all {w} of the {n}", "the {w} {n} in the picture", "all of the {w} {n}")
TWO = ("both {n}", "both {n}", "both of the {n}", "both the {n}", "both of those {n}", "the pair of {n}")
COUNTED_SENTENCES = ("I see {w} {n}, can you mark them?", "There are {w} {n}, mark them.", "Find all {w} {n}.", "Find the {w} {n}.", "Mark all {w} {n}.", "Please show me all {w} of the {n}.", "Where are the {w} {n}?", "Select all {w} {n}, please.")
HELD_OUT_COUNTED = ("the {n}, {w} of them", "the group of {w} {n}", "each of the {w} {n}")


def numbers(scene, rng, held_out=False):
    """Both, the two, all three; of a colour too; sometimes more than there are."""
    things = things_of(scene)
    noun = noun_for(scene, rng, None, 0.25)
    fits = noun.of(things)
    if noun.pronoun or not noun.many or not noun.one or not 1 <= len(fits) <= 5 or hidden(scene, noun.kinds):
        return None
    frame, sentence, out = rng.randrange(1 << 30), rng.random() < 0.25, []

    def said(number, n, fits, truth):
        pick = random.Random(frame)
        patterns = HELD_OUT_COUNTED if held_out else COUNTED + (TWO if number == 2 else ())
        word = ph.WORDS[number] if pick.random() < 0.93 else str(number)
        asked = _filled(pick.choice(COUNTED_SENTENCES), w=word, n=n) if sentence and not held_out else None
        if asked and asked.endswith("?"):
            asked += mask_wanted(random.Random(frame))
        text = _filled(pick.choice(patterns), w=word, n=n)
        return Said(text, targets(fits) if truth else [], True, about=fits, sentence=asked, looks=[(n, fits)])

    if len(fits) > 1:
        out.append(said(len(fits), noun.many, fits, True))
        if rng.random() < 0.4 and len(fits) < 5:
            out.append(said(len(fits) + 1, noun.many, fits, False))
    people = set(noun.kinds) & set(words.PEOPLE)
    for colour in rng.sample(sorted({t.colour for t in fits if t.colour}), min(2, len({t.colour for t in fits if t.colour}))):
        some = [t for t in fits if t.colour == colour]
        put = lambda w: f"{w} in {colour}" if people else f"{colour} {w}"
        if len(some) > 1:
            out.append(said(len(some), put(noun.many), some, True))
        else:
            out.append(Said(f"the {rng.choice(('one', 'only', 'single', 'one'))} {put(noun.one)}", targets(some), about=some, looks=[(colour, some)]))
    if len(fits) == 1 and rng.random() < 0.5:
        out.append(Said(f"the {rng.choice(('one', 'only', 'single'))} {noun.one}", targets(fits), about=fits, looks=[(noun.one, fits)]))
    if len(out) < 3 and rng.random() < 0.5:
        out.append(Said(f"the {noun.many if len(fits) > 1 else noun.one}", targets(fits), len(fits) > 1, looks=[(noun.many if len(fits) > 1 else noun.one, fits)]))
    return out


def wholes(scene, rng, held_out=False):
    """A general word, a kind of it, a colour of it, and another general word that fits nothing."""
    things = things_of(scene)
    if not things:
        return None
    noun = noun_for(scene, rng, None, 1.0)
    fits = noun.of(things)
    if not noun.many or noun.pronoun or not 1 <= len(fits) <= MOST or hidden(scene, noun.kinds):
        return None
    the = rng.choice(("the ", "the ", "", "", "all ", "all the ", "any "))
    out = [Said(the + noun.many, targets(fits), True, about=fits, looks=[(noun.many, fits)])]
    kind = kind_noun(rng.choice(fits).kind, rng, 0.6)
    if kind.many:
        some = kind.of(things)
        out.append(Said(the + kind.many, targets(some), True, about=some, looks=[(kind.many, some)]))
    colours = sorted({t.colour for t in fits if t.colour})
    if colours and not set(noun.kinds) & set(words.PEOPLE) and rng.random() < 0.6:
        colour = rng.choice(colours)
        some = [t for t in fits if t.colour == colour]
        out.append(Said(f"{the}{colour} {noun.many}", targets(some), True, about=some, looks=[(noun.many, some)]))
    if rng.random() < 0.6:
        other = general_noun(rng, drawn_kinds(scene), False)
        if other.many and not other.pronoun and not set(other.kinds) & drawn_kinds(scene):
            out.append(Said(the + other.many, [], True, other.one or words.denied_word(other.kinds), "none", looks=[]))
    return out if len(out) > 1 else None


#: Frames in which a noun that is not known stands as well as one that is: {u} one, {us} several, {k} one that is known.
UNKNOWN = ("the {u}", "{u}", "a {u}", "a {u} on the {g}", "the {u} on the {g}", "a {u} in the {g}", "the {u} next to the {k}", "a {u} beside the {k}", "the {c} {u}", "the {us}", "{us}", "the {us} on the {g}", "the big {u}",
           "a small {u}", "the {u} on the left", "the {u} behind the {k}", "the {k} next to the {u}", "the {k} left of the {u}", "the {k} and the {u}", "the two {us}", "both {us}", "all {us}", "all {us} but the {c} one",
           "the {us} that are not {c}", "any {us}", "a {u} with a {k}", "the {u} of the {k}", "the {u} in front of the {k}", "the {k} under the {u}", "the {u} under the {k}", "everything except the {u}", "the {k}, not the {u}",
           "the {k} with the {u}", "the {k} behind the {u}", "the {u} and the {k}", "a {c} {u}", "the {c} {u} on the {g}", "a {u} and a {k}", "some {us}", "my {u}", "the little {u}", "the {u} that is {c}", "the {us} in the {g}")
UNKNOWN_SENTENCES = ("Where is the {u}?", "Do you see a {u}?", "Can you see a {u}?", "Is there a {u}?", "Is there a {u} here?", "Is that a {u}?", "Has someone left a {u} here?", "Can you find the {u}?", "Can you spot a {u}?",
                     "Can you point to the {u}?", "Please mark the {u}.", "A {u}?", "Any {us} here?", "Are there any {us}?", "Where are the {us}?", "Which {us} do you see?", "Mark all {us}.", "I am looking for my {u}.",
                     "Find the {u} on the {g}.", "Show me the {c} {u}.", "Please highlight the {u} next to the {k}.", "Is there a {u} on the {g}?", "Who has a {u}?", "What about the {u}?", "Point at the {u}.", "Did anybody see a {u}?",
                     "Where did the {u} go?", "I'd like to see the {us}, please.", "I can't find the {u}.", "Could you outline the {u} for me?", "Find me a {u}, please.", "Is the {u} on the {g}?")
HELD_OUT_UNKNOWN = ("the {u} swimming in the {g}", "that {c} {u} over there", "the {k} carrying a {u}", "whatever {u} you can find", "the {u} leaning on the {k}")


def strangers(scene, rng, held_out=False):
    """A frame with a word that is not known, and the same with a word that is: of what is there, and of what is not."""
    trained, held = unknown_words()
    word = made_up(rng) if rng.random() < 0.1 else rng.choice(held if held_out else trained)
    plural = words.plural_of(word) if not word.endswith("s") else None
    things = things_of(scene)
    if not things:
        return None
    named = kind_noun(rng.choice(things).kind, rng, 0.6)
    stuff = [t.kind for t in scene.visible if t.stuff and t.kind not in ("mountains", "hills", "wall")]
    if not named.one or not stuff:
        return None
    pattern = rng.choice(HELD_OUT_UNKNOWN) if held_out else rng.choice(UNKNOWN_SENTENCES) if rng.random() < 0.35 else rng.choice(UNKNOWN)
    if "{us}" in pattern and not plural:
        return None
    slots = dict(k=named.one, g=rng.choice(stuff), c=rng.choice(list(words.COLOUR_WORDS)))
    filled = lambda one, many: _filled(re.sub(r"\b([Aa]) \{u\}", lambda m: (m[1] + ("n" if one[0] in "aeiou" else "")) + " {u}", pattern), u=one, us=many or one, **slots)
    whole = pattern[-1] in ".?!"
    text = filled(word, plural)
    wished = lambda t: t + mask_wanted(rng) if t.endswith("?") else t
    said = plural if "{us}" in pattern else word
    out = [Said(text, [], "{us}" in pattern, form="unknown", answer=f"I do not know the word {said}.", sentence=wished(text) if whole else None)]
    if rng.random() < 0.6 and not re.search(r"\{[kgc]\}|two|both|big|small|little|left", pattern):  # the same with a word that is known
        if rng.random() < 0.5:
            noun = kind_noun(rng.choice(things).kind, rng, 0.4)
            fits = noun.of(things)
            denied = None
        else:
            noun = kind_noun(_false_kind(scene, rng), rng, 0.3)
            fits, denied = [], noun.one
            if set(noun.kinds) & drawn_kinds(scene):
                return out
        if noun.one and noun.many and len(fits) <= MOST and not (not fits and noun.pronoun):
            text = filled(noun.one, noun.many)
            out.append(Said(text, targets(fits), "{us}" in pattern, denied, "many" if fits else "none", about=fits or None, sentence=wished(text) if whole else None, looks=[(noun.many if "{us}" in pattern else noun.one, fits)]))
    return out


def spelled(scene, rng, held_out=False):
    """A quality that is not known, another language: beside a plain word of the picture."""
    things = things_of(scene)
    if not things:
        return None
    noun = kind_noun(rng.choice(things).kind, rng, 0.5)
    if not noun.one:
        return None
    if rng.random() < 0.5:
        quality = rng.choice(HELD_OUT_QUALITIES if held_out else UNKNOWN_QUALITIES)
        fits = noun.of(things)
        return [Said(f"the {quality} {noun.one}", [], form="unknown", answer=f"I do not know the word {quality}."), Said(f"the {noun.one}", targets(fits), about=fits, looks=[(noun.one, fits)])] if len(fits) <= MOST else None
    language = rng.choice(list((foreign.HELD_OUT_LANGUAGES if held_out else foreign.TRAINED_LANGUAGES).values()))
    said, word, sentence = foreign.phrase(language, rng)
    return [Said(said, [], form="unknown", answer=f"I do not know the word {word}.", sentence=sentence if rng.random() < 0.25 else None)]


FAMILIES = ((exclusions, 6.6), (relations, 4.2), (grounds, 1.6), (sides, 1.2), (numbers, 1.6), (wholes, 1.7), (strangers, 1.2), (spelled, 0.7))


def family(scene, rng, held_out=0, form=None):
    """Samples that differ in a word or two, or an empty list after a few tries."""
    if not things_of(scene):
        return []
    for _ in range(4):
        make = form or rng.choices([f for f, _ in FAMILIES], [w for _, w in FAMILIES])[0]
        for _ in range(8):
            said = make(scene, rng, bool(held_out))
            out = told(said, rng) if said and all(len(s.targets) <= MOST for s in said) else None
            if out:
                return out
    return []
