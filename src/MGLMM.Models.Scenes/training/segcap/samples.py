"""The samples of a scene: every task, in the unified SegCap format."""
import random
from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache

from scenes.palette import NAMES
from scenes.things import KINDS
from scenes.world import UNFITTING, draw_scene, possible_colours

from . import phrases as ph
from .wordings import ask, presence


@dataclass
class Target:
    """What one [SEG] stands for: things of a scene, or one named part of them."""
    things: list
    part: str = None

    @property
    def label(self):
        return self.part or self.things[0].kind

    @property
    def parent(self):
        return self.things[0].kind if self.part else None


@dataclass
class Sample:
    task: str
    granularity: str
    key: str  # the wording key
    instruction: str
    answer: str
    targets: list = field(default_factory=list)
    history: list = field(default_factory=list)  # earlier turns: (instruction, answer, targets)
    region: tuple = None  # x0, y0, x1, y1 as shares of the picture
    pair: str = None  # minimal pairs share this; "kind" or "colour"
    truth: bool = None
    about: list = field(default_factory=list)  # the things that the instruction speaks of, where there are such
    points: list = field(default_factory=list)  # (end of a word in the instruction, the things it speaks of)
    weight: float = 1.0  # of its answer, beside other samples


SCENE_WORDS = {"street": "street", "meadow": "meadow", "farm": "farm", "beach": "beach", "lake": "lake", "winter": "winter landscape", "park": "park",
               "garden": "garden", "mountain": "mountain landscape", "living room": "living room", "kitchen": "kitchen", "bedroom": "bedroom",
               "harbour": "harbour", "playroom": "playroom"}
TIME_WORDS = {"day": "on a bright day", "evening": "in the evening", "night": "at night", "overcast": "on a grey day"}


def scene_phrase(scene):
    word = SCENE_WORDS[scene.kind]
    return f"{ph.article(word)} {word}"


def things_of(scene):
    return [t for t in scene.visible if not t.stuff]


def stuff_of(scene):
    return [t for t in scene.visible if t.stuff]


#: In which order things are named: people and animals, what they use, where they live, what grows, what is in the air. With an order
#: among kinds, the next thing to name follows from the last one and from what is there; nobody has to remember a list.
KIND_ORDER = {kind: i for i, kind in enumerate((
    "man", "woman", "child", "horse", "cow", "sheep", "dog", "cat", "rabbit", "duck", "bird", "fish", "snowman",
    "bus", "truck", "car", "bicycle", "boat", "airplane", "hot-air balloon", "house", "tent",
    "bed", "sofa", "table", "chair", "shelf", "lamp", "clock", "picture", "window", "rug", "vase", "potted plant", "book", "cup", "apple",
    "kite", "balloon", "ball", "bucket", "umbrella", "sled", "bench", "traffic light", "street lamp", "fence",
    "tree", "pine tree", "bush", "flower", "mushroom", "sun", "moon", "cloud"))}


def ordered(things):
    """By kind, and from left to right within a kind; background stays first and as it is."""
    return sorted(things, key=lambda t: (-1, 0.0) if t.stuff else (KIND_ORDER[t.kind], t.centre[0]))


def by_side(things):
    for where in ("on the left", "in the middle", "on the right"):
        group = ordered(t for t in things if ph.side(t) == where)
        if group:
            yield where, group


# ------------------------------------------------------------ one function per task; each gives a Sample or None

def panoptic(scene, rng, held_out=0):
    stuff, things = stuff_of(scene), things_of(scene)
    text = "The picture shows " + ph.join(ph.grounded(ph.indefinite(t)) for t in stuff) + " ."
    order = list(stuff)
    for where, group in by_side(things):
        are = "are" if len(group) > 1 else "is"
        text += f" {where[0].upper()}{where[1:]} there {are} " + ph.join(ph.grounded(ph.indefinite(t)) for t in group) + " ."
        order += group
    return Sample("panoptic", "panoptic", "segment_and_caption.panoptic", ask("segment_and_caption.panoptic", rng, held_out), text,
                  [Target([t]) for t in order])


