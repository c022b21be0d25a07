"""The text that the tokenizer is trained on: what people ask and what the model answers, over many training scenes."""
import random

from scenes.palette import NAMES
from scenes.things import KINDS
from scenes.world import STUFF_NAMES, draw_scene

from .samples import REASONS, TASKS, minimal_pair
from .held_out import HELD_OUT
from .patterns import PRESENCE_VARIED, VARIED
from .wordings import PRESENCE, TRAINED, varied

#: Words beyond the grammar, so that free questions are not spelled out letter by letter.
PLAIN = ("this that these those what which who where when why how many much can could would should do does did is are was were be been have has had "
         "not no yes please thank you hello help tell show find mark mask masks object objects thing things person people animal animals vehicle vehicles "
         "part parts image photo scene background foreground left right middle top bottom above below under over behind next near between inside outside "
         "big small large tall short bright dark old new first second last other another same different all every each some any none only also very").split()


def corpus(scenes=1500, seed=0):
    """Lines of text. Instructions follow a full stop without a space where a prompt has a line break before them."""
    rng = random.Random(seed)
    lines = ["USER: The", "provides an overview of the picture."] * 40
    for wordings in (TRAINED, HELD_OUT[0]):
        for key, texts in wordings.items():
            for text in texts:
                lines += [f".{text} ASSISTANT:", text] * 12
    for texts in list(VARIED.values()) + [PRESENCE_VARIED]:
        lines += [f".{varied(text, rng)} ASSISTANT:" for text in texts for _ in range(4)]
    for questions, *_ in REASONS:
        for q in questions:
            lines += [f".{q} ASSISTANT:"] * 6
    for q in PRESENCE:
        lines += [f".{q} ASSISTANT:"] * 12
    words = list(KINDS) + [k.plural for k in KINDS.values()] + NAMES + STUFF_NAMES + [p for k in KINDS.values() for p in k.parts]
    lines += [f"the {w} and a {w}." for w in words for _ in range(6)]
    lines += [" ".join(rng.sample(PLAIN, 8)) for _ in range(600)]
    for i in range(scenes):
        scene = draw_scene(rng.randrange(1_000_000), 64)
        for task in TASKS.values():
            sample = task(scene, rng)
            if sample:
                lines.append("." + sample.instruction + " ASSISTANT: " + sample.answer.replace("<p>", "\n").replace("</p>", "\n").replace("[SEG]", "\n"))
        pair = minimal_pair(scene, rng)
        if pair:
            lines += ["." + s.instruction + " ASSISTANT: " + s.answer for s in pair]
    return [part.strip(" ") for line in lines for part in line.split("\n") if part.strip()]
