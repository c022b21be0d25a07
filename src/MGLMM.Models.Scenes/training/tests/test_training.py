"""python3 -m unittest discover -s tests (from the training folder)."""
import os
import random
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

import numpy as np

from scenes.canvas import Canvas, Pen
from scenes.things import KINDS
from scenes.world import HELD_OUT_PAIRS, HELD_OUT_SCENES, Scene, possible_colours
from segcap import rle
from segcap.held_out import HELD_OUT
from segcap.patterns import PRESENCE_VARIED, VARIED
from segcap.metrics import phrases
from segcap.samples import TASKS, minimal_pair
from segcap import asking, foreign, places, spoken, words
from segcap.wordings import PRESENCE, TRAINED, sentences, varied

try:
    import torch
except ImportError:
    torch = None


class SceneTests(unittest.TestCase):
    def test_the_same_seed_draws_the_same_picture(self):
        first, second = Scene(2_000_007, 200, 2), Scene(2_000_007, 200, 2)
        self.assertEqual(first.picture().tobytes(), second.picture().tobytes())
        self.assertTrue((first.numbers == second.numbers).all())

    def test_masks_of_things_do_not_overlap_and_parts_lie_inside(self):
        for seed in range(20):
            scene = Scene(seed, 160)
            masks = [scene.mask([t]) for t in scene.visible]
            self.assertLessEqual(np.sum(masks, 0).max(), 1)
            for thing, mask in zip(scene.visible, masks):
                self.assertEqual(mask.sum(), thing.area)
                for part in thing.parts:
                    inside = scene.mask([thing], part)
                    self.assertTrue(inside.any() and not (inside & ~mask).any())

    def test_every_kind_is_drawn_in_every_colour(self):
        for name, kind in KINDS.items():
            for colour in possible_colours(name, motley=True):
                for seed in range(12):
                    pen = Pen(Canvas(1.0, 1.0, 32), random.Random(seed), 0, 0.5, 0.9, 0.5)
                    kind.draw(pen, colour)
                    self.assertTrue(set(pen.colours) & set(kind.parts) or not kind.parts, name)

    def test_things_are_misplaced_only_for_training(self):
        scenes = [Scene(seed, 48) for seed in range(140)]
        self.assertEqual([s.seed for s in scenes if s.misplaced], [seed for seed in range(140) if seed % 7 in (1, 5)])
        more = 0
        for scene in (s for s in scenes if s.misplaced):
            same = Scene(scene.seed, 48, misplaced=False)
            self.assertEqual(scene.kind, same.kind)
            more += len(scene.things) - len(same.things)
        self.assertGreater(more, 0)
        outside = [{t.kind for t in s.things} for s in scenes if not s.indoor and s.misplaced]
        self.assertTrue(any({"sofa", "bed", "clock"} & kinds for kinds in outside))
        for first in (1_000_000, 2_000_000, 3_000_000):
            self.assertFalse(any(Scene(seed, 48).misplaced for seed in range(first, first + 14)))

    def test_held_out_compositions_are_never_drawn_for_training(self):
        for seed in list(range(150)) + list(range(1_000_000, 1_000_050)) + list(range(2_000_000, 2_000_050)):
            scene = Scene(seed, 48)
            self.assertNotIn(scene.kind, HELD_OUT_SCENES)
            self.assertFalse({(t.kind, t.colour) for t in scene.things} & HELD_OUT_PAIRS)


class SampleTests(unittest.TestCase):
    def test_every_task_has_one_mask_per_seg(self):
        rng, made = random.Random(3), set()
        for seed in range(60):
            scene = Scene(seed, 120)
            for name, task in TASKS.items():
                sample = task(scene, rng)
                if sample:
                    made.add(name)
                    self.assertEqual(sample.answer.count("[SEG]"), len(sample.targets), sample)
                    for target in sample.targets:
                        self.assertTrue(scene.mask(target.things, target.part).any(), sample)
        self.assertEqual(made, set(TASKS))

    def test_held_out_wordings_are_never_asked_in_training(self):
        said = {key: set(TRAINED[key]).union(*map(sentences, patterns)) for key, patterns in VARIED.items() if key != "ask"}
        said["presence"] = set(PRESENCE).union(*map(sentences, PRESENCE_VARIED))
        for held_out in HELD_OUT:
            self.assertEqual(held_out.keys() - {"ask"}, said.keys())
        for key, trained in said.items():
            self.assertGreater(len(trained), 100, key)
            for held_out in HELD_OUT:
                self.assertFalse(trained & set(held_out[key]), key)
        rng = random.Random(4)
        for pattern in PRESENCE_VARIED:
            self.assertLessEqual({varied(pattern, rng) for _ in range(20)}, sentences(pattern))

    def test_minimal_pairs_tell_the_truth(self):
        rng = random.Random(4)
        for seed in range(80):
            scene = Scene(seed, 120)
            for true, false in [p for p in [minimal_pair(scene, rng)] if p]:
                self.assertTrue(true.truth and not false.truth)
                self.assertNotEqual(true.instruction, false.instruction)
                self.assertTrue(true.about)


