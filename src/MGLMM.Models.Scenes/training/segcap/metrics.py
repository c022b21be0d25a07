"""How good answers are: masks, phrases, refusals and plain answers."""
import re
from collections import Counter

import numpy as np

PHRASE = re.compile(r"<p>(.*?)</p>")


def phrases(text):
    return [p.strip() for p in PHRASE.findall(text)]


def plain(text):
    """Text without tags, spaces tidied."""
    text = re.sub(r"<.*?>", "", text).replace("[SEG]", "")
    return re.sub(r"\s+([.,])", r"\1", " ".join(text.split())).strip()


def iou_matrix(predicted, true):
    out = np.zeros((len(predicted), len(true)))
    for i, a in enumerate(predicted):
        for j, b in enumerate(true):
            union = np.logical_or(a, b).sum()
            out[i, j] = np.logical_and(a, b).sum() / union if union else 0.0
    return out


def greedy(matrix):
    """One-to-one pairs (prediction, truth), the best IoU first."""
    m, out = matrix.copy(), []
    while m.size and m.max() > 0:
        i, j = np.unravel_index(m.argmax(), m.shape)
        out.append((int(i), int(j)))
        m[i, :], m[:, j] = -1, -1
    return out


def counted(masks, ignored):
    """[(place, what of the mask counts)]: all pixels but the ignored ones; a mask that lies in these altogether is left out."""
    if ignored is None:
        return list(enumerate(masks))
    rest = [(i, m, np.logical_and(m, ~ignored)) for i, m in enumerate(masks)]
    return [(i, r) for i, m, r in rest if r.any() or not m.any()]


class Scores:
    """Collects per-task numbers. A mask that is not found has an IoU of 0; for `miou_named` also one that is called something else."""

    def __init__(self):
        self.values = {}

    def add(self, task, metric, value):
        self.values.setdefault(task, {}).setdefault(metric, []).append(float(value))

    def sample(self, sample, text, masks, truth, ignored=None):
        """sample: a SegCap question; text and masks: the answer; truth: the sample's masks as arrays; ignored: pixels that count for neither."""
        task = "pair" if sample.get("pair") else sample["task"]
        if sample.get("pair"):
            self.add("pair " + sample["pair"], "accuracy", plain(text).lower().startswith("yes") == sample["truth"])
            return
        names = phrases(text)
        given, wanted = counted(masks, ignored), counted(truth, ignored)
        if "[SEG]" in sample["answer"]:
            marked, true = [m for _, m in given], [m for _, m in wanted]
            matrix = iou_matrix(marked, true)
            best, named = np.zeros(len(true)), np.zeros(len(true))
            recalled = 0
            for i, j in greedy(matrix):
                best[j] = matrix[i, j]
                place, label = given[i][0], sample["labels"][wanted[j][0]] if sample["labels"] else None
                right = bool(label) and place < len(names) and re.search(rf"\b{re.escape(label)}\b", names[place]) is not None
                named[j] = best[j] * right
                recalled += matrix[i, j] >= 0.5 and right
            at = {place: i for i, (place, _) in enumerate(given)}
            for j, (place, _) in enumerate(wanted):
                self.add(task, "miou", best[j])
                self.add(task, "miou_named", named[j])
                self.add("all", "miou", best[j])  # every mask that is to be found, whatever the task
                self.add("all", "miou_named", named[j])
                self.add(task, "miou_in_order", matrix[at[place], j] if place in at else 0.0)
            union, found = (np.any(list(m), 0) if len(m) else np.zeros_like(truth[0], bool) for m in (true, marked))
            either = np.logical_or(found, union).sum()
            self.add(task, "giou", np.logical_and(found, union).sum() / either if either else 1.0)
            if true:
                # Of targets that are ignored altogether it cannot be said whether they were found.
                self.add(task, "mask_recall", recalled / len(true))
                self.add(task, "t_acc", len(marked) > 0)
            said, got = Counter(phrases(sample["answer"])), Counter(names)
            common = sum((said & got).values())
            self.add(task, "phrase_f1", 2 * common / max(1, sum(said.values()) + sum(got.values())))
        elif sample.get("target") == "none" or task in ("refer_none", "reason") or (task == "follow_up" and sample["answer"].startswith(("There is no ", "Nothing"))):
            self.add(task, "n_acc", len(given) == 0)
        else:
            self.add(task, "accuracy", plain(text) == plain(sample["answer"]))
            a, b = Counter(plain(text).lower().strip(".").split()), Counter(plain(sample["answer"]).lower().strip(".").split())
            self.add(task, "word_f1", 2 * sum((a & b).values()) / max(1, sum(a.values()) + sum(b.values())))

    def table(self):
        out = {}
        for task in sorted(self.values):
            out[task] = {"count": max(len(v) for v in self.values[task].values())}
            for metric, values in self.values[task].items():
                out[task][metric] = round(sum(values) / len(values), 4)
        return out
