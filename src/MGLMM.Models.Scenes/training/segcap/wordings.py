"""How people ask. The first wording of a key is the one that the bundle's tools use, and is trained most."""
import re

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

#: The many other ways to say it: a group (a|b|c) stands for any one of its alternatives, which may be empty.
VARIED = {
    "segment_and_caption.panoptic": [
        "(Describe|Explain|Show) (the picture|the image|the scene|this picture), with a mask for (every|each) (region|area).",
        "(Please |)(describe|go through) (everything|all there is) in the (picture|image|scene), (objects and background|background and objects), with masks.",
        "(Please |)(give|write|make) (a|me a) panoptic (description|caption) (of the picture|of the scene|)( and mask all of it| with masks| , masks included).",
        "(Can|Could) you describe the (whole|entire|complete) (picture|scene|image) (and|, please, and) (segment|mask|outline) every region?",
        "(What does the whole picture show|What is in the foreground and the background)? (Mark|Segment|Mask|Outline) (every|each) region.",
        "(Caption|Describe) the (whole|full|entire) (scene|picture) and (segment|outline|mark) all (of its |)regions( you mention|).",
        "I (want|need|would like) a description of the (whole|complete) (scene|picture|image) with (a mask for every region|masks for all regions|everything masked).",
        "(Tell|Show) me what is (where|there) in the (picture|image|scene), (region by region|objects and background), with masks.",
        "(Say|Explain|Tell me) what (each|every) (region|area|bit) of the (picture|scene|image) (is|shows) and (mask|outline|segment|mark) (it|all of them|each|each of them).",
        "(Go|Walk|Talk me) through (all|the) (regions|areas|parts) of the (picture|scene|image)(, one by one|) and (mark|mask|outline) (each|them|all of them).",
        "(A|One) mask for (each|every) (area|region), and a (description|caption) of the (whole|full) (picture|scene|image)(, please|).",
        "(Describe|Explain|Caption) (it all|all of it|all of the picture|all of the scene), (foreground and background|every area), and (mark|mask|segment) (it|every area|each region).",
        "(Describe|Explain) (the scenery and the objects|the background and the objects|the objects and what is behind them) (with|using) interleaved masks."],
    "segment_and_caption.instance": [
        "(Describe|Caption) (the|all|all the) objects (in the picture|in this image|in the scene|that you see|) (with masks|and mask them|and segment each one|with a mask for each).",
        "(Please |)(write|give|make) (a|me a|one) caption (of the objects|that names the objects|about the objects) (with|and give) (their|a mask for their|interleaved) (masks|outlines).",
        "(What|Which) (objects|things) (are there|are in the picture|can be seen|do you see)? (Mask|Segment|Mark|Outline) (them|each one|all of them).",
        "(Can|Could) you (describe|caption) the (objects|things) (in the picture|here|in this scene) (and segment each|with masks|and outline them)?",
        "(Segment|Mask|Outline) (every|each) (object|thing) (and|while you) (describe|caption) the picture.",
        "(Say|Tell me) (which|what) (objects|things) (you see|there are|are here) and (mark|mask|give the mask of) (each|every one|each of them).",
        "(Name|Mention) (the|all the) (objects|things) in (one|a) (sentence|caption) and (mark|mask|segment|outline) (them|each).",
        "I (want|need|would like) a caption with (a mask for every|masks of all the|all the) (object|objects|thing|things)( masked|).",
        "(Describe|Say) (what things there are|which objects there are|what objects the picture shows), (leaving out|without) the background, (with|and give) masks."],
    "segment_and_caption.part": [
        "(Describe|Explain|Show) the {object} (and|, and) (mask|segment|outline|mark) (each|every one|all) of its parts.",
        "(What are|Which are) the parts of the {object}? (Mask|Segment|Mark|Outline) (them|each one|each of them).",
        "(Please |)(segment|mask|outline) (the parts|every part|all parts|the pieces) of the {object}( and name them| and describe it|).",
        "(Can|Could) you (describe|show|segment) the parts of the {object}( with masks|, each with its mask|, please|)?",
        "(Which|What) parts does the {object} have? (Answer with masks|Mask each of them|Show them with masks).",
        "(Give|Write) (a detailed description|a fine description|the details) of the {object}, (a mask for each part|every part masked|with its parts masked).",
        "(Tell me|Say|Explain) (of what|what) the {object} (is made|consists) of(, with masks| and mask each part| and mark every part|).",
        "(Mark|Name|List) (all the|the|every one of the) parts of the {object}( and mask each| with masks|).",
        "I (want|need) (to see|to know) (all|) the parts of the {object}( with their masks| as masks|, masked)."],
    "segment_all": [
        "(Segment|Mask|Outline|Mark) (everything|all things|every region) (in the picture|in the image|in the scene|you see) (and|, and|then) (name|label) (it|each one|all of it).",
        "(Give|Write|Make) (me |)(a|the) (list|labels) of (all|the) (regions|things and regions|segments) (with|and) (their |)masks.",
        "(Please |)(list|name|label) (every|each) (region|segment|area), each with its mask.",
        "(Segment|Label) the (whole|entire|full) (picture|image|scene).",
        "(Name|Label|List) (everything|all things and regions|every area|all you see|all areas) (in the picture|in the scene|here|) and (mask|segment|outline|mark) (it|them|each)( too| as well|).",
        "(Mark|Mask|Segment|Outline) and (name|label|list) (everything|all things|every region|all areas|every area)( in the picture| in the scene| here|).",
        "(All|The) (names|labels) and masks (of|for) (everything|all regions|all areas)( in the picture| here|), please.",
        "(Tell|Give) me the (name|label) and (the |)mask of (everything|every region|each area)( in the picture| in the scene|).",
        "(What|Which) regions are there? (List|Name) them (all |)with (their |)masks.",
        "(Can|Could) you (segment|list|label) (everything|all regions)( in the picture|)( with names| and give the names|)?"],
    "refer": [
        "(Please |)(segment|mask|outline|mark|highlight|find|locate|select|cut out) the {expression}.",
        "(Can|Could|Would|Will) you (please |)(segment|mask|outline|mark|highlight|find|locate|show me|point out) the {expression}?",
        "(Segment|Mask|Outline|Highlight|Point out|Find) the {expression} (for me|in the picture|in this image|, please|if you can).",
        "(Where|In which place) (can I find|do you see) the {expression}?( Show me.| Use a mask.| Answer with a mask.|)",
        "(Give|Show|Draw) (me |)(a|the) (mask|outline|segmentation) (of|for) the {expression}.",
        "I (want|need|would like) (to see |a mask of |the mask of |you to segment |you to find )the {expression}.",
        "(I need|I want|Let me see|Let me have) the {expression}( only| marked| masked|).", "(Do|Can) you see the {expression}? (Mark|Mask|Segment|Show|Outline) it.",
        "(Is there|Where would be) the {expression}? (Show|Mark|Mask|Outline) it.", "(Mark|Mask|Select|Pick) (only |just |)the {expression}.",
        "The {expression}, please.", "(What is the mask|Which pixels are part) of the {expression}?"],
    "reason_segment": [
        "{question} (Segment|Mask|Outline|Show|Point out|Highlight) (it|it, please|the answer|it in the picture).",
        "{question} (Answer|Reply|Respond) with (a mask|the mask|a segmentation|segmentation).",
        "(Please |)(answer with a mask|show with a mask|segment the answer): {question}",
        "{question} (Can you show it|Could you segment it|Can you give a mask)?", "{question} (Give|Show) (me |)(a|the) mask."],
    "reason_segment.explain": [
        "{question} (Segment|Mask|Outline|Show|Point out) it and (explain|explain why|give the reason|tell me why|say the reason).",
        "{question} (Answer with a mask|Show a mask|Give a mask) (and|, and) (tell why|a reason|explain|explain your answer|the reason why).",
        "(Please |)(answer with a mask and a reason|segment the answer and explain it): {question}",
        "{question} (Can you segment it and explain|Could you show it and tell me why)?"],
    "caption.brief": [
        "(Describe|Caption) the (picture|image|scene) (briefly|in brief|in one line|in one sentence|shortly).", "(Give|Write|Make) (me |)a (short|brief|one line) (caption|description).",
        "(Can|Could) you (give|write) a (short|brief) (caption|description)( of the picture|)?", "(Briefly|Shortly), what (is this|does the picture show|do you see)?",
        "(One|A single) (short|) sentence about the (picture|image|scene), please."],
    "caption.normal": [
        "(Describe|Caption) (this|the) (picture|image|scene)( for me|, please|).", "(Give|Write) (me |)a (caption|description)( of the picture| for this image|).",
        "What (is shown|is this|is in the picture|is going on) (here|)?", "(Can|Could) you (describe|caption) (the picture|this image|the scene)?",
        "(Tell|Explain to) me what (is in the picture|this picture shows|the image shows)."],
    "caption.detailed": [
        "(Describe|Explain) (this|the) (picture|image|scene) (in detail|in full|at length|with all details|as fully as you can).",
        "(Give|Write) (me |)a (long|full|complete|thorough) (caption|description)( of the picture| of the scene|).",
        "(Can|Could) you describe the (picture|scene) in (detail|full)?", "I (want|need|would like) a detailed (caption|description)( of the image|).",
        "What (exactly|all) (is|can be seen) in the picture? (Give|Include) (all |)details."],
    "region_caption": [
        "(Describe|Caption|Explain) (the|this) (region|area|part of the picture|crop)( for me|, please|).", "What (is|do you see) in (this|the) (region|area|crop)?",
        "What (can be seen|is there) here?", "(Give|Write) a (caption|description) (of|for) this (region|area).", "(Can|Could) you describe this (region|area)?",
        "(Tell|Show) me what (this region|this area|the region) (shows|is)."],
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


def varied(pattern, rng):
    """One sentence of a pattern with groups of alternatives."""
    text = GROUP.sub(lambda group: rng.choice(group[1].split("|")), pattern)
    text = " ".join(text.split()).replace(" ,", ",").replace(" .", ".").replace(" ?", "?")
    return text[0].upper() + text[1:]


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
PRESENCE_VARIED = ["(Do|Can) you see {x} (here|in the picture|anywhere)?", "Is there {x} (here|in this image|to be seen|anywhere|)?", "Does (the image|this picture|the scene) (show|have|contain) {x}?",
                   "Is {x} (in the picture|visible|there|shown)?", "(Tell me|Say) (whether|if) there is {x}.", "(Are you able|Is it possible) to see {x}?",
                   "(Do|Can) you (notice|spot|make out|recognise) {x}( here| in the picture| anywhere|)?", "Does the (picture|image|scene) (include|show) {x}( somewhere|)?",
                   "(I wonder|Let me know|Check) (if|whether) {x} is (there|shown|visible|in the picture|in the image).", "(Could|Might) there be {x} (here|in the picture|in this scene)?",
                   "(Any sign of|What about) {x}( here| in the picture|)?", "Am I right that {x} is (here|in the picture|to be seen)?"]
PRESENCE_HELD_OUT = ["Do you find {x} here?", "Is {x} part of the picture?", "Did anyone draw {x} into this scene?"]


def presence(rng, held_out=False):
    """A frame to ask in whether {x} is there."""
    if held_out:
        return rng.choice(PRESENCE_HELD_OUT)
    return rng.choice(PRESENCE) if rng.random() < 0.5 else varied(rng.choice(PRESENCE_VARIED), rng)
