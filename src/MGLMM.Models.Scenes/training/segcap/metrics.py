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


class Scores:
    """Collects per-task numbers. A mask that is not found has an IoU of 0; for `miou_named` also one that is called something else."""

    def __init__(self):
        self.values = {}

    def add(self, task, metric, value):
        self.values.setdefault(task, {}).setdefault(metric, []).append(float(value))

    def sample(self, sample, text, masks, truth):
        """sample: a SegCap line; text and masks: the answer; truth: the sample's masks as arrays."""
        task = "pair" if sample.get("pair") else sample["task"]
        if sample.get("pair"):
            self.add("pair " + sample["pair"], "accuracy", plain(text).lower().startswith("yes") == sample["truth"])
            return
        expects_masks = "[SEG]" in sample["answer"]
        if expects_masks:
            matrix = iou_matrix(masks, truth)
            pairs = greedy(matrix)
            best, named = np.zeros(len(truth)), np.zeros(len(truth))
            names = phrases(text)
            recalled = 0
            for i, j in pairs:
                best[j] = matrix[i, j]
                label = sample["labels"][j]
                right = i < len(names) and re.search(rf"\b{re.escape(label)}\b", names[i]) is not None
                named[j] = best[j] * right
                recalled += matrix[i, j] >= 0.5 and right
            order = [matrix[j, j] if j < len(masks) else 0.0 for j in range(len(truth))]
            for j in range(len(truth)):
                self.add(task, "miou", best[j])
                self.add(task, "miou_named", named[j])
                self.add("all", "miou", best[j])  # every mask that is to be found, whatever the task
                self.add("all", "miou_named", named[j])
                self.add(task, "miou_in_order", order[j])
            self.add(task, "mask_recall", recalled / len(truth))
            union = np.any(truth, 0)
            found = np.any(masks, 0) if len(masks) else np.zeros_like(union)
            either = np.logical_or(found, union).sum()
            self.add(task, "giou", np.logical_and(found, union).sum() / either if either else 0.0)
            self.add(task, "t_acc", len(masks) > 0)
            wanted, got = Counter(phrases(sample["answer"])), Counter(names)
            common = sum((wanted & got).values())
            self.add(task, "phrase_f1", 2 * common / max(1, sum(wanted.values()) + sum(got.values())))
        elif task in ("refer_none", "reason") or (task == "follow_up" and sample["answer"].startswith(("There is no ", "Nothing"))):
            self.add(task, "n_acc", len(masks) == 0)
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