def instance(scene, rng, held_out=0):
    things = ordered(things_of(scene))
    if not things:
        return None
    where = scene_phrase(scene)
    text = f"{where[0].upper()}{where[1:]} with " + ph.join(ph.grounded(ph.indefinite(t)) for t in things) + " ."
    return Sample("instance", "instance", "segment_and_caption.instance", ask("segment_and_caption.instance", rng, held_out), text,
                  [Target([t]) for t in things])


def segment_all(scene, rng, held_out=0):
    order = ordered(scene.visible)
    text = " , ".join(ph.grounded(ph.name(t, False)) for t in order) + " ."
    return Sample("list", "panoptic", "segment_all", ask("segment_all", rng, held_out), text, [Target([t]) for t in order])


def parts(scene, rng, held_out=0, thing=None):
    candidates = [t for t in things_of(scene) if len(t.parts) >= 2] if thing is None else [thing]
    rng.shuffle(candidates)
    for t in candidates:
        fits = ph.expressions(scene, t)
        if not fits:
            continue
        said = fits[0] if rng.random() < 0.5 else rng.choice(fits)
        names = [p for p in KINDS[t.kind].parts if p in t.parts]
        text = f"The {said} has " + ph.join(ph.grounded(ph.part_indefinite(p, t.parts[p])) for p in names) + " ."
        return Sample("part", "part", "segment_and_caption.part", ask("segment_and_caption.part", rng, held_out, object=said), text,
                      [Target([t], p) for p in names])
    return None


def refer_one(scene, rng, held_out=0):
    things = things_of(scene)
    kind = rng.random()
    if kind < 0.12 and stuff_of(scene):
        t = rng.choice(stuff_of(scene))
        said, part = rng.choice(ph.expressions(scene, t) or [None]), None
    else:
        if not things:
            return None
        t = rng.choice(things)
        fits = ph.expressions(scene, t)
        if not fits:
            return None
        said, part = rng.choice(fits), None
        if kind < 0.3 and t.parts:
            part = rng.choice(sorted(t.parts))
            said = f"{part} of the {rng.choice(fits[:2])}"
    if not said:
        return None
    many = part in ph.PLURAL_PARTS or (part is None and t.plural)
    text = ("They are " if many else "It is ") + ph.grounded("the " + said) + " ."
    return Sample("refer_one", "part" if part else "instance", "refer", ask("refer", rng, held_out, expression=said), text, [Target([t], part)], about=[t])


def _defined(scene, thing):
    """The shortest fitting expression, or the thing's name where none is unique."""
    fits = ph.expressions(scene, thing)
    return "the " + (fits[0] if fits else ph.name(thing))


def refer_many(scene, rng, held_out=0):
    things = things_of(scene)
    groups = {}
    for t in things:
        groups.setdefault(t.kind, []).append(t)
    repeated = [g for g in groups.values() if len(g) > 1]
    if repeated and rng.random() < 0.6:
        group = rng.choice(repeated)
        kind = group[0].kind
        said = KINDS[kind].plural
        colours = {t.colour for t in group}
        if len(colours) > 1 and rng.random() < 0.25:
            colour = rng.choice(sorted(c for c in colours if c) or [None])
            chosen = [t for t in group if t.colour == colour]
            if len(chosen) > 1:
                group, said = chosen, ph.plural(kind, colour)
        text = "They are " + ph.join(ph.grounded("the " + ph.name(t)) for t in group) + " ."
        return Sample("refer_many", "instance", "refer", ask("refer", rng, held_out, expression=said), text, [Target([t]) for t in group])
    single = [(t, ph.expressions(scene, t)) for t in scene.visible]
    single = [(t, fits) for t, fits in single if fits]
    if len(single) < 2:
        return None
    chosen = rng.sample(single, 3 if len(single) > 3 and rng.random() < 0.3 else 2)
    said = [rng.choice(fits[:2]) for _, fits in chosen]
    words = said[0] + "".join((" and the " if i == len(said) - 1 else ", the ") + s for i, s in list(enumerate(said))[1:])
    text = "They are " + ph.join(ph.grounded("the " + s) for s in said) + " ."
    return Sample("refer_many", "instance", "refer", ask("refer", rng, held_out, expression=words), text, [Target([t]) for t, _ in chosen])


def drawn_kinds(scene):
    return {t.kind for t in scene.things}


