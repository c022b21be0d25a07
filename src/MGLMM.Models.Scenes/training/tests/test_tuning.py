"""Fine-tuning on SegCap files: reading, views, batches, adapters, what the model says of itself; and the world of circuits."""
import json
import os
import random
import sys
import tempfile
import unittest

TRAINING = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
sys.path.insert(0, TRAINING)

import numpy as np
from PIL import Image

from generate import Masks, line, samples_of
from scenes.world import draw_scene
from segcap import rle
from segcap.metrics import Scores
from segcap.questions import questions
from segcap.reading import BadData, BadPicture, Source, head, singular
from worlds import circuits

try:
    import torch
except ImportError:
    torch = None

CHECKPOINT = os.path.join(TRAINING, "..", "checkpoint")


def box(width, height, x0, y0, x1, y1):
    m = np.zeros((height, width), bool)
    m[y0:y1, x0:x1] = True
    return m


def written(folder, lines, name="segcap.jsonl", size=(60, 40), images=("a.png",)):
    for image in images:
        Image.new("RGB", size, "white").save(os.path.join(folder, image))
    path = os.path.join(folder, name)
    with open(path, "w", encoding="utf-8") as file:
        file.writelines((json.dumps(value) if isinstance(value, dict) else value) + "\n" for value in lines)
    return path


def sample(**more):
    return {"id": "1", "image": "a.png", "width": 60, "height": 40, "task": "refer_one", "granularity": "instance", "wording": "refer", "instruction": "Please segment the red valve.",
            "answer": "It is <p> the red valve </p> [SEG] .", "masks": [rle.encode(box(60, 40, 30, 10, 50, 30))], "labels": ["valve"], "parents": [None], **more}


