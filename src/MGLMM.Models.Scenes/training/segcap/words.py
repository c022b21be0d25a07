"""Words for what is in the world: other names of kinds and parts, general words, and colours as people say them."""
from functools import lru_cache

from scenes.palette import NAMES
from scenes.things import KINDS
from scenes.world import STUFF_NAMES

from .phrases import PLURAL_PARTS

#: Other names of a kind; "one/many" where many are not said with an s.
SYNONYMS = {
    "house": "home cottage", "tent": "camping_tent", "tree": "leafy_tree deciduous_tree",
    "pine tree": "pine fir/firs fir_tree conifer evergreen christmas_tree spruce pinetree",
    "bush": "shrub hedge", "flower": "blossom bloom", "mushroom": "toadstool",
    "potted plant": "houseplant house_plant pot_plant plant_in_a_pot/plants_in_pots flowerpot",
    "car": "automobile auto motorcar", "truck": "lorry/lorries", "bus": "coach/coaches autobus/autobuses", "bicycle": "bike cycle pushbike",
    "boat": "sailboat ship sailing_boat yacht vessel sailing_ship",
    "airplane": "plane aeroplane jet aircraft/aircraft", "hot-air balloon": "hot_air_balloon air_balloon", "man": "guy gentleman/gentlemen male fellow",
    "woman": "lady/ladies female",
    "child": "kid boy girl youngster little_boy little_girl toddler", "dog": "puppy/puppies pup doggy/doggies hound doggie",
    "cat": "kitty/kitties kitten pussycat kitty_cat",
    "rabbit": "bunny/bunnies hare bunny_rabbit", "bird": "birdie", "duck": "duckling", "horse": "pony/ponies mare foal", "cow": "cattle/cattle",
    "sheep": "lamb ewe",
    "fish": "fishes/fishes", "cloud": "", "kite": "", "balloon": "toy_balloon party_balloon", "bench": "park_bench/park_benches",
    "street lamp": "streetlight street_light lamp_post lamppost streetlamp street_lantern",
    "traffic light": "stoplight traffic_signal stop_light", "fence": "picket_fence", "umbrella": "parasol sunshade beach_umbrella", "ball": "beach_ball",
    "bucket": "pail",
    "snowman": "snow_man/snow_men", "sled": "sledge sleigh toboggan", "sofa": "couch/couches settee", "lamp": "floor_lamp standing_lamp table_lamp",
    "picture": "painting framed_picture wall_picture artwork",
    "clock": "wall_clock", "shelf": "bookshelf/bookshelves bookcase", "cup": "mug teacup coffee_cup", "rug": "carpet mat",
    "grass": "lawn meadow", "road": "street roadway", "pavement": "sidewalk footpath", "water": "sea lake ocean river pond", "sand": "beach",
    "mountains": "mountain mountain_range",
    "hills": "hill", "field": "farmland", "snow": "", "sky": "", "wall": "", "floor": "",
}

