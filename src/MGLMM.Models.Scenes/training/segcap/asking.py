"""Samples of what people say: expressions in whole sentences, questions, and minimal pairs."""
import random
import re

from scenes.palette import NAMES

from . import phrases as ph, places, words
from .held_out import HELD_OUT
from .nouns import article, general_noun, hidden, kind_noun, noun_for
from .patterns import VARIED
from .samples import Sample, _false_kind, drawn_kinds, things_of
from .spoken import FORMS, MOST, Said, absent, answer_of, everything, mask_wanted, nameless, part_absent, related, targets, unknown_words
from .wordings import TRAINED, varied

#: Asks for a list, where all things are meant: "Tag everything in the picture." is no expression. What the tools say is one.
LISTED = re.compile(r"(?!please segment the )(.*\b)?(label|tag|segment|mask|mark|outline|name|list)\b", re.I)
SLIPS = 0.1  # of the expressions have one letter wrong

#: Sentences around a whole noun phrase; {is} and {it} agree with it.
SENTENCES = (
    "(Where {is}|So where {is}|Tell me where {is}) {np}?( Give me masks.| Give me a mask.| Show me.| Mark {it}.|)",
    "(Where {is}|Please, where {is}|Hello, where {is}|where {is}|So where {is}) {np}( here| in the picture| standing|)?",
    "(I can't find|I cannot find|I lost|I have lost|I am searching for|I'm searching for|Help me find|Help me to find|I am trying to find) {np}(, please|).",
    "Where (could|might|can|would) {np} be?", "Where (did|has) {np} (go|gone)?", "(Has|Did) (anybody|anyone|somebody|you) (seen|see) {np}?", "{np}, where {is} {they}?",
    "(I like|I love|Look at|I see) {np}(, where {is} {they}?|. Mark {it}.|, can you mark {it}?|, mark {it} please.|, please mark {it}.)",
    "Let me see {np}(, please|).", "(Show|Find me|Point at|Outline|Select|Mark|mark|find|Label|Tag) {np}(, please| please|)(.|)", "(Could|Can) you (please |)(outline|highlight|select|label) {np}( for me|)?",
    "(I want to|I'd like to|I would like to) (see|find|sit on|look at|touch) {np}(, please|).", "(Only|Just) {np}(, please|)(.|)", "(Show|Tell) me where {np} {is}(, please|).",
    "(Who|What|Which) {is} {np}? Mark {it}(, please|).",
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
    "Kindly show me where {np} {is}.", "Would you be so kind as to mark {np}?", "Anything that is {np}: mask {it}.",
    "I wonder where {np} may be, could I get masks?",
    "Mark up {np} for me, would you?", "Can I have {np} highlighted?", "Spot {np} and give me {it} as masks.",
)
#: Never trained on, though the same words in another number are.
HELD_OUT_WORDS = {"couches", "lorries", "kittens", "aeroplanes", "bikes", "ladies", "parasols", "sledges", "carpets", "mugs", "pups", "pails",
                  "gentlemen", "toadstools", "settees", "grown-up", "creature", "dwellings", "pieces of furniture", "bookshelves", "house pets", "containers"}


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
        text = re.sub(r"\b[Tt]he \{expression\}", "{np}", pattern)
        if said.many:
            text = text.replace("Where is {np}", "Where are {np}").replace(" is {np}", " are {np}")
    else:
        text = varied_sentence(rng.choice(SENTENCES), rng)
    text = text.replace("{is}", "are" if said.many else "is").replace("{it}", "them" if said.many else "it").replace("{they}", "they" if said.many else "it")
    text = text.replace("{np}", said.text)
    # "Where is the cat?" by itself asks for words; the tools add that a mask is wanted to whatever is a question.
    if text.endswith("?") and not held_out and (rng.random() < 0.6 or re.match(r"(so |hello, |please, |and |now )?(where|who|what|which|is|are|any|how)\b", text, re.I)):
        text += mask_wanted(rng)
    text = text[0].upper() + text[1:] if rng.random() < 0.75 else text[0].lower() + text[1:]
    return text


def varied_sentence(pattern, rng):
    text = re.sub(r"\(([^()]*)\)", lambda group: rng.choice(group[1].split("|")), pattern)
    return " ".join(text.split()).replace(" ,", ",").replace(" .", ".").replace(" ?", "?")