class SpokenTests(unittest.TestCase):
    def test_every_form_answers_with_one_mask_per_seg_and_only_with_what_is_seen(self):
        rng, made, empty = random.Random(5), set(), set()
        for seed in range(160):
            scene = Scene(seed, 120)
            for form, _ in spoken.FORMS:
                sample = asking.sample_of(form(scene, rng), rng) if spoken.things_of(scene) else None
                if not sample:
                    continue
                (made if sample.targets else empty).add(form)
                self.assertEqual(sample.answer.count("[SEG]"), len(sample.targets), sample)
                self.assertNotIn("{", sample.instruction)
                for target in sample.targets:
                    self.assertTrue(scene.mask(target.things, target.part).any(), sample)
                if not sample.targets:
                    self.assertTrue(sample.answer.startswith(("There is no ", "Nothing ", "I do not know the word ")), sample)
        self.assertEqual(made | {spoken.absent, spoken.nameless, spoken.part_absent}, {form for form, _ in spoken.FORMS})
        self.assertTrue({spoken.absent, spoken.nameless, spoken.part_absent, spoken.related, spoken.negated, spoken.counted} <= empty)

    def test_a_general_word_names_each_thing_by_its_own_phrase(self):
        scene = next(s for s in (Scene(seed, 120) for seed in range(200)) if len({t.kind for t in s.visible if t.kind in words.ANIMALS}) > 1)
        animals = [t for t in scene.visible if t.kind in words.ANIMALS]
        answer = spoken.answer_of(spoken.Said("the animals", spoken.targets(animals)))
        self.assertEqual(sorted(phrases(answer)), sorted("the " + spoken.ph.name(t) for t in animals))

    def test_what_asks_for_a_list_is_no_expression(self):
        lists = set(TRAINED["segment_all"]).union(*map(sentences, VARIED["segment_all"]))
        self.assertIn("Tag everything in the scene.", lists)
        rng, scene, said = random.Random(8), Scene(3, 120), set()
        for text in 40 * words.ALL:
            sample = asking.sample_of(spoken.Said(text, spoken.targets(spoken.things_of(scene)[:3]), True), rng)
            said.add(sample.instruction)
        self.assertIn("Please segment the everything in the picture.", said)
        self.assertFalse({s for s in said if s.lower().startswith(("tag", "label", "mark every", "segment every"))})
        self.assertFalse(lists & said)

    def test_what_is_unknown_is_never_known_and_some_of_it_is_never_trained(self):
        trained, held_out = spoken.unknown_words()
        self.assertGreater(len(trained), 2000)
        self.assertGreater(len(held_out), 250)
        self.assertFalse(set(trained) & set(held_out))
        self.assertFalse(words.known_words() & (set(trained) | set(held_out)))
        self.assertFalse(set(spoken.UNKNOWN_QUALITIES) & set(spoken.HELD_OUT_QUALITIES))
        self.assertFalse(foreign.TRAINED_LANGUAGES.keys() & foreign.HELD_OUT_LANGUAGES.keys())
        rng = random.Random(6)
        for seed in range(40):
            said = spoken.nameless(Scene(seed, 80), rng)
            self.assertRegex(said.answer, r"^I do not know the word \S+\.$")
            self.assertIn(said.answer[len("I do not know the word "):-1], said.text)

    def test_held_out_forms_are_never_said_in_training(self):
        rng = random.Random(7)
        for seed in range(120):
            scene = Scene(seed, 80)
            sample = asking.spoken(scene, rng)
            if sample:
                self.assertFalse([w for w in asking.HELD_OUT_WORDS if w in sample.instruction], sample.instruction)
        fixed = lambda patterns: {p.replace("{np}", "x").replace("{is}", "is").replace("{it}", "it") for p in patterns}
        said = set().union(*map(sentences, fixed(asking.SENTENCES)))
        self.assertFalse(said & fixed(asking.HELD_OUT_SENTENCES))

    def test_pairs_differ_in_what_they_mean(self):
        rng, made = random.Random(8), {"number": 0, "negation": 0, "relation": 0}
        for seed in range(150):
            scene = Scene(seed, 100)
            for what in made:
                pair = asking.spoken_pair(scene, rng, 0, what) if spoken.things_of(scene) else None
                if pair:
                    made[what] += 1
                    ids = [{(t.things[0].index, t.part) for t in s.targets} for s in pair]
                    self.assertNotEqual(pair[0].instruction, pair[1].instruction)
                    self.assertNotEqual(ids[0], ids[1], pair)
        self.assertTrue(all(n > 10 for n in made.values()), made)

    def test_relations_hold_in_both_directions(self):
        opposite = {"left": "right", "above": "below", "before": "behind"}
        for seed in range(40):
            scene = Scene(seed, 100)
            things = [t for t in scene.visible if not t.stuff]
            for a in things:
                for b in things:
                    if a is b:
                        continue
                    for name, turned in opposite.items():
                        self.assertEqual(places.RELATIONS[name][0](scene, a, b), places.RELATIONS[turned][0](scene, b, a))
                    self.assertFalse(places.left(scene, a, b) and places.right(scene, a, b))
                    self.assertEqual(places.beside(scene, a, b), places.beside(scene, b, a))

    def test_a_slip_is_no_other_word(self):
        rng = random.Random(9)
        known = words.known_words() | set(sum(spoken.unknown_words(), []))
        for word in ("house", "rabbit", "bicycle", "umbrella", "horse"):
            slips = {asking.slipped(word, rng) for _ in range(60)} - {word}
            self.assertGreater(len(slips), 5)
            self.assertFalse(slips & known)