def _false_colour(scene, rng, kind):
    """A colour this kind comes in, as often as it does, which nothing of the kind has here."""
    present = {t.colour for t in scene.things if t.kind == kind}
    real = [c for c in possible_colours(kind, scene.motley) if c not in present]
    return rng.choice(real) if real else None


@lru_cache(maxsize=None)
def _frequencies():
    """How often each kind is asked about truly, for every time that it is absent, outdoors and indoors: false questions are drawn by this,
    so that the wording alone never tells whether the answer is yes."""
    asked, absent = (Counter(), Counter()), (Counter(), Counter())
    for seed in range(900):
        scene = draw_scene(seed, 64, misplaced=False)
        things, present = things_of(scene), drawn_kinds(scene)
        for t in things:
            asked[scene.indoor][t.kind] += 1 / len(things)
        for kind in KINDS:
            absent[scene.indoor][kind] += kind not in present
    return [[(kind, asked[inside][kind] / absent[inside][kind]) for kind in KINDS if asked[inside][kind] and absent[inside][kind]] for inside in (False, True)]


def _false_kind(scene, rng):
    """A kind that is not drawn here; nine times out of ten one that scenes of this sort do show, where things are in their places."""
    present = drawn_kinds(scene)
    if rng.random() < (1 - UNFITTING if scene.misplaced else 0.9):
        pool = [(k, w) for k, w in _frequencies()[scene.indoor] if k not in present]
    else:
        pool = [(k, 1.0) for k in KINDS if k not in present]
    return rng.choices([k for k, _ in pool], [w for _, w in pool])[0]


def _named(kind, colour):
    if kind in ph.PEOPLE and colour:
        return f"{kind} in {ph.article(colour)} {colour} {ph.PEOPLE[kind]}"
    return f"{ph.SKY.get(colour, colour) if kind == 'sky' else colour} {kind}" if colour else kind


def _a(text, kind):
    if kind in ("sun", "moon"):
        return "the " + text
    return text if kind in ph.MASS or kind in ("mountains", "hills") else f"{ph.article(text)} {text}"


def refer_pair(scene, rng, held_out=0):
    """The same request for what is there and for what is not, one word apart; or None."""
    things = things_of(scene)
    by_colour = rng.random() < 0.6
    fits = [t for t in things if sum(x.kind == t.kind and (not by_colour or x.colour == t.colour) for x in scene.visible) == 1 and (t.colour or not by_colour)]
    if not fits:
        return None
    t = rng.choice(fits)
    kind, colour = (t.kind, _false_colour(scene, rng, t.kind)) if by_colour else (_false_kind(scene, rng), None)
    if by_colour and colour is None:
        return None
    said, wrong = _named(t.kind, t.colour if by_colour else None), _named(kind, colour)
    key = rng.getrandbits(32)
    wording = lambda expression: ask("refer", random.Random(key), held_out, expression=ph.definite(expression))
    text = ("They are " if t.plural else "It is ") + ph.grounded("the " + ph.definite(said)) + " ."
    near = [x for x in things if x.kind == kind]
    return [Sample("refer_one", "instance", "refer", wording(said), text, [Target([t])], about=[t]),
            Sample("refer_none", "instance", "refer", wording(wrong), f"There is no {wrong} in the picture.", [], about=near)]


def refer_none(scene, rng, held_out=0):
    things = [t for t in things_of(scene) if t.colour]
    if things and rng.random() < 0.55:
        kind = rng.choice(things).kind
        colour = _false_colour(scene, rng, kind)
        if colour is None:
            return None
        said, near = _named(kind, colour), [t for t in things if t.kind == kind]
        asked = ph.definite(said)
    else:
        kind, near = _false_kind(scene, rng), []
        colour = rng.choice(KINDS[kind].colours) if KINDS[kind].colours and rng.random() < 0.4 else None
        said = _named(kind, colour)
        asked = ph.definite(said)
        if rng.random() < 0.15 and KINDS[kind].parts:
            part = rng.choice(KINDS[kind].parts)
            asked = f"{part} of the {kind}"
            said = kind
    return Sample("refer_none", "instance", "refer", ask("refer", rng, held_out, expression=asked), f"There is no {said} in the picture.", [], about=near)


