"""The questions of a SegCap line, each by itself, as they are asked to measure a model."""

OWN = {"answer": "", "instruction": "", "masks": [], "labels": [], "parents": [], "references": [], "expression": None}


def questions(sample):
    """The sample as samples of one question each: itself where it has no turns, else one for each, called `id#1` and so on; what a turn does not say is the
    sample's, but for what is asked and answered."""
    turns = sample.get("turns")
    if not turns:
        return [{**sample, **{name: sample.get(name) or [] for name in ("masks", "labels", "history")}}]
    shared = {name: value for name, value in sample.items() if name != "turns"}
    out = []
    for i, turn in enumerate(turns):
        own = {name: turn.get(name) or value for name, value in OWN.items()}
        inherited = {name: turn[name] for name in ("task", "target", "ignore") if turn.get(name) is not None}
        out.append({**shared, **own, **inherited, "id": f"{sample.get('id')}#{i + 1}", "history": sample.get("history") or []})
    return out