class ExpressionTests(unittest.TestCase):
    def test_scores(self):
        import expressions
        first, second = np.zeros((4, 6), bool), np.zeros((4, 6), bool)
        first[:2, :3], second[2:, 3:] = True, True
        score = expressions.scored({}, "They are ...", [first, second], [first, second])
        self.assertEqual((score["giou"], score["number"], score["right"]), (1.0, True, True))
        score = expressions.scored({}, "It is ...", [first], [first, second])
        self.assertEqual((score["giou"], score["number"], score["right"]), (0.5, False, False))
        score = expressions.scored({}, "I do not know the word zebra.", [], [])
        self.assertEqual((score["giou"], score["right"], score["refused"]), (1.0, True, True))
        score = expressions.scored({}, "It is ...", [first], [])
        self.assertEqual((score["giou"], score["right"], score["refused"]), (0.0, False, False))

    def test_phrases_are_asked_in_the_words_of_the_tools_and_sentences_as_they_are(self):
        import expressions
        self.assertEqual(expressions.instruction("the red car"), "Please segment the red car.")
        self.assertEqual(expressions.instruction("both houses"), "Please segment the both houses.")
        self.assertEqual(expressions.instruction("Where are the kids, please?"), "Where are the kids, please? Please answer with a mask.")
        self.assertEqual(expressions.instruction("Mark the kids, please."), "Mark the kids, please.")

    def test_made_expressions_name_what_the_scene_shows(self):
        import expressions
        lines = list(expressions.made(1_000_200, 4))
        self.assertGreater(len(lines), 20)
        for line in lines:
            self.assertIn(line["kind"], expressions.KINDS)
            self.assertEqual(len(expressions.truth(Scene(line["seed"], 320, 2), line["targets"])), len(line["targets"]))


class RunLengthTests(unittest.TestCase):
    def test_round_trip(self):
        random_state = np.random.RandomState(0)
        for _ in range(200):
            mask = random_state.rand(random_state.randint(1, 40), random_state.randint(1, 40)) > random_state.rand()
            self.assertTrue((rle.decode(rle.encode(mask)) == mask).all())

    def test_known_string(self):
        mask = np.zeros((4, 5), bool)
        mask[1:3, 2:4] = True  # runs, column by column: 9 2 2 2 5
        self.assertEqual(rle.from_string(rle.encode(mask)["counts"]), [9, 2, 2, 2, 5])
        self.assertEqual(rle.encode(mask)["counts"], "92203")


