"""Where things stand, and how two of them stand to each other: true, false, or None where people would not agree."""
import numpy as np

from scenes.things import KINDS

#: What a thing may stand on besides ground.
CARRIERS = ("table",)
#: What is in the sky wherever it is drawn, and what flies: in front of hills nobody can say whether it is in the sky.
IN_THE_SKY, FLYING = ("sun", "moon", "cloud"), ("bird", "airplane", "hot-air balloon", "kite", "balloon")


def patterned(scene, thing):
    """Whether the part that gives a thing its colour is drawn in stripes, dots or the like."""
    if thing.stuff:
        return False
    main = KINDS[thing.kind].main
    for t, part, _, effects in scene.canvas.table:
        if t == thing.index and part == main and any(name not in ("gradient", "noise") for name, _ in effects):
            return True
    return False


def under(scene, thing):
    """The background, or table, that shows just below a thing, or beside its foot where it ends with the picture."""
    key = "under", thing.index
    known = scene.__dict__.setdefault("known_places", {})
    if key not in known:
        h, w = scene.numbers.shape
        x0, _, x1, y1 = thing.box
        quarter, deep = max(1, (x1 - x0) // 5), max(2, h // 60)
        if y1 + 1 < h:
            strip = scene.thing_map[y1:min(h, y1 + deep), max(0, x0 + quarter):max(x0 + quarter + 1, x1 - quarter)]
        else:
            rows = slice(max(0, y1 - deep), y1)
            strip = np.concatenate((scene.thing_map[rows, max(0, x0 - 2 * deep):x0], scene.thing_map[rows, x1:min(w, x1 + 2 * deep)]), 1)
        counts = np.bincount(strip.ravel(), minlength=len(scene.things))
        fits = [t for t in scene.things if counts[t.index] and (t.stuff or t.kind in CARRIERS) and t is not thing]
        if thing.kind in IN_THE_SKY:
            fits = [t for t in scene.things if t.kind == "sky" and t.area]
        elif thing.kind in FLYING and any(t.kind in ("mountains", "hills") for t in fits):
            fits = []
        known[key] = max(fits, key=lambda t: counts[t.index]) if fits else None
    return known[key]


def placed(scene, thing):
    """In words: "on the grass", "in the sky"."""
    ground = under(scene, thing)
    if ground is None:
        return "where nothing shows below it"
    return f"{'in' if ground.kind in ('sky', 'water', 'field', 'mountains', 'hills') else 'on'} the {ground.kind}"


def _spans(scene, a, b):
    """Overlap and gap of two boxes across and down: as shares of the smaller one's extent, and of the picture."""
    h, w = scene.numbers.shape
    out = []
    for low, high, size in ((0, 2, w), (1, 3, h)):
        shared = min(a.box[high], b.box[high]) - max(a.box[low], b.box[low])
        smaller = min(a.box[high] - a.box[low], b.box[high] - b.box[low])
        out.append((max(0, shared) / smaller, max(0, -shared) / size))
    return out


def left(scene, a, b):
    gap = a.centre[0] - b.centre[0]
    return True if gap < -0.1 else False if gap > -0.02 else None


def right(scene, a, b):
    return left(scene, b, a)


def above(scene, a, b):
    h = scene.numbers.shape[0]
    (across, apart), _ = _spans(scene, a, b)
    higher = (b.box[1] - a.box[3]) / h
    if higher >= -0.03 and across > 0.4:
        return True
    return None if higher > -0.12 and across > 0 or higher > 0 and apart < 0.1 else False


def below(scene, a, b):
    return above(scene, b, a)


def beside(scene, a, b):
    (_, apart), (down, far) = _spans(scene, a, b)
    if apart < 0.05 and down > 0.35:
        return True
    return False if apart > 0.16 or far > 0.12 else None


def before(scene, a, b):
    """In front of: they overlap across and down, and the foot is lower."""
    h = scene.numbers.shape[0]
    (across, apart), (down, far) = _spans(scene, a, b)
    lower = (a.box[3] - b.box[3]) / h
    if across > 0.45 and down > 0.1 and lower > 0.035:
        return True
    return False if lower < -0.01 or apart > 0.05 or far > 0.15 else None


def behind(scene, a, b):
    return before(scene, b, a)


def on(scene, a, b):
    """Stands on a background or a table."""
    ground = under(scene, a)
    return None if ground is None else ground.kind == b.kind


#: Name: the function, and how people say it.
RELATIONS = {
    "left": (left, ("to the left of", "left of", "on the left side of", "on the left of")),
    "right": (right, ("to the right of", "right of", "on the right side of", "on the right of")),
    "above": (above, ("above", "over", "higher than")),
    "below": (below, ("below", "under", "underneath", "beneath")),
    "beside": (beside, ("next to", "beside", "close to", "near", "by", "right next to")),
    "before": (before, ("in front of", "standing in front of", "before")),
    "behind": (behind, ("behind", "in back of", "at the back of")),
}
