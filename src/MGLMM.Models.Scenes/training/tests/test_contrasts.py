"""Families of expressions that differ in a word or two, and the phase that learns from them."""
import os
import random
import re
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from scenes.palette import NAMES
from scenes.world import Scene
from segcap import asking, contrasts, places, spoken, words

try:
    import torch
except ImportError:
    torch = None


def things_at(sample):
    return {t.things[0].index for t in sample.targets}


def made(form, count, held_out=False, size=100):
    """(scene, samples) of that many scenes, where the form has something to say."""
    for seed in range(count):
        scene, rng = Scene(seed, size), random.Random(seed)
        said = form(scene, rng, held_out) if spoken.things_of(scene) else None
        samples = contrasts.told(said, rng) if said and all(len(s.targets) <= spoken.MOST for s in said) else None
        if samples:
            yield scene, samples


class FamilyTests(unittest.TestCase):
    def test_every_form_answers_with_one_mask_per_seg_and_says_each_text_once(self):
        for form, _ in contrasts.FAMILIES:
            for held_out in (False, True):
                number = empty = 0
                for scene, samples in made(form, 60, held_out, 60):
                    number += 1
                    for sample in samples:
                        empty += not sample.targets
                        self.assertEqual(sample.answer.count("[SEG]"), len(sample.targets), sample)
                        self.assertNotRegex(sample.instruction, r"[{}]|None|  | ,")
                        self.assertTrue(all(scene.mask(t.things).any() for t in sample.targets))
                        if not sample.targets:
                            self.assertRegex(sample.answer, r"^(There is no |Nothing in the picture fits\.|I do not know the word )")
                    meanings = {}
                    for sample in samples:  # the same words never mean two things
                        self.assertEqual(meanings.setdefault(sample.instruction, things_at(sample)), things_at(sample))
                self.assertGreater(number, 5, form)
                if form in (contrasts.relations, contrasts.grounds, contrasts.strangers):
                    self.assertGreater(empty, 3, form)

    def test_what_is_left_out_is_not_shown_and_all_else_is(self):
        seen = 0
        for scene, samples in made(contrasts.exclusions, 300, size=60):
            for sample in samples:
                m = re.search(r"\b(?:not|aren't|isn't|non-|any colour but|other colour than)(?: in| wearing)? ?(" + "|".join(NAMES) + r")\b(?! ones?| \w+s\b| or| and)", sample.instruction)
                if m and "neither" not in sample.instruction:
                    seen += 1
                    shown = [scene.things[i] for i in things_at(sample)]
                    self.assertNotIn(m[1], {t.colour for t in shown}, sample.instruction)
                    spoke = {t.index for _, things in sample.points[:1] for t in things}
                    if len(spoke) > 1:  # of what the noun means, all that is of another colour
                        self.assertEqual({i for i in spoke if scene.things[i].colour != m[1]}, things_at(sample), sample.instruction)
        self.assertGreater(seen, 8)

    def test_a_relation_and_its_opposite_never_show_the_same_thing(self):
        turned, nothing = 0, 0
        for scene, samples in made(contrasts.relations, 150, size=60):
            first, second = samples[:2]
            for name in ("left", "above", "front"):
                opposite = {"left": "right", "above": "below", "front": "behind"}[name]
                if name in first.instruction and opposite in second.instruction:
                    turned += 1
                    self.assertFalse(things_at(first) & things_at(second))
                    nothing += not first.targets or not second.targets
        self.assertGreater(turned, 15)
        self.assertGreater(nothing, 6)

    def test_left_is_left_of_the_anchor_and_nothing_else_of_the_noun_is(self):
        checked = 0
        for scene, samples in made(contrasts.relations, 150, size=60):
            for sample in samples:
                m = re.search(r"\b(left|right)\b", sample.instruction)
                heads = next((things for end, things in sample.points if m and end < m.start()), None)
                anchors = next((things for end, things in sample.points if m and end > m.end()), None)
                if not heads or not anchors or len(anchors) > 1:
                    continue
                checked += 1
                side = places.left if m[1] == "left" else places.right
                self.assertEqual({t.index for t in heads if side(scene, t, anchors[0])}, things_at(sample), sample.instruction)
        self.assertGreater(checked, 25)

    def test_a_number_is_the_number_of_what_is_shown(self):
        checked = 0
        for scene, samples in made(contrasts.numbers, 120, size=60):
            for sample in samples:
                m = re.search(r"\b(two|three|four|five)\b", sample.instruction)
                if m and sample.targets:
                    checked += 1
                    self.assertEqual(len(sample.targets), ("two", "three", "four", "five").index(m[1]) + 2, sample.instruction)
        self.assertGreater(checked, 15)

    def test_a_word_is_refused_only_where_it_is_not_known(self):
        trained, held = (set(w) for w in spoken.unknown_words())
        refused = 0
        for _, samples in made(contrasts.strangers, 120, size=48):
            for sample in samples:
                m = re.match(r"I do not know the word (.+)\.$", sample.answer)
                if m:
                    refused += 1
                    self.assertIn(m[1].lower(), sample.instruction.lower())
                    self.assertNotIn(m[1], words.known_words())
                    self.assertNotIn(m[1], held)
        self.assertGreater(refused, 60)

    def test_held_out_frames_are_never_said_in_training(self):
        said = " | ".join(sample.instruction.lower() for form, _ in contrasts.FAMILIES for _, samples in made(form, 60, size=48) for sample in samples)
        for words_of in ("aside from", "with the exception of", "save for", "ignoring", "by no means", "cannot be called", "anything but", "whichever", "to be found", "excepted", "sparing", "each of the two", "carrying"):
            self.assertNotIn(words_of, said)

    def test_what_a_word_speaks_of_is_told_at_its_end(self):
        text = "Please segment the cars that are not red."
        self.assertEqual([(text[:end].split()[-1], things) for end, things in asking.pointed(text, [(("car", "cars"), [1, 2]), ("red", [2]), ("blue", [3])])],
                         [("cars", [1, 2]), ("red", [2])])
        self.assertEqual(asking.pointed("not the red one, the other cars", [("cars", [1]), ("red", [2])]), [(31, [1]), (11, [2])])


