"""Reads SegCap files of any source, versions 1 and 2, to train on: every line is checked first, with the place of whatever is wrong."""
import json
import os
import random
import re
from collections import Counter
from dataclasses import dataclass, field

from . import pictures, rle

VERSIONS = (1, 2)
WORD = re.compile(r"[A-Za-z]+(?:-[A-Za-z]+)*")
MARKUP = re.compile(r"\[SEG\]|</?p>")
NUMBERED = re.compile(r"-\d+$")
PREPOSITIONS = {"of", "in", "on", "at", "with", "from", "behind", "before", "above", "below", "under", "near", "next", "beside", "between", "that", "which", "to", "by", "for", "inside"}
DETERMINERS = {"a", "an", "the", "all", "both", "each", "every", "any", "some", "this", "that", "these", "those"}


class BadData(Exception):
    """What is wrong with a file, and where."""

    def __init__(self, path, line, problem):
        super().__init__(f"{path}{f', line {line}' if line else ''}: {problem}")


class BadPicture(BadData):
    """What is wrong with a picture: the file itself can be gone on with."""


@dataclass
class Turn:
    instruction: str
    answer: str
    masks: list  # run lengths, one per [SEG]; None for a turn whose masks are not known
    labels: list
    parents: list
    task: str = "question"
    key: str = ""  # the wording's
    none: bool = False  # target: none
    ignore: dict = None
    expression: str = None


@dataclass
class Asked:
    """One conversation about a picture, its turns in order."""
    turns: list
    granularity: str = None
    pair: str = None
    truth: bool = None
    place: str = ""  # file and line, for messages


def segments(text):
    return text.count("[SEG]")


def label_word(label):
    """A label without the number that tells repeats apart ("person-2")."""
    return NUMBERED.sub("", label.strip().lower())


def singular(word):
    for end, instead in (("ies", "y"), ("sses", "ss"), ("shes", "sh"), ("ches", "ch"), ("xes", "x")):
        if word.endswith(end) and len(word) > len(end) + 1:
            return word[:-len(end)] + instead
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3 else word


def head(phrase):
    """The noun that a phrase is about: its last word before the first preposition. None where there is none."""
    words = [w.lower() for w in WORD.findall(phrase)]
    for i, word in enumerate(words):
        if word in PREPOSITIONS and i and words[i - 1] not in DETERMINERS:
            words = words[:i]
            break
    return words[-1] if words and words[-1] not in DETERMINERS else None


class Facts:
    """What is counted on the way through a file: words of answers and expressions, labels, wordings."""

    def __init__(self):
        self.lines, self.questions, self.masks = 0, 0, 0
        self.words, self.labels, self.heads, self.granularities, self.datasets = Counter(), Counter(), Counter(), Counter(), Counter()
        self.wordings, self.meanings = {}, {}

    def add(self, asked, dataset):
        self.lines += 1
        self.datasets[dataset] += 1
        if asked.granularity:
            self.granularities[asked.granularity] += 1
        for turn in asked.turns:
            self.questions += 1
            self.words.update(word for text in (turn.expression or "", MARKUP.sub(" ", turn.answer)) for word in set(WORD.findall(text)))
            if turn.masks is None:
                continue
            self.masks += len(turn.masks)
            labels = [label_word(label) for label in turn.labels if label]
            self.labels.update(labels)
            self.heads.update(filter(None, (head(p) for p in re.findall(r"<p>(.*?)</p>", turn.answer))))
            if turn.key:
                template = turn.instruction
                if turn.expression and template.count(turn.expression) == 1:
                    template = template.replace(turn.expression, "{expression}")
                self.wordings.setdefault(turn.key, Counter())[template] += 1
            noun = head(turn.expression) if turn.expression and labels else None
            if noun and singular(noun) not in labels and noun not in labels:
                self.heads[noun] += 1
                self.meanings.setdefault(singular(noun), set()).update(labels)