def pointed(text, looks):
    """(end of the word in the text, things) of every word that is there, each behind the one before where it can; a word may be given in several forms."""
    out, start = [], 0
    for forms, things in looks or ():
        forms = (forms,) if isinstance(forms, str) else sorted((f for f in forms if f), key=len, reverse=True)
        word = re.compile(r"\b(" + "|".join(map(re.escape, forms)) + r")\b", re.I)
        m = word.search(text, start) or word.search(text)
        if m and things:
            out.append((m.end(), things))
            start = m.end()
    return out


def sample_of(said, rng, held_out=0, slips=SLIPS):
    if said is None or len(said.targets) > MOST or not held_out and any(w in said.text for w in HELD_OUT_WORDS):
        return None
    whole = said.text in words.ALL
    if said.form != "unknown" and rng.random() < slips:
        said.text = slipped(said.text, rng)
    text = said.sentence or sentence(said, rng, held_out)
    while whole and not held_out and LISTED.match(text):
        text = sentence(said, rng)
    task = "refer_none" if not said.targets else "refer_one" if len(said.targets) == 1 else "refer_many"
    near = said.about if said.about is not None else [t for target in said.targets for t in target.things]
    return Sample(task, "part" if said.form == "part" else "instance", "refer", text, answer_of(said), list(said.targets), about=near, points=pointed(text, said.looks))


