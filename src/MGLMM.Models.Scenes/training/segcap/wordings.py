"""How people ask. The first wording of a key is the one that the bundle's tools use, and is trained most."""
import itertools
import re

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

HELD_OUT = {
    "segment_and_caption.panoptic": ["Tell me about all areas of the picture and mark each with a mask.", "Give an account of the full scene, with masks for it all.",
                                     "What makes up this picture, front to back? Use masks."],
    "segment_and_caption.instance": ["Caption the things you see and give their masks.", "Tell me about the objects, each with its own mask.",
                                     "Put the objects of the picture into words and masks."],
    "segment_and_caption.part": ["Tell me about the {object} part by part, with masks.", "Take the {object} to pieces and mask every piece.",
                                 "How is the {object} built? Give masks."],
    "segment_all": ["Name and mask all that is there.", "I need masks and labels for the entire image.", "Break the picture up into named regions."],
    "refer": ["Mark the {expression}, please.", "I am looking for the {expression}.", "Which one is the {expression}?", "Put a mask on the {expression}."],
    "reason_segment": ["{question} Mark it.", "{question} A mask, please.", "{question} Point to it with a mask."],
    "reason_segment.explain": ["{question} Mark it and say why.", "{question} Give me a mask and your reasons.", "{question} Show where, and for what reason."],
    "caption.brief": ["Sum up the picture in a few words.", "The picture in one line, please."],
    "caption.normal": ["What can you see in the picture?", "Say what is in the picture."],
    "caption.detailed": ["Tell me everything about the picture.", "Describe all that you see, sparing no details."],
    "region_caption": ["Say what this region shows.", "What have we got in this crop?"],
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


def ask(key, rng, held_out=False, first=0.3, **values):
    """A wording for a key: the first for 30 %, another of the bundle's for 10 %, else one of the many."""
    if held_out:
        text = rng.choice(HELD_OUT[key])
    else:
        dice = rng.random()
        text = TRAINED[key][0] if dice < first else rng.choice(TRAINED[key]) if dice < first + 0.1 else varied(rng.choice(VARIED[key]), rng)
    for name, value in values.items():
        text = text.replace("{" + name + "}", value)
    return text


#: Presence questions, the frame of every minimal pair.
PRESENCE = ["Is there {x} in the picture?", "Can you see {x}?", "Does the picture show {x}?"]
PRESENCE_HELD_OUT = ["Do you find {x} here?", "Is {x} part of the picture?", "Did anyone draw {x} into this scene?"]


def presence(rng, held_out=False):
    """A frame to ask in whether {x} is there."""
    if held_out:
        return rng.choice(PRESENCE_HELD_OUT)
    return rng.choice(PRESENCE) if rng.random() < 0.5 else varied(rng.choice(PRESENCE_VARIED), rng)