PEOPLE = ("man", "woman", "child")
ANIMALS = ("horse", "cow", "sheep", "dog", "cat", "rabbit", "duck", "bird", "fish")
THINGS = tuple(KINDS)
#: General words, "one/many" or a mass word with nothing before the stroke, and what they cover.
GENERAL = (
    ("person/people human/humans person/persons human_being/human_beings /people somebody/ someone/ anybody/ anyone/ /everyone /everybody "
     "individual/individuals /folks", PEOPLE),
    ("adult/adults grown-up/grown-ups /grown-up_people", ("man", "woman")),
    ("animal/animals creature/creatures beast/beasts", ANIMALS),
    # What people call a tree has needles too, and what they call a balloon may carry people. By itself, as the name of a kind, it is the one without.
    ("tree/trees", ("tree", "pine tree")), ("balloon/balloons", ("balloon", "hot-air balloon")),
    ("pet/pets house_pet/house_pets", ("dog", "cat", "rabbit")),
    ("farm_animal/farm_animals /livestock", ("horse", "cow", "sheep")),
    ("mammal/mammals four-legged_animal/four-legged_animals", ("horse", "cow", "sheep", "dog", "cat", "rabbit")),
    ("vehicle/vehicles means_of_transport/means_of_transport", ("bus", "truck", "car", "bicycle", "boat", "airplane")),
    ("motor_vehicle/motor_vehicles", ("bus", "truck", "car")),
    ("flying_machine/flying_machines", ("airplane", "hot-air balloon")),
    ("building/buildings structure/structures dwelling/dwellings", ("house",)),
    ("piece_of_furniture/pieces_of_furniture /furniture furniture_item/furniture_items", ("bed", "sofa", "table", "chair", "shelf")),
    ("plant/plants /vegetation /greenery growing_thing/growing_things", ("tree", "pine tree", "bush", "flower", "potted plant")),
    ("toy/toys plaything/playthings", ("ball", "kite", "balloon", "bucket")),
    ("/food fruit/fruits piece_of_fruit/pieces_of_fruit something_to_eat/things_to_eat /anything_to_eat /something_edible", ("apple",)),
    ("light_source/light_sources something_that_gives_light/things_that_give_light", ("sun", "moon", "street lamp", "lamp")),
    ("container/containers", ("bucket", "cup", "vase")),
    ("seat_to_sit_on/seats_to_sit_on /something_to_sit_on /anything_to_sit_on /somewhere_to_sit /somewhere_to_sit_down place_to_sit/places_to_sit thing_you_can_sit_on/things_you_can_sit_on /seating",
     ("bench", "chair", "sofa")),
    ("flying_thing/flying_things thing_that_flies/things_that_fly thing_that_can_fly/things_that_can_fly /something_that_flies",
     ("bird", "airplane", "hot-air balloon", "kite", "balloon")),
    ("/something_to_drink_from thing_you_can_drink_from/things_you_can_drink_from", ("cup",)),
    ("/something_to_read thing_you_can_read/things_you_can_read", ("book", "shelf")),
    ("/something_to_ride thing_you_can_ride/things_you_can_ride", ("horse", "bicycle", "sled")),
    ("/something_to_play_with thing_to_play_with/things_to_play_with", ("ball", "kite", "balloon", "bucket")),
    ("/somewhere_to_sleep place_to_sleep/places_to_sleep", ("bed", "tent")), ("/something_to_sleep_on /something_to_lie_down_on", ("bed",)),
    ("heavenly_body/heavenly_bodies", ("sun", "moon")),
    ("object/objects thing/things item/items", THINGS),
)
#: Said of all background, and of ground.
BACKGROUND = ("background", "backdrop", "scenery", "whole background")
GROUND_WORDS, GROUND = ("ground",), ("grass", "road", "pavement", "sand", "snow", "field", "floor")
ALL = ("everything", "objects", "the objects", "all the things", "things", "items", "all items", "all things", "all objects", "every object", "each thing",
       "all the objects in the picture", "everything in the picture", "everything you can see")

COLOUR_WORDS = {"grey": ("gray", "greyish", "gray"), "purple": ("violet", "violet"), "red": ("scarlet", "reddish"), "blue": ("bluish",), "green": ("greenish",),
                "yellow": ("yellowish",), "pink": ("rosy", "pinkish"), "orange": ("orange-coloured",), "brown": ("brownish",), "black": ("jet-black",),
                "white": ("snow-white",)}
DARK, LIGHT = ("black", "brown"), ("white", "yellow", "pink")
#: Said of what is usually so: it says nothing that could be false.
USUAL = {"wooden": ("table", "chair", "bench", "fence", "shelf", "sled"), "woolly": ("sheep",), "leafy": ("bush", "tree"), "sleeping": (), "furry": ("cat", "dog", "rabbit"),
         "fluffy": ("sheep", "rabbit", "cat", "cloud"), "picket": ("fence",), "tall": ("street lamp",), "cosy": ("bed", "sofa"), "shining": ("sun", "moon"), "bright": ("sun", "moon")}
FLUFF = ("little", "cute", "nice", "lovely", "pretty", "beautiful", "funny")  # says nothing that could be false

PART_WORDS = {"windows": "windowpanes", "wheels": "tyres tires", "cap": "hat", "trousers": "pants", "beak": "bill", "stem": "stalk", "post": "pole",
              "saddle": "bicycle_seat", "shade": "lampshade", "pot": "plant_pot flower_pot", "lantern": "light",
              "dial": "clock_face",
              "armrests": "arms", "hands": "clock_hands", "shirt": "t-shirt", "hair": "", "headlight": "front_light", "trunk": "tree_trunk",
              "crown": "treetop", "wall": "house_wall", "pillow": "cushion"}


def plural_of(word):
    return word[:-1] + "ies" if word.endswith("y") and word[-2] not in "aeiou" else word + "es" if word.endswith(("s", "sh", "ch", "x")) else word + "s"


def _forms(text, plural=None):
    """(one, many) of "lorry/lorries" or of a word that takes an s; underscores are spaces."""
    one, _, many = text.partition("/")
    one, many = one.replace("_", " "), many.replace("_", " ")
    return (one or None, many or None) if "/" in text else (one, plural_of(one))


@lru_cache(maxsize=None)
def kind_words(kind):
    """[(one, many)] of a kind or background: its own name first."""
    own = (kind, KINDS[kind].plural) if kind in KINDS else (kind, None)
    more = [_forms(w) for w in SYNONYMS.get(kind, "").split()]
    return [own] + [(one, many if kind in KINDS else None) for one, many in more]


