"""How people ask. The first wording of a key is the one that the bundle's tools use, and is trained most."""

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
    "segment_and_caption.panoptic": ["Tell me about all areas of the picture and mark each with a mask."],
    "segment_and_caption.instance": ["Caption the things you see and give their masks."],
    "segment_and_caption.part": ["Tell me about the {object} part by part, with masks."],
    "segment_all": ["Name and mask all that is there."],
    "refer": ["Mark the {expression}, please.", "I am looking for the {expression}."],
    "reason_segment": ["{question} Mark it."],
    "reason_segment.explain": ["{question} Mark it and say why."],
    "caption.brief": ["Sum up the picture in a few words."],
    "caption.normal": ["What can you see in the picture?"],
    "caption.detailed": ["Tell me everything about the picture."],
    "region_caption": ["Say what this region shows."],
    "ask": ["{question}"],
}


def ask(key, rng, held_out=False, first=0.6, **values):
    """A wording for a key; mostly the first."""
    if held_out:
        text = rng.choice(HELD_OUT[key])
    else:
        text = TRAINED[key][0] if rng.random() < first else rng.choice(TRAINED[key])
    for name, value in values.items():
        text = text.replace("{" + name + "}", value)
    return text


#: Presence questions, the frame of every minimal pair.
PRESENCE = ["Is there {x} in the picture?", "Can you see {x}?", "Does the picture show {x}?"]
PRESENCE_HELD_OUT = ["Do you find {x} here?"]