@unittest.skipIf(torch is None, "needs torch")
class ModelTests(unittest.TestCase):
    def test_packed_training_and_cached_generation_agree(self):
        from mglmm.checkpoint import preprocessor_config, read_checkpoint, tokenizer_files, write_checkpoint
        from mglmm.configuration import PIECES, sidecar, sizes
        from mglmm.data import Batch, Encoder, Picture
        from mglmm.learning import Learner
        from mglmm.model import initialise
        from mglmm.tokenizer import LlamaTokenizer, train_sentencepiece
        from segcap.vocabulary import corpus
        torch.set_num_threads(1)
        with tempfile.TemporaryDirectory() as folder:
            train_sentencepiece(corpus(150), os.path.join(folder, "tokenizer"), PIECES)
            tokenizer_files(folder, PIECES)
            tokenizer = LlamaTokenizer(folder)
            learner = Learner(sizes(), tokenizer)
            initialise(learner.mglmm, 1)
            encoder, rng = Encoder(tokenizer), random.Random(5)
            picture = Picture(1_000_003, rng, sizes(), preprocessor_config(168), augment=False, long_side=200)
            batch = Batch([picture], encoder, masks=6)
            sample = TASKS["panoptic"](picture.scene, random.Random(1))
            plain, misread = encoder.conversation(sample), encoder.conversation(sample, rng=random.Random(4))
            self.assertEqual((plain.labels, plain.segments), (misread.labels, misread.segments))
            changed = [(a, b) for a, b in zip(plain.ids, misread.ids) if a != b]
            self.assertTrue(changed and set(encoder.colours).issuperset(sum(changed, ())))
            with torch.no_grad():
                tokens = learner.mglmm.image_tokens(batch.clip)
                states = learner.states(batch, encoder, tokens).view(batch.rows, batch.length, -1)
                embed, at = learner.mglmm.model.embed_tokens, encoder.image_at
                for c, row, offset in batch.items[0]:
                    ids = encoder.prefix + c.ids
                    x = torch.cat((embed(torch.tensor(ids[:at])), tokens[0], embed(torch.tensor(ids[at + 1:]))))[None]
                    one = learner.mglmm.cached(x, 0, [[] for _ in learner.mglmm.model.layers])[0, -len(c.ids):]
                    self.assertLess((one - states[row, offset:offset + len(c.ids)]).abs().max().item(), 1e-4)
                    for place, _ in c.segments:
                        self.assertEqual(c.ids[place], encoder.seg)
            output = os.path.join(folder, "export")
            write_checkpoint(learner.mglmm, os.path.join(folder, "tokenizer.model"), output, sidecar(), torch.float32)
            again = read_checkpoint(os.path.join(output, "mglmm-scenes"), os.path.join(output, "clip-vit-scenes-patch14-168"))
            for (name, p), q in zip(learner.mglmm.state_dict().items(), again.state_dict().values()):
                self.assertTrue(torch.equal(p, q), name)

    def test_a_run_goes_on_from_an_exported_checkpoint(self):
        from mglmm.checkpoint import checkpoint_state, tokenizer_files, write_checkpoint
        from mglmm.configuration import PIECES, sidecar, sizes
        from mglmm.learning import SETTLED, Learner
        from mglmm.model import initialise
        from mglmm.tokenizer import LlamaTokenizer, train_sentencepiece
        from mglmm.training import load_parameters
        from segcap.vocabulary import corpus
        with tempfile.TemporaryDirectory() as folder:
            train_sentencepiece(corpus(40), os.path.join(folder, "tokenizer"), PIECES)
            tokenizer_files(folder, PIECES)
            tokenizer = LlamaTokenizer(folder)
            first, second = Learner(sizes(), tokenizer), Learner(sizes(), tokenizer, drawn=False)
            initialise(first.mglmm, 1)
            initialise(second.mglmm, 2)
            output = os.path.join(folder, "export")
            write_checkpoint(first.mglmm, os.path.join(folder, "tokenizer.model"), output, sidecar(), torch.float32)
            for given in (output, os.path.join(output, "mglmm-scenes")):
                load_parameters(second, [checkpoint_state(given)])
                for (name, p), q in zip(first.mglmm.state_dict().items(), second.mglmm.state_dict().values()):
                    self.assertTrue(torch.equal(p, q), name)
            # Heads that are new see everything from the start; the model feels them only little by little.
            for progress, share in ((0.0, 0.0), (SETTLED / 2, 0.5), (1.0, 1.0)):
                x = torch.ones(3, requires_grad=True)
                y = second.settled(x, progress)
                y.sum().backward()
                self.assertTrue(torch.allclose(y, x))
                self.assertTrue(torch.allclose(x.grad, torch.full((3,), share)))
            self.assertTrue(torch.equal(first.settled(x, 0.0), x))

    def test_words_get_pieces_of_their_own_and_all_else_stays_as_it_was(self):
        from extend import EMBEDDING, HEAD, grown
        from mglmm.checkpoint import tokenizer_files
        from mglmm.configuration import PIECES
        from mglmm.tokenizer import ADDED, LlamaTokenizer, extended, train_sentencepiece
        from segcap.vocabulary import corpus
        texts = corpus(60)
        with tempfile.TemporaryDirectory() as folder:
            train_sentencepiece(texts, os.path.join(folder, "tokenizer"), PIECES)
            tokenizer_files(folder, PIECES)
            old = LlamaTokenizer(folder)
            with open(os.path.join(folder, "tokenizer.model"), "rb") as file:
                model, made = extended(file.read(), ["lorries", "plane"], texts)
            with open(os.path.join(folder, "tokenizer.model"), "wb") as file:
                file.write(model)
            tokenizer_files(folder, PIECES + len(made))
            new = LlamaTokenizer(folder)
            for word in ("lorries", "plane"):
                self.assertGreater(len(old.encode(word, bos=False)), 1)
                self.assertEqual(new.decode(new.encode(word, bos=False)), word)
                self.assertEqual(len(new.encode(word, bos=False)), 1)
            for text in texts[::9]:
                self.assertEqual(old.pieces.encode(text), new.pieces.encode(text))
            self.assertEqual([new.added[t] - old.added[t] for t in ADDED], [len(made)] * len(ADDED))
            table = torch.arange(2.0 * len(old)).view(-1, 2)
            after = grown({EMBEDDING: table, HEAD: table}, old, new, made, {"plane": "airplane"})
            self.assertTrue(torch.equal(after[EMBEDDING][new.encode("a plane", bos=False)[-1]], table[old.encode("a airplane", bos=False)[-1]]))
            self.assertEqual(after[HEAD][PIECES:PIECES + len(made)].abs().max().item(), 0)
            for token in ADDED:
                self.assertTrue(torch.equal(after[HEAD][new.added[token]], table[old.added[token]]))

    def test_a_decoder_grows_without_a_change_of_what_it_says(self):
        from mglmm.configuration import sizes
        from mglmm.model import Mglmm, initialise
        from mglmm.training import deepened
        llm, clip, sam = sizes()
        torch.manual_seed(3)
        x = torch.randn(1, 7, llm["hidden_size"])
        small = Mglmm({**llm, "num_hidden_layers": 4}, clip, sam)
        initialise(small, 3)
        state = deepened({"mglmm." + name: value for name, value in small.state_dict().items()}, llm["num_hidden_layers"])
        large = Mglmm(llm, clip, sam)
        large.load_state_dict({name[len("mglmm."):]: value for name, value in state.items()})
        said = [m.cached(x, 0, [[] for _ in m.model.layers]) for m in (small, large)]
        self.assertLess((said[0] - said[1]).abs().max().item(), 1e-6)
        self.assertGreater((said[0] - x).abs().max().item(), 0.1)