@lru_cache(maxsize=None)
def denied_word(kinds):
    """What is denied where a general word is said that stands by itself ("anybody", "furniture")."""
    return next((one for one, _, covered in general_words() if covered == kinds and one), None) or next(many for _, many,
                                                                                                        covered in general_words() if covered == kinds)


@lru_cache(maxsize=None)
def general_words():
    """[(one or None, many or None, kinds)]"""
    return [(*_forms(word), kinds) for words, kinds in GENERAL for word in words.split()]


def part_forms(part):
    """(one, many) of a part's name."""
    if part in ("leaves",):
        return "leaf", "leaves"
    if part in ("leaf",):
        return "leaf", "leaves"
    if part in PLURAL_PARTS:
        return (None, part) if part in ("trousers", "shorts", "runners", "needles", "boards", "hands") else (part[:-1], part)
    if part in ("hair", "wool", "glass", "sail", "canvas"):
        return part, part + "s" if part == "sail" else None
    if part in ("box", "scarf"):
        return part, {"box": "boxes", "scarf": "scarves"}[part]
    return part, plural_of(part)


@lru_cache(maxsize=None)
def part_words(part):
    """[(one, many)]: its own name, then others."""
    out = [part_forms(part)]
    for word in PART_WORDS.get(part, "").split():
        word = word.replace("_", " ")
        if part not in PLURAL_PARTS:
            out.append((word, plural_of(word)))
        else:
            out.append((word[:-1] if word.endswith("s") and word != "pants" else None, word))
    return out


@lru_cache(maxsize=None)
def known_words():
    """Every single word, in lower case, that means something here: nothing of it may count as unknown."""
    texts = list(KINDS) + [k.plural for k in KINDS.values()] + STUFF_NAMES + NAMES + list(BACKGROUND) + list(ALL) + list(GROUND_WORDS) + list(FLUFF) + list(USUAL)
    texts += [w for kind in list(KINDS) + STUFF_NAMES for pair in kind_words(kind) for w in pair if w]
    texts += [w for one, many, _ in general_words() for w in (one, many) if w]
    texts += [w for k in KINDS.values() for p in k.parts for pair in part_words(p) for w in pair if w]
    texts += [p for k in KINDS.values() for p in k.parts] + [w for ws in COLOUR_WORDS.values() for w in ws]
    return {w for text in texts for w in text.lower().replace("-", " - ").split()} | {w for text in texts for w in text.lower().split()}


@lru_cache(maxsize=None)
def likened_words():
    """Other and general words by themselves: {word: the word of the same meaning that is the oldest}."""
    out = {}
    for kind in list(KINDS) + STUFF_NAMES:
        forms = kind_words(kind)
        for one, many in forms[1:]:
            out.update({w: own for w, own in ((one, forms[0][0]), (many, forms[0][1] or forms[0][0])) if w})
    for words, _ in GENERAL:
        forms = [_forms(word) for word in words.split()]
        first = forms[0]
        for one, many in forms:
            out.update({w: own or first[1] or first[0] for w, own in ((one, first[0]), (many, first[1])) if w})
    for part in sorted({p for k in KINDS.values() for p in k.parts}):
        for one, many in part_words(part)[1:]:
            out.update({w: part for w in (one, many) if w})
    own = {w for kind in list(KINDS) for form in kind_words(kind)[:1] for text in form for w in text.split()} | set(STUFF_NAMES)
    own |= {w for k in KINDS.values() for p in k.parts for w in part_forms(p) if w}
    return {w: likeness for w, likeness in out.items() if w.isalpha() and len(w) > 2 and w not in own}


def vocabulary():
    """The nouns that the model knows, in the singular where there is one, for its card."""
    pairs = [pair for kind in list(KINDS) + STUFF_NAMES for pair in kind_words(kind)]
    pairs += [(one, many) for one, many, _ in general_words()] + [pair for k in KINDS.values() for p in k.parts for pair in part_words(p)]
    return sorted({one or many for one, many in pairs} | set(BACKGROUND) | set(GROUND_WORDS) | {"everything", "area", "part"})


def meanings():
    """What words other than the kinds' own stand for, in the singular: {"bunny": ["rabbit"], "animal": ["horse", ...]}."""
    out = {}
    for kind in list(KINDS) + STUFF_NAMES:
        for one, _ in kind_words(kind)[1:]:
            out.setdefault(one, []).append(kind)
    for one, many, kinds in general_words():
        out.setdefault(one or many, []).extend(kinds)
    for part in sorted({p for k in KINDS.values() for p in k.parts}):
        for one, many in part_words(part)[1:]:
            out.setdefault(one or many, []).append(part)
    out.update({word: list(STUFF_NAMES) for word in BACKGROUND})
    out.update({word: list(GROUND) for word in GROUND_WORDS})
    return {word: sorted(set(kinds)) for word, kinds in sorted(out.items())}
