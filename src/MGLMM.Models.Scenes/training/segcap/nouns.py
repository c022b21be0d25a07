"""Nouns and how they are put: with a determiner, a colour, in one or in many."""
from . import phrases as ph, words
from .samples import things_of

#: What begins so stands by itself.
PRONOUNS = ("some", "any", "every")


class Noun:
    """A noun that means some kinds of things (or background): its words and what it covers."""

    def __init__(self, one, many, kinds):
        self.one, self.many, self.kinds = one, many, tuple(kinds)

    @property
    def pronoun(self):
        """Whether it stands by itself ("somebody", "something to sit on"), without an article or an attribute before it."""
        return (self.one or self.many).startswith(PRONOUNS)

    def of(self, things):
        return [t for t in things if t.kind in self.kinds]


def kind_noun(kind, rng, own=0.35):
    forms = words.kind_words(kind)
    one, many = forms[0] if len(forms) == 1 or rng.random() < own else rng.choice(forms[1:])
    return Noun(one, many, wider(one) or (kind,))


def wider(word):
    """The kinds of a word that is the name of one kind and a general word as well (tree, balloon); None of all others."""
    return next((kinds for one, _, kinds in words.general_words() if one == word and word in kinds), None)


def general_noun(rng, kinds=None, wanted=None):
    """A general word; `wanted` are the kinds that it should cover one of, or none of."""
    pool = [Noun(*g) for g in words.general_words()]
    if kinds is not None:
        pool = [n for n in pool if bool(set(n.kinds) & set(kinds)) == wanted] or pool
    groups = {}
    for n in pool:
        groups.setdefault(n.kinds, []).append(n)
    usual = [g for g in groups if len(g) < len(words.THINGS)]
    return rng.choice(groups[rng.choice(usual or list(groups))])


def noun_for(scene, rng, thing=None, general=0.35):
    """A noun that covers a thing that is there."""
    thing = thing or rng.choice(things_of(scene))
    if rng.random() < general:
        noun = general_noun(rng, (thing.kind,), True)
        if thing.kind in noun.kinds:
            return noun
    return kind_noun(thing.kind, rng)


def article(text):
    return f"{ph.article(text)} {text}"


def with_colour(text, colour, kinds, rng):
    """"red car", "man in red", "child in a red shirt"."""
    colour = rng.choice(words.COLOUR_WORDS.get(colour, (colour,))) if rng.random() < 0.12 else colour
    if set(kinds) <= set(words.PEOPLE):
        wears = {ph.PEOPLE[k] for k in kinds}
        if len(wears) == 1 and rng.random() < 0.5:
            return f"{text} {rng.choice(('in', 'in', 'with'))} {rng.choice(('the', 'a' if colour[0] not in 'aeiou' else 'an'))} {colour} {wears.pop()}"
        return f"{text} {rng.choice(('in', 'in', 'wearing', 'dressed in'))} {colour}"
    dice = rng.random()
    if dice < 0.75:
        return f"{colour} {text}"
    return f"{text} that {'are' if text.endswith('s') else 'is'} {colour}" if dice < 0.9 else f"{colour}-coloured {text}"


def hidden(scene, kinds):
    """Whether something of these kinds is drawn, but too small to speak of: then nobody can say that it is absent."""
    return any(t.kind in kinds and t not in scene.visible for t in scene.things)


def determined(noun, count, rng, text=None):
    """A determiner and the noun, in one or many, for `count` things: (text, whether it is in the plural)."""
    one, many = text or (noun.one, noun.many)
    dice = rng.random()
    if one is None or many is not None and (count > 1 and dice < 0.8 or count <= 1 and dice < 0.35):
        word = many if many else one
        if one is None and many is None:
            return word, True
        choice = rng.choice(("the", "the", "", "", "all", "all the", "all of the", "any", "every one of the"))
        if count == 2 and rng.random() < 0.25:
            choice = rng.choice(("both", "both", "both of the", "both the"))
        if word.startswith(PRONOUNS):
            choice = ""
        return f"{choice} {word}".strip(), True
    word = one
    choice = rng.choice(("the", "the", "the", "a", "a", "", "any", "every", "each", "that"))
    if word.startswith(PRONOUNS) or one and one == many:
        choice = rng.choice(("", "the"))
    return (article(word) if choice == "a" else f"{choice} {word}".strip()), False