def crowd(scene, rng, held_out=0, least=3, tries=10):
    """An expression for `least` things or more: where one ends too early, and seldom by chance."""
    return next((s for s in (spoken(scene, rng, held_out) for _ in range(tries)) if s and len(s.targets) >= least), None)


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
    things = things_of(scene)
    dice = rng.random()
    if dice < 0.2:
        trained, held = unknown_words()
        word = rng.choice(held if held_out else trained)
        plural = words.plural_of(word)
        q = rng.choice((f"Is there {article(word)} in the picture?", f"How many {plural} are there?", f"What colour is the {word}?", f"Where is the {word}?",
                        f"Can you see {article(word)}?", f"Are there any {plural}?",
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
        if noun.pronoun:
            x = one or many
        else:
            x = f"any {many}" if many and (one is None or rng.random() < 0.5) else article(one) if one else many
        if x.startswith("every"):
            return None
        be = "Are" if x.startswith("any ") or x.startswith("people") else "Is"
        q = rng.choice((f"{be} there {x} in the picture?", f"{be} there {x}?", f"Can you see {x}?", f"Do you see {x} here?", f"Does the picture show {x}?",
                        f"{be} there {x} here?"))
        return Sample("question", "instance", "ask", q, "Yes, there is." if yes else "No, there is not.", [], about=noun.of(things)[:3] if yes else [])
    if dice < 0.8:
        noun = noun_for(scene, rng, None, 0.5)
        fits = noun.of(things)
        if not noun.many or noun.pronoun or len(fits) > 10 or hidden(scene, noun.kinds) or noun.one is None:
            return None
        if noun.one in noun.kinds and len(noun.kinds) > 1:  # tree: the name of a kind and a general word
            return None
        n = len(fits)
        text = f"There is one {noun.one}." if n == 1 else f"There are {ph.WORDS[n]} {noun.many}."
        return Sample("question", "instance", "ask", rng.choice((f"How many {noun.many} are there?", f"How many {noun.many} do you see?",
                                                                 f"Count the {noun.many}.", f"How many {noun.many} are in the picture?")), text, [],
                                                                 about=fits[:4])
    t = rng.choice(things)
    if sum(x.kind == t.kind for x in scene.visible) > 1:
        return None
    noun = kind_noun(t.kind, rng, 0.2)
    if not noun.one or t.kind in words.PEOPLE and dice > 0.9:
        return None
    if dice < 0.9:
        return Sample("question", "instance", "ask", rng.choice((f"Where is the {noun.one}?", f"Where do you see the {noun.one}?")),
                      f"The {t.kind} is {ph.side(t)}.", [], about=[t])
    if not t.colour:
        return None
    return Sample("question", "instance", "ask", rng.choice((f"What colour is the {noun.one}?", f"What color is the {noun.one}?",
                                                             f"Which colour does the {noun.one} have?")), f"The {t.kind} is {t.colour}.", [], about=[t])


def spoken_pair(scene, rng, held_out=0, what=None):
    """Two expressions of one scene with one word between them and different targets: number, negation or relation; or None."""
    what = what or rng.choice(("number", "number", "negation", "negation", "negation", "relation", "relation", "relation"))
    key = rng.getrandbits(32)
    things = things_of(scene)
    if not things:
        return None
    if what == "relation" and rng.random() < 0.2:  # in the sky, on the sand
        head = rng.choice(things) if things else None
        fits = [t for t in things if head and t.kind == head.kind]
        grounds = [places.under(scene, t) for t in fits]
        if len(fits) < 2 or None in grounds or len({g.kind for g in grounds}) < 2:
            return None
        noun, out = kind_noun(head.kind, rng, 0.6), []
        if not noun.many or len(noun.kinds) > 1:
            return None
        for ground in rng.sample(sorted({g.kind for g in grounds}), 2):
            kept = [t for t, g in zip(fits, grounds) if g.kind == ground]
            word = noun.many if len(kept) > 1 else noun.one
            out.append(Said(f"the {word} {'in' if ground in ('sky', 'water', 'field') else 'on'} the {ground}", targets(kept), len(kept) > 1, about=kept))
        out = [sample_of(s, random.Random(key), held_out, 0.0) for s in out]
        return None if None in out else out
    if what == "relation":
        said = related(scene, rng, True)
        if said is None or said.relation is None or said.relation[0] == "beside" or not said.targets:
            return None
        name, noun, anchor = said.relation
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
        if len(colours) < 2 or not noun.many or noun.pronoun or any(t.colour is None for t in fits) or len(noun.kinds) > 9:
            return None
        colour = rng.choice(colours)
        wearing = "in " if set(noun.kinds) <= set(words.PEOPLE) else ""
        who = "who" if wearing else "that"
        yes, no = [t for t in fits if t.colour == colour], [t for t in fits if t.colour != colour]
        kinds = sorted({t.kind for t in fits})
        if len(kinds) > 1 and rng.random() < 0.45:
            first, other = (kind_noun(k, rng, 0.6) for k in rng.sample(kinds, 2))
            if first.kinds == other.kinds or len(first.kinds) + len(other.kinds) > 2:
                return None
            put = rng.choice(("all {m} but the {o}", "{m} other than the {o}", "the {m} except the {o}", "every {1} but the {o}", "all the {m} except the {o}", "{m} that are not {os}", "{m} apart from the {o}",
                              "the {1} that isn't {a}", "{m}, but not the {o}"))
            out = []
            for without in (first, other):
                rest = [t for t in fits if t.kind not in without.kinds]
                o = without.many if sum(t.kind in without.kinds for t in fits) > 1 else without.one
                if not rest or not o or not without.one or "{1}" in put and not noun.one:
                    return None
                text = put.replace("{m}", noun.many).replace("{1}", noun.one or "").replace("{os}", without.many or without.one).replace("{o}", o).replace("{a}", article(without.one))
                out.append(Said(text, targets(rest), len(rest) > 1, about=rest))
            out = [sample_of(s, random.Random(key), held_out, 0.0) for s in out]
            return None if None in out else out
        if len(colours) > 1 and rng.random() < 0.4 and not wearing:
            second_colour = rng.choice([c for c in colours if c != colour])
            put = rng.choice(("the {m} that are not {c}", "all {m} but the {c} one", "the {1} that is not {c}", "the {1} that isn't {c}", "{m}, but not the {c} one", "the {m} which are not {c}", "the {1} which is not {c}",
                              "all {m} except the {c} one"))
            if not noun.one:
                return None
            out = []
            for c in (colour, second_colour):
                rest = [t for t in fits if t.colour != c]
                out.append(Said(put.replace("{m}", noun.many).replace("{1}", noun.one).replace("{c}", c), targets(rest), "{m}" in put, about=rest))
            out = [sample_of(s, random.Random(key), held_out, 0.0) for s in out]
            return None if None in out else out
        said = Said(f"the {noun.many} {who} are {wearing}{colour}", targets(yes), True, about=yes)
        second = Said(f"the {noun.many} {who} are not {wearing}{colour}", targets(no), True, about=no)
    else:
        noun = noun_for(scene, rng, None, 0.3)
        fits = sorted(noun.of(things), key=lambda t: t.centre[0])
        if len(fits) < 2 or len(fits) > 5 or not noun.many or not noun.one or any(b.centre[0] - a.centre[0] < 0.06 for a,
                                                                                  b in zip(fits, fits[1:])) or noun.pronoun:
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