REASONS = [
    (("What gives light here?", "What makes this place bright?"), ("sun", "moon", "street lamp", "lamp"), "it gives light", "they give light"),
    (("Where could people live or stay dry?", "Where would you go when it rains?"), ("house", "tent"), "it has a roof over it", "they have a roof"),
    (("What could take many people to another town?",), ("bus",), "it has seats for many people", "they have seats for many people"),
    (("What could carry heavy goods?",), ("truck",), "it has a large box for goods", "they have large boxes for goods"),
    (("What can drive on a road?", "Which vehicles have an engine?"), ("car", "truck", "bus"), "it has wheels and an engine", "they have wheels and an engine"),
    (("What could cross the water with the wind?",), ("boat",), "it floats and has a sail", "they float and have sails"),
    (("What can fly?", "What moves through the air?"), ("bird", "airplane", "hot-air balloon", "kite", "balloon"), "it can rise into the air", "they can rise into the air"),
    (("What could a child play with?", "Which toys are there?"), ("ball", "kite", "balloon", "bucket"), "it is a toy", "they are toys"),
    (("Where could you sit down and rest?", "What is made for sitting?"), ("bench", "chair", "sofa"), "it has a seat", "they have seats"),
    (("Where could you sleep at night?",), ("bed", "tent"), "you can lie down in it", "you can lie down in them"),
    (("Which animal gives milk?",), ("cow",), "cows give milk", "cows give milk"),
    (("Which animal gives wool?",), ("sheep",), "its wool keeps people warm", "their wool keeps people warm"),
    (("Which animals could be pets?", "Which animal lives with people at home?"), ("dog", "cat", "rabbit"), "it is a pet", "they are pets"),
    (("What could you ride without an engine?",), ("horse", "bicycle", "sled"), "you can ride on it", "you can ride on them"),
    (("What tells the time?",), ("clock",), "its hands show the time", "their hands show the time"),
    (("What decorates the wall?",), ("picture",), "it is a picture on the wall", "they are pictures on the wall"),
    (("What could you read?",), ("book", "shelf"), "it holds pages to read", "they hold pages to read"),
    (("What could you drink from?",), ("cup",), "it holds a drink", "they hold drinks"),
    (("What could you eat?",), ("apple",), "it is a fruit", "they are fruit"),
    (("What protects from sun and rain?",), ("umbrella", "tent", "house"), "it keeps sun and rain away", "they keep sun and rain away"),
    (("What smells nice?",), ("flower",), "flowers smell nice", "flowers smell nice"),
    (("What tells drivers to stop?",), ("traffic light",), "its red light means stop", "their red light means stop"),
    (("What would melt in the sun?",), ("snowman", "snow"), "it is made of snow", "they are made of snow"),
    (("Where does a fish live?", "What is wet?"), ("water",), "it is water", "they are water"),
    (("What grows from the ground?", "Which plants are there?"), ("tree", "pine tree", "bush", "flower", "mushroom", "potted plant"), "it is a plant", "they are plants"),
    (("Who is in the picture?", "Who could talk to you?"), ("man", "woman", "child"), "it is a person", "they are people"),
    (("Through what can you look outside?",), ("window",), "it has glass", "they have glass"),
    (("What might bring rain?",), ("cloud",), "rain falls from clouds", "rain falls from clouds"),
]


def reason(scene, rng, held_out=0):
    present = drawn_kinds(scene)
    fitting, empty = [], []
    for entry in REASONS:
        targets = ordered(t for t in scene.visible if t.kind in entry[1])
        if 1 <= len(targets) <= 4:
            fitting.append((entry, targets))
        elif not present & set(entry[1]):
            empty.append(entry)
    explain = rng.random() < 0.5
    key = "reason_segment.explain" if explain else "reason_segment"
    if (rng.random() < 0.3 or not fitting) and empty:
        likely = {} if scene.misplaced else dict(_frequencies()[scene.indoor])  # asked where it might well have been there
        entry = rng.choices(empty, [0.02 + sum(likely.get(kind, 0.0) for kind in e[1]) for e in empty])[0]
        return Sample("reason", "instance", key, ask(key, rng, held_out, question=rng.choice(entry[0])), "Nothing in the picture fits.", [])
    if not fitting:
        return None
    (questions, _, one, many), targets = rng.choice(fitting)
    single = len(targets) == 1 and not targets[0].plural
    text = ("It is " if single else "They are ") + ph.join(ph.grounded("the " + ph.name(t)) for t in targets)
    text += (f" , because {one if single else many}." if explain else " .")
    return Sample("reason", "instance", key, ask(key, rng, held_out, question=rng.choice(questions)), text, [Target([t]) for t in targets])