@unittest.skipIf(torch is None, "needs torch")
class LearningTests(unittest.TestCase):
    def test_the_decoder_learns_what_people_say_and_the_encoders_stay(self):
        from mglmm.data import GOES_ON, Encoder, Picture
        from mglmm.checkpoint import preprocessor_config
        from mglmm.configuration import sizes
        from mglmm.tokenizer import LlamaTokenizer
        from mglmm.training import run_phase
        checkpoint = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "checkpoint")
        tokenizer = LlamaTokenizer(os.path.join(checkpoint, "mglmm-scenes"))
        dims, rng = sizes(tokenizer.pieces.get_piece_size()), random.Random(2)
        encoder = Encoder(tokenizer)
        picture = Picture(8, rng, dims, preprocessor_config(dims[1]["image_size"]), long_side=160)
        picture.region = None
        talked = picture.talk(encoder, 5 * 176, 176)
        self.assertGreater(len(talked), 15)
        heavy = [c for c in talked if c.looks and max(w for _, _, w in c.labels) > 3]
        self.assertTrue(heavy)
        for c in talked:  # where is looked lies inside the conversation, before its answer or in it
            self.assertTrue(all(0 <= j < len(c.ids) for j, _, _ in c.looks))
            answered = [place for place, _ in c.segments if place >= c.answer_at]
            if answered:  # before the answer all is left to be said, behind each mask one less, behind the last nothing
                self.assertEqual([place for place, _ in c.rest], [c.answer_at - 1] + answered)
                self.assertEqual([len(left) for _, left in c.rest], list(range(len(answered), -1, -1)))
                usual = min(w for _, _, w in c.labels if w > 0)
                self.assertTrue(all(w >= GOES_ON * usual for j, _, w in c.labels if j - 1 in answered))
        self.assertTrue(any(len(c.segments) > 2 for c in talked))
        with tempfile.TemporaryDirectory() as folder:
            state = os.path.join(folder, "spoken.pt")
            run_phase("spoken", folder, os.path.join(checkpoint, "mglmm-scenes"), [checkpoint], end=0, steps=2, validation=1, validate_every=1e9,
                      settings={"images": 1, "batch": dict(masks=2, dense=False, talked=1.0)}, warm_up=1)
            from mglmm.checkpoint import checkpoint_state
            before, after = checkpoint_state(checkpoint)["parameters"], torch.load(state)
            self.assertEqual((after["step"], after["done"]), (2, True))
            changed = {name for name, value in after["parameters"].items() if name in before and not torch.equal(before[name].float(), value.float())}
            learnt = ("mglmm.model.layers", "mglmm.model.embed_tokens", "mglmm.lm_head", "mglmm.model.norm", "mglmm.model.text_hidden_fcs")
            self.assertTrue(changed and all(name.startswith(learnt) for name in changed), sorted(changed)[:5])
            self.assertTrue(all(any(name.startswith(part) for name in changed) for part in learnt))


if __name__ == "__main__":
    unittest.main()