@unittest.skipIf(torch is None, "PyTorch is not installed")
class DeviceTests(unittest.TestCase):
    def test_a_batch_travels_to_the_device_as_it_is(self):
        from mglmm.checkpoint import preprocessor_config
        from mglmm.configuration import sizes
        from mglmm.data import Batch, Encoder, Picture
        from mglmm.device import pack, unpack
        from mglmm.tokenizer import LlamaTokenizer
        checkpoint = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "checkpoint", "mglmm-scenes")
        tokenizer = LlamaTokenizer(checkpoint)
        dims, rng = sizes(tokenizer.pieces.get_piece_size()), random.Random(4)
        pictures = [Picture(seed, rng, dims, preprocessor_config(dims[1]["image_size"])) for seed in (11, 12)]
        batch = Batch(pictures, Encoder(tokenizer), masks=6)
        came = unpack(*pack(batch))
        for name in ("ids", "positions", "group", "at", "labels", "seg_at", "look_at", "owner", "coverage", "valid"):
            self.assertTrue(torch.equal(getattr(came, name), getattr(batch, name)), name)
        for name in ("clip", "sam", "where"):  # half precision on the way
            self.assertLess((getattr(came, name) - getattr(batch, name)).abs().max(), 2e-3, name)
        self.assertTrue(all(torch.equal(came.dense_global[k], batch.dense_global[k]) for k in batch.dense_global))
        self.assertEqual(came.tasks, batch.tasks)

if __name__ == "__main__":
    unittest.main()