def counted(things):
    """Noun phrases with counts: "a red car", "two trees"."""
    groups = {}
    for t in things:
        groups.setdefault(t.kind, []).append(t)
    out = []
    for kind, group in groups.items():
        out.append(ph.indefinite(group[0]) if len(group) == 1 else f"{ph.WORDS[len(group)]} {KINDS[kind].plural}")
    return out


def caption(scene, rng, held_out=0, length=None):
    length = length or rng.choice(("brief", "normal", "detailed"))
    things, stuff = things_of(scene), stuff_of(scene)
    where = scene_phrase(scene)
    if length == "brief":
        largest = sorted(things, key=lambda t: -t.area)[:2]
        text = f"{where} with " + ph.prose([ph.indefinite(t) for t in ordered(largest)]) if largest else where
    elif length == "normal":
        text = where + ("" if scene.indoor else f" {TIME_WORDS[scene.time]}")
        if things:
            text += " with " + ph.prose(counted(ordered(things)))
    else:
        text = where + ("" if scene.indoor else f" {TIME_WORDS[scene.time]}") + ". "
        text += "The " + ph.prose([f"{t.kind} {'are' if t.plural else 'is'} {ph.colour_of(t)}" for t in stuff]).replace(" and ", " and the ").replace(", ", ", the ")
        for side, group in by_side(things):
            text += f". {side[0].upper()}{side[1:]} there {'are' if len(group) > 1 else 'is'} " + ph.prose([ph.indefinite(t) for t in group])
    text = text[0].upper() + text[1:] + "."
    return Sample("caption", "panoptic", "caption." + length, ask("caption." + length, rng, held_out), text, [])


def region(scene, rng, held_out=0):
    """One thing seen by itself: the picture is cropped to the region before it is asked about."""
    things = [t for t in things_of(scene) if t.area > 0.006 * scene.numbers.size]
    if not things:
        return None
    t = rng.choice(things)
    h, w = scene.numbers.shape
    x0, y0, x1, y1 = t.box
    mx, my = (x1 - x0) * rng.uniform(0.02, 0.12), (y1 - y0) * rng.uniform(0.02, 0.12)
    box = (max(0.0, (x0 - mx) / w), max(0.0, (y0 - my) / h), min(1.0, (x1 + mx) / w), min(1.0, (y1 + my) / h))
    text = ph.indefinite(t)
    shown = [(p, c) for p, c in t.parts.items() if c and p != KINDS[t.kind].main and p != ph.PEOPLE.get(t.kind)][:2]
    if shown:
        text += " with " + ph.prose([ph.part_indefinite(p, c) for p, c in shown])
    return Sample("region", "instance", "region_caption", ask("region_caption", rng, held_out), text[0].upper() + text[1:] + ".", [], region=box)


