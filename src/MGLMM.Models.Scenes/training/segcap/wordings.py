"""How people ask. The first wording of a key is the one that the bundle's tools use, and is trained most."""
import itertools
import re

from .held_out import HELD_OUT
from .patterns import PRESENCE_VARIED, VARIED

TRAINED = {
    "segment_and_caption.panoptic": [
        "Describe the picture with a mask for every region.", "Give a panoptic description with interleaved masks.",
        "Describe the whole scene, objects and background, with masks."],
    "segment_and_caption.instance": [
        "Describe the objects in the picture with interleaved masks.", "Write a caption with a mask for every object.",
        "Which objects can you see? Answer with interleaved masks."],
    "segment_and_caption.part": [
        "Describe the {object} in detail with a mask for every part.", "Show the parts of the {object} with interleaved masks.",
        "What does the {object} consist of? Answer with masks."],
    "segment_all": [
        "Segment everything in the picture and name it.", "List all regions with their masks."],
    "refer": [
        "Please segment the {expression}.", "Can you segment the {expression}?", "Where is the {expression}? Answer with a mask.",
        "Show me the {expression}."],
    "reason_segment": [
        "{question} Please answer with a mask.", "{question} Show it with a mask."],
    "reason_segment.explain": [
        "{question} Please answer with a mask and explain why.", "{question} Show it with a mask and give the reason."],
    "caption.brief": ["Describe the picture in one short sentence.", "Give a brief caption."],
    "caption.normal": ["Describe the picture.", "What does the picture show?"],
    "caption.detailed": ["Describe the picture in detail.", "Give a detailed description of the picture."],
    "region_caption": ["What is shown in this region?", "Describe this region."],
    "ask": ["{question}"],
}

GROUP = re.compile(r"\(([^()]*)\)")


def _tidy(text):
    text = " ".join(text.split()).replace(" ,", ",").replace(" .", ".").replace(" ?", "?")
    return text[0].upper() + text[1:]


def varied(pattern, rng):
    """One sentence of a pattern with groups of alternatives."""
    return _tidy(GROUP.sub(lambda group: rng.choice(group[1].split("|")), pattern))


def sentences(pattern):
    """Every sentence of a pattern."""
    pieces = GROUP.split(pattern)  # what is outside of the groups and what is inside, in turn
    return {_tidy("".join(chosen)) for chosen in itertools.product(*(piece.split("|") if i % 2 else (piece,) for i, piece in enumerate(pieces)))}


def ask(key, rng, held_out=0, first=0.3, **values):
    """A wording for a key: the first for 30 %, another of the bundle's for 10 %, else one of the many; or of a set, 1 to 3, of those held out."""
    if held_out:
        text = rng.choice(HELD_OUT[held_out - 1][key])
    else:
        dice = rng.random()
        text = TRAINED[key][0] if dice < first else rng.choice(TRAINED[key]) if dice < first + 0.1 else varied(rng.choice(VARIED[key]), rng)
    for name, value in values.items():
        text = text.replace("{" + name + "}", value)
    return text


#: Presence questions, the frame of every minimal pair.
PRESENCE = ["Is there {x} in the picture?", "Can you see {x}?", "Does the picture show {x}?"]


def presence(rng, held_out=0):
    """A frame to ask in whether {x} is there; held_out as in `ask`."""
    if held_out:
        return rng.choice(HELD_OUT[held_out - 1]["presence"])
    return rng.choice(PRESENCE) if rng.random() < 0.5 else varied(rng.choice(PRESENCE_VARIED), rng)