class Source:
    """One SegCap file, checked: its pictures, and for each what is asked about it, read when it is wanted."""

    def __init__(self, path, longest=None, progress=None):
        """`longest` tells of a conversation how many tokens it has; those that are too long for the model are left out and counted."""
        self.path, self.folder, self.facts, self.too_long = path, os.path.dirname(os.path.abspath(path)), Facts(), 0
        self.pictures, self.at = [], {}  # (image, region): offsets of lines
        self.longest = 0
        self.sizes = sizes = {}  # of each picture, as it is shown
        offset, number = 0, 0
        try:
            file = open(path, "rb")
        except OSError as problem:
            raise BadData(path, None, f"cannot be read ({problem.strerror}). --data takes SegCap files (segcap.jsonl), as generators and 'mglmm import' write them") from None
        with file:
            for number, raw in enumerate(file, 1):
                if raw.strip():
                    value = self._value(raw, number)
                    asked = self._asked(value, number, sizes)
                    tokens = longest(asked) if longest else 0
                    if tokens is None:
                        self.too_long += 1
                    else:
                        self.longest = max(self.longest, tokens)
                        self.facts.add(asked, (value.get("source") or {}).get("dataset") or os.path.basename(self.folder) or "data")
                        key = value["image"], tuple(value.get("region") or ())
                        if key not in self.at:
                            self.pictures.append(key)
                        self.at.setdefault(key, []).append((offset, number))
                offset += len(raw)
                if progress and number % 20000 == 0:
                    progress(f"{path}: {number} lines read")
        if not self.pictures:
            raise BadData(path, None, "no samples that can be trained on" + (f": all {self.too_long} are too long for the model" if self.too_long else ""))

    def split(self, share, seed):
        """(training, held out) pictures; every region of a picture falls on the same side."""
        names = sorted({image for image, _ in self.pictures})
        count = 0 if share <= 0 else max(1, round(share * len(names)))
        if count >= len(names):
            raise BadData(self.path, None, f"has {len(names)} picture(s), which is too few to hold {count} back for validation; bring more, or say --held-out 0")
        held = set(random.Random(seed).sample(names, count))
        return [p for p in self.pictures if p[0] not in held], [p for p in self.pictures if p[0] in held]

    def asked(self, picture):
        """What is asked about a picture."""
        out = []
        with open(self.path, "rb") as file:
            for offset, number in self.at[picture]:
                file.seek(offset)
                out.append(self._asked(self._value(file.readline(), number), number, None))
        return out

    def read(self, picture):
        """(the picture, what is asked about it). BadPicture where it cannot be read whole: its head, which was looked at first, says nothing of that."""
        try:
            image = pictures.opened(os.path.join(self.folder, picture[0]))
        except OSError as problem:
            raise BadPicture(self.path, None, str(problem)) from None
        if image.size != self.sizes[picture[0]]:
            raise BadPicture(self.path, None, f"the picture {picture[0]} is {image.size[0]} x {image.size[1]} pixels as it is shown, its lines say {self.sizes[picture[0]][0]} x {self.sizes[picture[0]][1]}")
        return image, self.asked(picture)

    # ------------------------------------------------------------ one line

    def _value(self, raw, number):
        try:
            value = json.loads(raw.decode("utf-8-sig"))
        except UnicodeDecodeError:
            raise BadData(self.path, number, "is not UTF-8") from None
        except json.JSONDecodeError as problem:
            raise BadData(self.path, number, f"is not JSON ({problem.msg} at character {problem.pos + 1})") from None
        if not isinstance(value, dict):
            raise BadData(self.path, number, "is no JSON object")
        return value

    def _asked(self, value, number, sizes):
        """The conversation of a line. With `sizes` everything is checked (a dictionary of the pictures that have been looked at)."""
        bad = lambda problem: BadData(self.path, number, problem)
        if sizes is not None:
            self._checked(value, bad, sizes)
        size = [value["height"], value["width"]]
        turns = []
        if value.get("turns") is not None:
            for i, turn in enumerate(value["turns"]):
                turns.append(self._turn({**{name: value[name] for name in ("task", "target", "ignore", "expression") if name in value}, "wording": "", **turn},
                                        size, sizes is not None, bad, f"turn {i + 1}: "))
        else:
            for earlier in value.get("history") or ():
                turns.append(Turn(earlier["instruction"], earlier["answer"], None, [], [], "question"))
            turns.append(self._turn(value, size, sizes is not None, bad, ""))
        return Asked(turns, value.get("granularity"), value.get("pair"), value.get("truth"), f"{self.path}, line {number}")

    def _turn(self, value, size, checks, bad, where):
        masks, labels = value.get("masks") or [], value.get("labels") or []
        if checks:
            for name in ("instruction", "answer"):
                if not isinstance(value.get(name), str) or not value[name].strip():
                    raise bad(f"{where}'{name}' is missing or no text")
            for token in ("<image>", "</s>", "<s>"):
                if token in value["instruction"] or token in value["answer"]:
                    raise bad(f"{where}{token} stands in the text; the model puts it there itself")
            if not isinstance(masks, list) or not isinstance(labels, list):
                raise bad(f"{where}'masks' and 'labels' must be lists")
            if segments(value["answer"]) != len(masks):
                raise bad(f"{where}the answer has {segments(value['answer'])} [SEG] and {len(masks)} masks; each [SEG] needs the one mask in its place")
            if labels and len(labels) != len(masks):
                raise bad(f"{where}{len(labels)} labels for {len(masks)} masks")
            if value.get("target") == "none" and masks:
                raise bad(f"{where}'target' is \"none\", but there are masks")
            for i, mask in enumerate(masks):
                self._mask(mask, size, bad, f"{where}mask {i + 1}")
            if value.get("ignore") is not None:
                self._mask(value["ignore"], size, bad, f"{where}'ignore'")
        return Turn(value["instruction"], value["answer"], masks, labels or [None] * len(masks), value.get("parents") or [None] * len(masks),
                    value.get("task") or "question", value.get("wording") or "", value.get("target") == "none", value.get("ignore"), value.get("expression"))

    def _mask(self, mask, size, bad, what):
        if not isinstance(mask, dict) or "size" not in mask or "counts" not in mask:
            raise bad(f"{what} is no run lengths: {{\"size\": [height, width], \"counts\": ...}} is wanted")
        if list(mask["size"]) != size:
            raise bad(f"{what} is of size {mask['size']}, the picture is {size} (height, width)")
        try:
            counts = rle.runs_of(mask["counts"]) if isinstance(mask["counts"], str) else mask["counts"]
            total = sum(int(n) for n in counts) if isinstance(counts, list) else int(counts.sum())
            least = min(counts, default=0) if isinstance(counts, list) else counts.min(initial=0)
        except (ValueError, TypeError):
            raise bad(f"{what}: 'counts' cannot be read as run lengths") from None
        if total != size[0] * size[1] or least < 0:
            raise bad(f"{what}: run lengths cover {total} pixels, the picture has {size[0] * size[1]}")

    def _checked(self, value, bad, sizes):
        if value.get("version", 1) not in VERSIONS:
            raise bad(f"version {value['version']} of the format is not known here (1 and 2 are)")
        for name in ("width", "height"):
            if not isinstance(value.get(name), int) or value[name] < 1:
                raise bad(f"'{name}' is missing or no number of pixels")
        image = value.get("image")
        if not isinstance(image, str) or not image:
            raise bad("'image' is missing")
        if image not in sizes:
            path = os.path.join(self.folder, image)
            try:
                sizes[image] = pictures.size(path)
            except FileNotFoundError:
                raise bad(f"the picture {path} is not there; 'image' is a path relative to the file") from None
            except OSError as problem:
                raise bad(str(problem)) from None
        if sizes[image] != (value["width"], value["height"]):
            raise bad(f"the picture {image} is {sizes[image][0]} x {sizes[image][1]} pixels as it is shown, the line says {value['width']} x {value['height']}")
        turns, history = value.get("turns"), value.get("history") or []
        if turns is not None and (not isinstance(turns, list) or not turns or not all(isinstance(t, dict) for t in turns)):
            raise bad("'turns' must be a list of turns, and not empty")
        if not isinstance(history, list) or not all(isinstance(t, dict) and isinstance(t.get("instruction"), str) and isinstance(t.get("answer"), str) for t in history):
            raise bad("'history' must be a list of {instruction, answer}")
        region = value.get("region")
        if region is not None:
            if not isinstance(region, list) or len(region) != 4 or not all(isinstance(v, (int, float)) for v in region) or region[2] < 1 or region[3] < 1 \
                    or region[0] < 0 or region[1] < 0 or region[0] + region[2] > value["width"] or region[1] + region[3] > value["height"]:
                raise bad(f"'region' {region} is no [x, y, width, height] inside the picture")