def question(scene, rng, held_out=0):
    things, about = things_of(scene), []
    what = rng.random()
    if what < 0.3 and things:
        kind = rng.choice(things).kind if rng.random() < 0.8 else _false_kind(scene, rng)
        about = [t for t in things if t.kind == kind]
        n = len(about)
        if n == 0 and kind in drawn_kinds(scene):
            return None
        plural = KINDS[kind].plural
        text = f"There is one {kind}." if n == 1 else f"There are {ph.WORDS[n]} {plural}."
        q = f"How many {plural} are there?"
    elif what < 0.62:
        options = [(t, fits) for t in scene.visible if t.colour and t.kind not in ph.PEOPLE
                   for fits in [[f for f in ph.expressions(scene, t) if not f.startswith(ph.name(t))]] if fits]
        if not options:
            return None
        t, fits = rng.choice(options)
        about = [t]
        said = fits[0] if rng.random() < 0.6 else rng.choice(fits)
        if t.parts and rng.random() < 0.35:
            part = rng.choice(sorted(t.parts))
            colour = t.parts[part]
            if colour is None:
                return None
            be = "are" if part in ph.PLURAL_PARTS else "is"
            q, text = f"What colour {be} the {part} of the {said}?", f"The {part} {be} {colour}."
        else:
            be = "are" if t.plural else "is"
            q, text = f"What colour {be} the {said}?", f"The {t.kind} {be} {ph.colour_of(t)}."
    elif what < 0.84 and things:
        options = [t for t in things if ph.expressions(scene, t)]
        options = [(t, f) for t in options for f in ph.expressions(scene, t)[:2] if " the " not in f or t.kind in ph.PEOPLE]
        options = [(t, f) for t, f in options if "left" not in f and "right" not in f and "middle" not in f]
        if not options:
            return None
        t, said = rng.choice(options)
        about = [t]
        q, text = f"Where is the {said}?", f"The {t.kind} is {ph.side(t)}."
    elif what < 0.92 and not scene.indoor:
        q = "What time of day is it?"
        text = {"day": "It is day.", "overcast": "It is day.", "evening": "It is evening.", "night": "It is night."}[scene.time]
    else:
        q, text = "What place is this?", f"It is {scene_phrase(scene)}."
    return Sample("question", "instance", "ask", q, text, [], about=about)


def minimal_pair(scene, rng, held_out=0):
    """Two questions with the same words but for one attribute: the one is true here, the other is not."""
    frame = presence(rng, held_out)
    things = things_of(scene)
    coloured = [t for t in scene.visible if t.colour]
    if rng.random() < 0.5 and coloured:
        t = rng.choice([c for c in coloured if not c.stuff] or coloured) if rng.random() < 0.85 else rng.choice(coloured)
        false = _false_colour(scene, rng, t.kind)
        if false is None:
            return None
        said, wrong, pair = _a(_named(t.kind, t.colour), t.kind), _a(_named(t.kind, false), t.kind), "colour"
        near = [x for x in scene.visible if x.kind == t.kind]  # to deny a colour one must look as well
    else:
        if not things:
            return None
        t, false = rng.choice(things), _false_kind(scene, rng)
        said, wrong, pair, near = _a(t.kind, t.kind), _a(false, false), "kind", []
    return [Sample("question", "instance", "ask", frame.replace("{x}", said), "Yes, there is.", [], pair=pair, truth=True,
                   about=[x for x in scene.visible if x.kind == t.kind and (pair == "kind" or x.colour == t.colour)]),
            Sample("question", "instance", "ask", frame.replace("{x}", wrong), "No, there is not.", [], pair=pair, truth=False, about=near)]


def follow_up(scene, rng, held_out=0):
    """A second turn on the same picture, after a first that may itself have had masks."""
    first = rng.choice((refer_one, refer_one, caption, question, instance))(scene, rng, held_out)
    if first is None or len(first.targets) > 4:
        return None
    history = [(first.instruction, first.answer, first.targets)]
    if first.task == "refer_one" and rng.random() < 0.5:
        target = first.targets[0]
        colour = target.things[0].parts.get(target.part) if target.part else target.things[0].colour
        t = target.things[0]
        if colour and (target.part or t.kind not in ph.PEOPLE):
            many = target.part in ph.PLURAL_PARTS or (not target.part and t.plural)
            colour = ph.SKY.get(colour, colour) if t.kind == "sky" else colour
            return Sample("follow_up", "instance", "ask", f"What colour {'are they' if many else 'is it'}?",
                          f"{'They are' if many else 'It is'} {colour}.", [], history)
        if not target.part and not t.stuff:
            second = parts(scene, rng, held_out, t) if len(t.parts) > 1 else None
            if second:
                return Sample("follow_up", "part", second.key, second.instruction, second.answer, second.targets, history)
    second = rng.choice((refer_one, refer_none, question, refer_one))(scene, rng, held_out)
    if second is None:
        return None
    return Sample("follow_up", second.granularity, second.key, second.instruction, second.answer, second.targets, history)


TASKS = {"panoptic": panoptic, "instance": instance, "part": parts, "list": segment_all, "refer_one": refer_one, "refer_many": refer_many,
         "refer_none": refer_none, "reason": reason, "caption": caption, "region": region, "question": question, "follow_up": follow_up}
COLOURS = list(NAMES)