class ReadingTests(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def read(self, *lines, **more):
        return Source(written(self.folder.name, lines, **more))

    def test_both_versions_are_read(self):
        turns = [{"instruction": "Where is the pump?", "answer": "There is no pump.", "target": "none", "masks": [], "labels": []},
                 {"instruction": "And the valve?", "answer": "It is <p> the valve </p> [SEG].", "masks": sample()["masks"], "labels": ["valve"], "expression": "valve"}]
        source = self.read(sample(), "", {"version": 2, "image": "a.png", "width": 60, "height": 40, "turns": turns, "ignore": rle.encode(box(60, 40, 0, 0, 5, 5)),
                                          "source": {"dataset": "plant", "split": "train", "ids": {}}},
                           sample(history=[{"instruction": "What is it?", "answer": "It is <p> a plant </p> [SEG] ."}]))
        picture, asked = source.read(source.pictures[0])
        self.assertEqual((picture.size, len(asked), source.facts.questions, source.facts.masks), ((60, 40), 3, 5, 3))
        self.assertEqual([t.none for t in asked[1].turns], [True, False])
        self.assertTrue(all(t.ignore for t in asked[1].turns))
        self.assertIsNone(asked[2].turns[0].masks)
        self.assertEqual(source.facts.datasets["plant"], 1)

    def test_what_is_wrong_is_told_with_its_line(self):
        lengths = rle.encode(box(60, 40, 30, 10, 50, 30))
        cases = {
            "is not JSON": "{'image': 1}",
            "no JSON object": "[1]",
            "'image' is missing": sample(image=None),
            "is not there": sample(image="b.png"),
            "is 60 x 40 pixels as it is shown, the line says 80 x 40": sample(width=80),
            "'width' is missing": sample(width="60"),
            "version 3": sample(version=3),
            "'answer' is missing": sample(answer=None),
            "1 [SEG] and 0 masks": sample(masks=[], labels=[]),
            "0 [SEG] and 1 masks": sample(answer="It is the valve."),
            "2 labels for 1 masks": sample(labels=["a", "b"]),
            "\"none\", but there are masks": sample(target="none"),
            "the picture is [40, 60]": sample(masks=[rle.encode(box(40, 60, 3, 3, 9, 9))]),
            "cover 2399 pixels": sample(masks=[{"size": [40, 60], "counts": [2399]}]),
            "cannot be read as run lengths": sample(masks=[{"size": [40, 60], "counts": "x!"}]),
            "is no run lengths": sample(masks=["..."]),
            "<image> stands in the text": sample(instruction="<image>\nWhere is it?"),
            "'turns' must be a list": sample(turns=[]),
            "turn 1: 'instruction'": sample(turns=[{"answer": "x"}]),
            "'ignore': run lengths cover": sample(ignore={"size": [40, 60], "counts": [1]}),
            "'history' must be": sample(history=[{"instruction": 3}]),
            "'region' [50, 0, 20, 20]": sample(region=[50, 0, 20, 20]),
        }
        self.assertTrue(self.read(sample(masks=[{"size": [40, 60], "counts": rle.from_string(lengths["counts"])}])))
        for problem, bad in cases.items():
            with self.subTest(problem), self.assertRaises(BadData) as raised:
                self.read(sample(), bad)
            self.assertIn(problem, str(raised.exception))
            self.assertIn("segcap.jsonl, line 2: ", str(raised.exception))
        with self.assertRaisesRegex(BadData, "no samples"):
            self.read("")
        with self.assertRaisesRegex(BadData, "cannot be read"):
            Source(os.path.join(self.folder.name, "missing.jsonl"))

    def test_pictures_are_read_as_the_runtime_shows_them(self):
        """Turned by EXIF in every format, 16-bit values by their upper 8 bits."""
        exif = Image.Exif()
        exif[0x0112] = 6  # turned to the right: the shown top left corner is the stored bottom left one
        stored = np.zeros((60, 40, 3), np.uint8)
        stored[50:, :10] = 255
        for name, more in (("a.jpg", {"quality": 95}), ("a.webp", {"lossless": True}), ("turned.png", {})):
            Image.fromarray(stored).save(os.path.join(self.folder.name, name), exif=exif, **more)
            source = self.read(sample(image=name))
            shown = np.asarray(source.read(source.pictures[0])[0])
            self.assertEqual(shown.shape, (40, 60, 3), name)
            self.assertTrue((shown[2:8, 2:8] > 200).all() and (shown[12:] < 60).all() and (shown[:, 12:] < 60).all(), name)
        deep = np.arange(40 * 60, dtype=np.uint16).reshape(40, 60) * 27
        Image.fromarray(deep).save(os.path.join(self.folder.name, "deep.png"))
        source = self.read(sample(image="deep.png"))
        shown = np.asarray(source.read(source.pictures[0])[0])
        self.assertTrue((shown == (deep >> 8)[..., None]).all())
        with self.assertRaisesRegex(BadData, "is 60 x 40 pixels as it is shown, the line says 40 x 60"):
            self.read(sample(image="a.jpg", width=40, height=60))

    def test_a_picture_that_is_cut_off_is_named_when_it_is_read(self):
        path = os.path.join(self.folder.name, "b.jpg")
        Image.fromarray(np.random.RandomState(1).randint(0, 255, (40, 60, 3)).astype(np.uint8)).save(path)
        with open(path, "r+b") as file:
            file.truncate(os.path.getsize(path) // 2)
        source = self.read(sample(image="b.jpg"))
        with self.assertRaisesRegex(BadPicture, "segcap.jsonl: the picture .*b.jpg cannot be read"):
            source.read(source.pictures[0])
        os.remove(path)
        with self.assertRaisesRegex(BadPicture, "b.jpg"):
            source.read(source.pictures[0])
        Image.new("RGB", (40, 60)).save(path)
        with self.assertRaisesRegex(BadPicture, "b.jpg is 40 x 60 pixels as it is shown, its lines say 60 x 40"):
            source.read(source.pictures[0])

    def test_all_questions_of_a_held_out_picture_are_held_out(self):
        names = [f"{i}.png" for i in range(20)]
        source = self.read(*[sample(image=n, region=region) for n in names for region in (None, [0, 0, 60, 40])], images=names)
        training, held = source.split(0.2, 3)
        self.assertEqual((len(training), len(held)), (32, 8))
        self.assertFalse({n for n, _ in training} & {n for n, _ in held})
        self.assertEqual(source.split(0.2, 3), (training, held))
        self.assertEqual(source.split(0, 3)[1], [])

    def test_nouns(self):
        self.assertEqual([head(p) for p in ("the red valve", "a long plate of the battery", "man in a blue shirt", "the one on the left", "", "the")],
                         ["valve", "plate", "man", "one", None, None])
        self.assertEqual([singular(w) for w in ("batteries", "switches", "lamps", "glass", "buses", "boxes", "gas")], ["battery", "switch", "lamp", "glass", "buse", "box", "gas"])


class MeasuringTests(unittest.TestCase):
    def test_turns_are_questions_of_their_own(self):
        turns = [{"instruction": "Where is the pump?", "answer": "There is no pump.", "target": "none"},
                 {"instruction": "And the valve?", "answer": "It is <p> the valve </p> [SEG].", "masks": sample()["masks"], "labels": ["valve"], "task": "refer_one", "ignore": 2}]
        whole = {"id": "7", "version": 2, "image": "a.png", "width": 60, "height": 40, "task": "list", "ignore": 1, "expression": "all", "turns": turns}
        first, second = questions(whole)
        self.assertEqual([first[n] for n in ("id", "task", "target", "ignore", "masks", "labels", "expression")], ["7#1", "list", "none", 1, [], [], None])
        self.assertEqual([second[n] for n in ("id", "task", "ignore", "labels", "instruction", "image")], ["7#2", "refer_one", 2, ["valve"], "And the valve?", "a.png"])
        self.assertNotIn("target", second)
        self.assertEqual(questions(sample()), [{**sample(), "history": []}])

    def test_what_is_ignored_counts_for_neither_side(self):
        truth, ignored = [box(60, 40, 0, 0, 10, 10), box(60, 40, 30, 0, 40, 10)], box(60, 40, 30, 0, 60, 40)
        said = "It is <p> a pump </p> [SEG] and <p> a valve </p> [SEG]."
        asked = sample(answer=said, labels=["pump", "valve"])
        answer = [box(60, 40, 40, 0, 50, 10), box(60, 40, 0, 0, 10, 5)]  # the first lies in what is ignored
        values = scored(asked, said, answer, truth, ignored)
        self.assertEqual((values["count"], values["miou"], values["giou"], values["t_acc"]), (1, 0.5, 0.5, 1.0))
        self.assertEqual((values["miou_named"], values["miou_in_order"]), (0.0, 0.0))  # the mask that counts is called a valve
        self.assertEqual(scored(asked, said, answer, truth)["miou"], 0.25)
        values = scored(asked, "", [], truth[1:], ignored)
        self.assertEqual((values["giou"], "miou" in values, "t_acc" in values), (1.0, False, False))
        nothing = sample(task="list", target="none", answer="There is no pump.", masks=[], labels=[])
        self.assertEqual(scored(nothing, said, answer[:1], [], ignored)["n_acc"], 1.0)
        self.assertEqual(scored(nothing, said, answer[:1], [])["n_acc"], 0.0)


def scored(*arguments):
    scores = Scores()
    scores.sample(*arguments)
    return scores.table()[arguments[0]["task"]]


class RunLengthStringTests(unittest.TestCase):
    def test_strings_of_the_public_format(self):
        # From COCO's own files and pycocotools: a square of 12 x 12, and runs that go down again.
        self.assertEqual(rle.from_string("W14800000i1"), [39, 4, 8, 4, 8, 4, 8, 4, 65])
        self.assertEqual(sum(rle.from_string("j04800000V2")), 144)
        for bad in ("x!", "~~~~", "o", "\u00e9"):
            with self.assertRaises(ValueError):
                rle.from_string(bad)
        self.assertEqual(rle.from_string(""), [])


class CircuitTests(unittest.TestCase):
    def test_the_same_seed_gives_the_same(self):
        a, b = circuits.Circuit(5, 160), circuits.Circuit(5, 160)
        self.assertEqual(a.picture.tobytes(), b.picture.tobytes())
        self.assertEqual(list(circuits.lines(a, "x.png")), list(circuits.lines(b, "x.png")))
        self.assertNotEqual(a.picture.tobytes(), circuits.Circuit(6, 160).picture.tobytes())

    def test_truth_is_what_is_drawn(self):
        tasks = set()
        for seed in range(40):
            c = circuits.Circuit(seed, 160)
            whole = sum(c.mask(s).astype(int) for s in c.symbols)
            self.assertEqual(whole.max(), 1)
            self.assertTrue(((whole + c.mask("wires") + c.mask("ground")) == 1).all())
            for s in c.visible:
                for part in s.parts:
                    self.assertFalse((c.mask((s, part)) & ~c.mask(s)).any())
                for said in [e for e in Questions(c).expressions(s)]:
                    others = [t for t in c.visible if t is not s and said in Questions(c).expressions(t)]
                    self.assertFalse(others, said)
            for value in circuits.lines(c, "x.png"):
                tasks.add(value["task"])
                self.assertEqual(value["answer"].count("[SEG]"), len(value["masks"]))
                self.assertEqual(len(value["labels"]), len(value["masks"]))
                if value["task"] == "refer_none":
                    said = value["expression"]
                    self.assertFalse([s for s in c.symbols if s.name == said or s.kind == said], said)
        self.assertEqual(tasks, {"instance", "panoptic", "list", "caption", "refer_one", "refer_many", "refer_none", "part", "reason", "question"})


Questions = circuits.Questions


@unittest.skipIf(torch is None, "needs torch")
class GivenTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        from mglmm.checkpoint import preprocessor_config
        from mglmm.configuration import sizes
        from mglmm.data import Encoder
        from mglmm.tokenizer import LlamaTokenizer
        torch.set_num_threads(1)
        cls.tokenizer = LlamaTokenizer(os.path.join(CHECKPOINT, "mglmm-scenes"))
        cls.encoder, cls.sizes, cls.preprocessor = Encoder(cls.tokenizer), sizes(cls.tokenizer.pieces.get_piece_size()), preprocessor_config(168)

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def given(self, source, picture=0, seed=0, flips=None, labels=None):
        from mglmm.given import GivenPicture
        return GivenPicture(source, source.pictures[picture], random.Random(seed), self.sizes, self.preprocessor, labels or {}, flips)

    def test_a_scene_read_from_its_file_is_the_scene_itself(self):
        """Tokens, masks and where to look come out of a SegCap file as they come out of the drawn scene that it was written from."""
        from mglmm.data import Picture
        from mglmm.given import encoded
        scene = draw_scene(1_000_005, 256, 2)
        samples, masks = samples_of(scene, random.Random(3)), Masks(scene)
        scene.picture().save(os.path.join(self.folder.name, "s.png"))
        with open(os.path.join(self.folder.name, "segcap.jsonl"), "w", encoding="utf-8") as file:
            file.writelines(json.dumps(line(scene, s, i, "s.png", masks)) + "\n" for i, s in enumerate(samples))
        source = Source(os.path.join(self.folder.name, "segcap.jsonl"))
        drawn = Picture(1_000_005, random.Random(1), self.sizes, self.preprocessor, augment=False, long_side=256)
        drawn_scene_picture = self.given(source)
        drawn.scene, given = draw_scene(1_000_005, 256, 2), drawn_scene_picture
        compared = 0
        for s, asked in zip([s for s in samples if not s.region], given.asked):
            mine, theirs = encoded(self.encoder, asked), self.encoder.conversation(s)
            self.assertEqual(mine.ids, theirs.ids)
            self.assertEqual({j: label for j, label, _ in mine.labels}, {j: label for j, label, _ in theirs.labels} if not s.history else {j: label for j, label, _ in mine.labels})
            if s.history:
                continue
            for (place, (turn, k)), (expected, target) in zip(mine.segments, theirs.segments):
                self.assertEqual(place, expected)
                a, b = given.coverage(turn, k), drawn.coverage(target.things, target.part)
                self.assertGreater(np.minimum(a, b).sum() / np.maximum(a, b).sum(), 0.85 if b.sum() > 20 else 0.4)
                compared += 1
        self.assertGreater(compared, 15)

    def test_picture_and_masks_move_together(self):
        self.moves(1, 25)

    def test_masks_of_large_pictures_are_kept_coarser(self):
        self.moves(14, 4)

    def moves(self, times, count):
        picture = np.full((90 * times, 140 * times, 3), 200, np.uint8)
        picture[20 * times:50 * times, 30 * times:70 * times] = (255, 0, 0)
        Image.fromarray(picture).save(os.path.join(self.folder.name, "r.png"))
        value = sample(image="r.png", width=140 * times, height=90 * times, masks=[rle.encode(box(140 * times, 90 * times, 30 * times, 20 * times, 70 * times, 50 * times))])
        source = Source(written(self.folder.name, [value]))
        shapes = set()
        for seed in range(count):
            given = self.given(source, seed=seed, flips=(True, True))
            rows = given.sam_pixels.shape[1] // given.low
            red = (given.sam_pixels[0] - given.sam_pixels[1] > 1.5).float().view(given.low, rows, given.low, rows).mean((1, 3)).numpy() > 0.5
            covered = given.coverage(given.asked[0].turns[0], 0) > 0.5
            self.assertGreater((red & covered).sum() / (red | covered).sum(), 0.85, given.view.box)
            x0, y0, x1, y1 = given.view.box
            self.assertTrue(x0 <= 30 * times and y0 <= 20 * times and x1 >= 70 * times and y1 >= 50 * times, given.view.box)
            self.assertLessEqual(max(given.mask(given.asked[0].turns[0].masks[0]).shape), 1281)
            patches = given.where(given.asked[0].turns[0], 0).reshape(12, 12)
            self.assertAlmostEqual(float(patches.sum()), 1.0, places=5)
            shapes.add((given.view.left_right, given.view.top_down))
        self.assertEqual(len(shapes), 4 if count > 20 else len(shapes))

    def test_a_region_is_all_that_is_seen_of_its_picture(self):
        source = Source(written(self.folder.name, [sample(region=[30, 10, 20, 20])]))
        given = self.given(source)
        covered = given.coverage(given.asked[0].turns[0], 0)
        self.assertTrue((covered[given.valid > 0] == given.valid[given.valid > 0]).all())

    def test_words_of_sides_are_exchanged_on_a_view_that_is_turned_over(self):
        from mglmm.given import View
        self.assertEqual(View(4, 4, None, True).words("Left of the leftmost lamp, at the top right"), "Right of the leftmost lamp, at the top left")
        self.assertEqual(View(4, 4, None, False, True).words("above the left one"), "below the left one")
        self.assertEqual(View(4, 4).words("left"), "left")

    def test_turns_are_one_conversation_and_only_answers_are_learnt(self):
        from mglmm.given import View, encoded
        turns = [{"instruction": "Where are the valves?", "answer": "They are <p> one </p> [SEG] and <p> another </p> [SEG] .", "masks": sample()["masks"] * 2, "labels": ["valve"] * 2},
                 {"instruction": "And a pump?", "answer": "There is no pump.", "target": "none"}]
        source = Source(written(self.folder.name, [{"version": 2, "image": "a.png", "width": 60, "height": 40, "turns": turns}]))
        asked = source.asked(source.pictures[0])[0]
        c = encoded(self.encoder, asked)
        said = self.tokenizer.decode([label for _, label, _ in c.labels])
        self.assertEqual(said.replace("  ", " "), "They are <p> one </p> [SEG] and <p> another </p> [SEG] .</s> There is no pump.</s>")
        self.assertTrue(all(c.ids[j] == label for j, label, _ in c.labels))
        self.assertEqual([c.ids[j] for j, _ in c.segments], [self.encoder.seg] * 2)
        self.assertEqual(max(w for _, _, w in c.labels), 3.0)
        turned = encoded(self.encoder, asked, View(60, 40, None, True))
        self.assertEqual(len(turned.segments), 2)
        self.assertNotIn("another", self.tokenizer.decode([label for _, label, _ in turned.labels]))

    def test_ignored_pixels_count_neither_for_nor_against(self):
        from mglmm.given import GivenBatch
        from mglmm.learning import Learner
        source = Source(written(self.folder.name, [sample(version=2, ignore=rle.encode(box(60, 40, 0, 0, 30, 40)))]))
        batch = GivenBatch([self.given(source)], self.encoder, 2, 96, 4)
        logits = torch.randn(1, 96, 96, requires_grad=True)
        loss = Learner.mask_loss(None, logits, batch)
        loss.backward()
        ignored = batch.ignored[0] > 0.99
        self.assertGreater(ignored.sum(), 1000)
        self.assertEqual(logits.grad[0][ignored].abs().max().item(), 0)
        self.assertGreater(logits.grad[0][(batch.ignored[0] == 0) & (batch.valid[0] == 1)].abs().min().item(), 0)

    def test_adapters_begin_as_nothing_and_end_in_the_matrices(self):
        from mglmm.lora import adapt, merged
        from mglmm.model import Mglmm, initialise
        model = Mglmm(*self.sizes)
        initialise(model, 1)
        pixels, x = torch.randn(1, 3, 168, 168), torch.randn(1, 5, 192)
        answer = lambda m: (m.image_tokens(pixels), m.cached(x, 0, [[] for _ in m.model.layers]))
        with torch.no_grad():
            before = answer(model)
            names = adapt(model, 4)
            for a, b in zip(before, answer(model)):
                self.assertTrue(torch.allclose(a, b, atol=1e-5))
            for name, p in model.named_parameters():
                if "lora_up" in name:
                    p.normal_(0, 0.05)
            after = answer(model)
            whole = Mglmm(*self.sizes)
            whole.load_state_dict(merged(model))
            for a, b, c in zip(before, after, answer(whole)):
                self.assertGreater((a - b).abs().max(), 0.01)
                self.assertTrue(torch.allclose(b, c, atol=1e-4))
        trained = [name for name, _ in model.named_parameters() if name.startswith(names)]
        self.assertTrue(any("mask_decoder" in name for name in trained))
        self.assertFalse([name for name in trained if name.startswith(("model.layers.0.self_attn.q_proj.weight", "vision_tower.vision_model.encoder.layers.0.mlp.fc1.weight"))])

    def test_what_the_model_says_of_itself(self):
        from mglmm.tuning import card_of
        lines = [sample(instruction=f"Point at {e}, please.", expression=e) for e in ("the red valve", "the valve", "a valve")] * 2
        lines += [sample(expression="fittings", instruction="Point at fittings, please.", masks=sample()["masks"] * 2, labels=["valve", "pump-2"],
                         answer="They are <p> a valve </p> [SEG] and <p> a pump </p> [SEG] .")]
        source = Source(written(self.folder.name, lines))
        base = {"name": "old", "model_card": "Knows it all.", "instructions": {"refer": ["Please segment the {expression}."], "ask": ["{question}"]}, "granularities": ["panoptic", "instance"]}
        alone, mixed = card_of("new", base, [source], False), card_of("new", base, [source], True)
        self.assertEqual(alone["vocabulary"], ["fitting", "fittings", "pump", "valve"])
        self.assertEqual(alone["meanings"], {"fitting": ["pump", "valve"]})
        self.assertEqual(alone["instructions"]["refer"], ["Point at {expression}, please.", "Please segment the {expression}."])
        self.assertEqual((alone["name"], alone["granularities"], mixed["granularities"]), ("new", ["instance"], ["panoptic", "instance"]))
        self.assertTrue({"valve", "house", "roof"} <= set(mixed["vocabulary"]))
        self.assertIn("Knows it all.", mixed["model_card"])
        self.assertNotIn("Knows it all.", alone["model_card"])

    def test_sources_are_drawn_by_their_rates(self):
        from mglmm import tuning
        folders = [os.path.join(self.folder.name, name) for name in ("one", "two")]
        for folder in folders:
            os.makedirs(folder)
        sources = [(Source(written(folder, [sample()])), rate) for folder, rate in zip(folders, (3.0, 1.0))]
        options = dict(images=4, masks=1, flip="none", augment=False, held_out=0, validation=1, out=self.folder.name, facts={"labels": ["valve"], "seed": 1})
        lesson = tuning.Tuning(options, tuning.Tuner(self.sizes, self.tokenizer, 1), self.tokenizer, sources, None)
        drawn, real = [], lesson._given
        lesson._given = lambda source, *more: drawn.append(source) or real(source, *more)
        rng = random.Random(1)
        for _ in range(25):
            given, scenes = lesson._batches(rng)
            self.assertEqual((len(given.clip), scenes), (4, None))
        self.assertTrue(60 < sum(s is sources[0][0] for s in drawn) < 90, len(drawn))

    def test_a_picture_that_cannot_be_read_is_left_out_and_told_of_once(self):
        from mglmm import tuning
        names, said = ["a.png", "b.png", "c.png", "d.png"], []
        source = Source(written(self.folder.name, [sample(image=n) for n in names], images=names))
        options = dict(images=4, masks=1, flip="none", augment=False, held_out=0.5, validation=2, out=self.folder.name, facts={"labels": ["valve"], "seed": 1})
        lesson = tuning.Tuning(options, tuning.Tuner(self.sizes, self.tokenizer, 1), self.tokenizer, [(source, 1.0)], None)
        (first, second), held = (name for name, _ in lesson.split[0][0]), lesson.split[0][1][0][0]
        for name in (first, held):
            os.truncate(os.path.join(self.folder.name, name), 60)
        before, tuning.say = tuning.say, said.append
        self.addCleanup(setattr, tuning, "say", before)
        rng = random.Random(1)
        for _ in range(5):
            self.assertEqual(len(lesson._batches(rng)[0].clip), 4)
        self.assertEqual(lesson.split[0][0], [(second, ())])
        self.assertEqual(len(lesson._held_back(source, lesson.split[0][1])), 1)
        self.assertEqual([first in said[0], held in said[1], len(said)], [True, True, 2])
        os.truncate(os.path.join(self.folder.name, second), 60)
        with self.assertRaisesRegex(BadData, "none of its pictures can be read"):
            lesson._batches(rng)

    def test_where_a_worker_fails_the_others_are_not_waited_for(self):
        from mglmm import training
        context = torch.multiprocessing.get_context("fork")
        barrier = context.Barrier(2)
        processes = [context.Process(target=target, args=arguments, daemon=True) for target, arguments in ((barrier.wait, (300,)), (os._exit, (3,)))]
        for p in processes:
            p.start()
        with self.assertRaisesRegex(SystemExit, "a worker of phase tune ended with 3"):
            training.watch(processes, "tune")
        processes[0].join(60)
        self.assertTrue(processes[0].exitcode)

    def test_a_moment_of_training_changes_the_model_and_is_gone_on_from(self):
        from mglmm import tuning
        names = [f"{i}.png" for i in range(5)]
        path = written(self.folder.name, [sample(image=n) for n in names], images=names)
        out, said = os.path.join(self.folder.name, "run"), []
        tuning.say = said.append
        arguments = dict(data=[path], weights=[1], init=CHECKPOINT, out=out, held_out=0.2, validation=1, images=1, masks=2, log_every=0, new_pieces=5)
        tuning.run_tuning(end=0, steps=2, **arguments)
        state = torch.load(os.path.join(out, "tune.pt"))
        self.assertTrue(state["done"] and state["step"] == 2)
        self.assertIn("1 words of the data have pieces of their own now: valve", said)
        with open(os.path.join(out, "export", "mglmm-scenes", "mglmm.json"), encoding="utf-8") as file:
            self.assertEqual(json.load(file)["vocabulary"], ["valve"])
        old, new = (torch.load(os.path.join(folder, "mglmm-scenes", "pytorch_model.bin")) for folder in (CHECKPOINT, os.path.join(out, "export")))
        self.assertFalse(torch.equal(old["model.mm_projector.0.weight"], new["model.mm_projector.0.weight"]))
        self.assertGreater(len(new["lm_head.weight"]), len(old["lm_head.weight"]))
        torch.save({**state, "done": False}, os.path.join(out, "tune.pt"))
        tuning.run_tuning(end=0, steps=3, **arguments)
        again = torch.load(os.path.join(out, "tune.pt"))
        self.assertEqual(again["step"], 3)
        with self.assertRaisesRegex(BadData, "begun with other lora"):
            tuning.run_tuning(end=0, steps=4, **{**arguments, "lora": 4})
        with self.assertRaisesRegex(BadData, "begun with other pictures held back and held-out share"):
            tuning.run_tuning(end=0, steps=4, **{**arguments, "held_out": 0.4})
        longer = names + [f"new{i}.png" for i in range(9)]
        written(self.folder.name, [sample(image=n) for n in longer], images=longer)
        with self.assertRaisesRegex(BadData, "begun with other pictures held back; take another --out"):
            tuning.run_tuning(end=0, steps=4, **arguments)
        adapted = os.path.join(self.folder.name, "adapted.pt")
        torch.save({"parameters": {**again["parameters"], "mglmm.lm_head.lora_up": torch.zeros(1)}}, adapted)
        with self.assertRaisesRegex(BadData, "holds adapters"):
            tuning.run_tuning(end=0, steps=1, **{**arguments, "init": adapted, "tokenizer_folder": os.path.join(out, "tokenizer"), "out": os.path.join(self.folder.name, "other")})


if __name__ == "__main__":
    unittest.main()
