"""Fine-tuning: a trained model learns from SegCap files of any source, with or without the drawn world beside them."""
import hashlib
import os
import random
import sys
from collections import Counter

import torch
from torch.nn import functional as F

from segcap.reading import WORD, BadData, BadPicture, Source, label_word, singular

from .checkpoint import checkpoint_state, preprocessor_config, read_checkpoint, read_json, tokenizer_files, tower_of, write_checkpoint
from .configuration import sidecar, sizes
from .data import Batch, Encoder, Picture
from .given import FLIPS, GivenBatch, GivenPicture, encoded
from .learning import Learner, iou
from .lora import adapt, merged
from .model import Mglmm
from .products import Linear
from .tokenizer import LlamaTokenizer, extended
from .training import run_lesson

PHASE = "tune"
HELD = "pictures held back"
SCENES = "scenes"  # the name of the drawn world among the sources
TRAINED_FIRST = ("mglmm", "labels_")
RATE, RATE_LORA = 6e-4, 2e-3
IMAGES, MASKS, BUDGET, SHORTEST = 2, 10, 880, 176  # pictures of a worker and step, masks of a picture, tokens of a picture, of a row
MOST_TOKENS = 720  # of a conversation: the model has 1,024 positions, and the picture takes some 150
MOST_LABELS = 400  # that are learnt by themselves
MOST_NOUNS = 4000  # in the model's card


class Tuner(Learner):
    """The model, and for each encoder a head that names what lies under a mask. What the drawn world trains beside the model is not trained here: from an
    exported checkpoint on it is new, and its errors would move the model more than those of the data."""

    def __init__(self, dims, tokenizer, labels, rank=None):
        super().__init__(dims, tokenizer, drawn=False)
        llm, clip, sam = dims
        self.labels_seen = Linear(clip["hidden_size"], max(1, labels))
        self.labels_ground = Linear(sam["embed_dim"], max(1, labels))
        self.adapted = adapt(self.mglmm, rank) if rank else None

    def label_loss(self, features, ground, batch):
        """Every mask counts the same: what its patches of both encoders say together that it is."""
        known = batch.named >= 0
        if not known.any():
            return features.sum() * 0
        named, owner = batch.named[known], batch.owner[known]
        seen = (batch.object_where[known][:, None] @ features[owner])[:, 0]
        loss = F.cross_entropy(self.labels_seen(seen), named)
        if ground is None:
            return loss
        share = F.avg_pool2d(batch.coverage[known][:, None], 4).flatten(1)
        share = share / share.sum(1, keepdim=True).clamp(min=1e-6)
        pooled = (share[:, None] @ ground.flatten(1, 2)[owner])[:, 0]
        return loss + 0.5 * F.cross_entropy(self.labels_ground(pooled), named)

    def given(self, batch, encoder, labelled=True):
        """Text, masks and where to look, and labels of given pictures: what texts and masks by themselves can teach."""
        m = self.mglmm.model.segment_encoder
        features = self.mglmm.vision_tower(batch.clip)
        states = self.states(batch, encoder, self.mglmm.model.mm_projector(features))
        loss, facts = features.sum() * 0, {}
        if len(batch.at):
            text = self.language_loss(batch, states)
            loss, facts["text"] = loss + text, text.detach()
        if len(batch.look_at):
            look = self.look_loss(batch)
            loss, facts["look"] = loss + 0.5 * look, look.detach()
        ground = None
        if len(batch.seg_at):
            ground = m.image_encoder.features(batch.sam)
            logits = m.decode(m.image_encoder.reduce(ground)[batch.owner], self.mglmm.seg_prompts(states[batch.seg_at]))
            mask = self.mask_loss(logits, batch)
            loss = loss + mask
            facts.update(mask=mask.detach(), iou=iou(logits, batch.coverage).mean().detach())
            if labelled:
                named = self.label_loss(features, ground, batch)
                loss, facts["labels"] = loss + 0.3 * named, named.detach()
        return loss, facts


class Tuning:
    """What fine-tuning learns from and is measured on; see training.Lesson."""

    def __init__(self, options, learner, tokenizer, sources, card):
        """`sources` are (Source or "scenes", rate) pairs; `card` makes what the exported checkpoint says of itself."""
        self.learner, self.tokenizer, self.encoder, self.options, self.card = learner, tokenizer, Encoder(tokenizer), options, card
        self.dims = (learner.mglmm.llm, learner.mglmm.clip, learner.mglmm.sam)
        self.preprocessor = preprocessor_config(self.dims[1]["image_size"])
        self.settings, self.flips = {"images": options["images"], "rate": 1.0}, FLIPS[options["flip"]] if options["augment"] else None
        self.labels = {label: i for i, label in enumerate(options["facts"]["labels"])}
        self.rates = [rate for _, rate in sources]
        self.sources = [source for source, _ in sources]
        self.split = [None if s == SCENES else s.split(options["held_out"], options["facts"]["seed"]) for s in self.sources]
        self.length = max([SHORTEST] + [-(-s.longest // 16) * 16 for s in self.sources if s != SCENES])
        self.rows = max(1, round(BUDGET / self.length))
        self.trains = learner.adapted and tuple("mglmm." + name for name in learner.adapted) + TRAINED_FIRST[1:] or TRAINED_FIRST
        self.saves_best = any(held for _, held in filter(None, self.split))
        self.held = None

    def _given(self, source, picture, rng, flips):
        return GivenPicture(source, picture, rng, self.dims, self.preprocessor, self.labels, flips)

    def _drawn(self, i, rng):
        """A picture of a source by chance. One that cannot be read is told of, once in each process that draws, and never drawn again."""
        pictures = self.split[i][0]
        while pictures:
            picture = rng.choice(pictures)
            try:
                return self._given(self.sources[i], picture, rng, self.flips)
            except BadPicture as problem:
                say(f"{problem}; it is left out")
                pictures[:] = [other for other in pictures if other[0] != picture[0]]
        raise BadData(self.sources[i].path, None, "none of its pictures can be read")

    def _held_back(self, source, pictures):
        """The pictures that a source is measured on, as they are."""
        out = []
        for i, picture in enumerate(pictures):
            try:
                out.append(self._given(source, picture, random.Random(i), None))
            except BadPicture as problem:
                say(f"{problem}; nothing is measured on it")
        return out

    def _of_scenes(self, pictures, masks):
        return Batch(pictures, self.encoder, masks=masks, dense=False)

    def batches(self, rng, times=1):
        """A source is drawn for every picture by the rates; times > 1 draws again."""
        return [self._batches(rng) for _ in range(times)]

    def _batches(self, rng):
        chosen = rng.choices(range(len(self.sources)), self.rates, k=self.options["images"])
        given = [self._drawn(i, rng) for i in chosen if self.sources[i] != SCENES]
        scenes = [Picture(rng.randrange(1_000_000), rng, self.dims, self.preprocessor) for i in chosen if self.sources[i] == SCENES]
        return [GivenBatch(given, self.encoder, self.rows, self.length, self.options["masks"]) if given else None,
                self._of_scenes(scenes, self.options["masks"]) if scenes else None]

    def learn(self, batches, progress):
        facts, total = {}, sum(len(b.clip) for b in batches if b is not None)
        for batch, labelled, prefix in zip(batches, (True, False), ("", SCENES + " ")):
            if batch is not None:
                loss, numbers = self.learner.given(batch, self.encoder, labelled)
                (loss * (len(batch.clip) / total)).backward()
                facts.update({prefix + name: value for name, value in numbers.items()})
        return facts

    @torch.no_grad()
    def validate(self):
        """On pictures held back of each source, and on drawn scenes where they are trained on. The score is the mean IoU of masks and the chance of a right token."""
        if self.held is None:
            self.held = [self._held_back(s, self._few(split[1])) if split else
                         [Picture(1_000_000 + i, random.Random(i), self.dims, self.preprocessor, augment=False, long_side=256) for i in range(self.options["validation"])]
                         for s, split in zip(self.sources, self.split)]
        out, score = {}, []
        for source, pictures in zip(self.sources, self.held):
            if pictures:
                name = SCENES if source == SCENES else os.path.basename(source.folder) or "data"
                result = self._measured(pictures, source == SCENES)
                out.update({f"{name} {key}": value for key, value in result.items()})
                if source != SCENES:
                    score.append(result.get("iou", 0.0) + float(torch.tensor(-result["text"]).exp()))
        return sum(score) / max(1, len(score)), out

    def _few(self, pictures):
        return random.Random(0).sample(pictures, min(self.options["validation"], len(pictures)))

    def _measured(self, pictures, of_scenes):
        """Teacher-forced: the loss of a token, how often the likeliest is right, IoU of masks."""
        sums, counts = Counter(), Counter()

        def add(name, values):
            sums[name] += float(sum(values))
            counts[name] += len(values)

        m = self.learner.mglmm
        device = m.lm_head.weight.device
        for i in range(0, len(pictures), 4):
            for j, picture in enumerate(pictures[i:i + 4]):
                picture.rng = random.Random(i + j)
            chunk = pictures[i:i + 4]
            batch = (self._of_scenes(chunk, 20) if of_scenes else GivenBatch(chunk, self.encoder, self.rows + 2, self.length, 40)).to(device)
            for picture in [] if of_scenes else chunk:
                picture.known.clear()
            states = self.learner.states(batch, self.encoder, m.image_tokens(batch.clip))
            logits = states[batch.at] @ m.lm_head.weight.t()
            add("text", F.cross_entropy(logits, batch.labels, reduction="none").tolist())
            add("tokens right", (logits.argmax(-1) == batch.labels).float().tolist())
            if len(batch.seg_at):
                s = m.model.segment_encoder
                values = iou(s.decode(s.image_encoder(batch.sam)[batch.owner], m.seg_prompts(states[batch.seg_at])), batch.coverage).tolist()
                add("iou", values)
                for task in sorted(set(batch.tasks)):
                    add("iou " + task, [v for v, t in zip(values, batch.tasks) if t == task])
        return {name: sums[name] / counts[name] for name in sums}

    def export(self, folder):
        model = Mglmm(*self.dims)
        model.load_state_dict(merged(self.learner.mglmm))
        write_checkpoint(model, os.path.join(self.tokenizer.folder, "tokenizer.model"), folder, self.card())

    def finish(self, course):
        """What was best on the pictures held back is what is exported."""
        path = os.path.join(self.options["out"], "best.pt")
        if self.saves_best and os.path.exists(path):
            best = torch.load(path, map_location="cpu")
            self.learner.load_state_dict(best["parameters"])
            course.log.write(exported=True, step=best["step"], images=best["images"], score=course.best)


# ------------------------------------------------------------ words and what the model says of itself

def new_words(sources, tokenizer, least, known):
    """Words of the data that are spelled by several pieces and said at least so often. What the `known` texts say stays as the model reads it."""
    words = Counter()
    for s in sources:
        words.update(s.facts.words)
    known = {word for text in known for word in WORD.findall(text)}
    return sorted(w for w, n in words.items() if n >= least and len(w) > 2 and w.isalpha() and w not in known and len(tokenizer.encode("a " + w, bos=False)) > 2)


def grow_tokenizer(folder, source_folder, words, texts):
    """A tokenizer in which each of the words is one piece: what its new pieces are made of."""
    old = LlamaTokenizer(source_folder)
    with open(os.path.join(source_folder, "tokenizer.model"), "rb") as file:
        model, made = extended(file.read(), words, texts)
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "tokenizer.model"), "wb") as file:
        file.write(model)
    tokenizer_files(folder, old.pieces.get_piece_size() + len(made))
    return old, made


def nouns(sources):
    """(nouns of the data, the most said first; {general word: what it stands for})"""
    said, meanings = Counter(), {}
    for s in sources:
        for counter in (s.facts.labels, s.facts.heads):
            for noun, n in counter.items():
                said[singular(noun)] += n
                if noun != singular(noun):
                    said[noun] += n
        for word, kinds in s.facts.meanings.items():
            meanings.setdefault(word, set()).update(singular(k) for k in kinds)
    return [noun for noun, _ in said.most_common(MOST_NOUNS)], {word: sorted(kinds) for word, kinds in sorted(meanings.items()) if len(kinds) > 1}


def instructions(base, sources):
    """The tools' wordings: for each kind of request those that the data asks in most, before those of the model it began as."""
    out = {key: list(texts) for key, texts in base.items()}
    for key, texts in base.items():
        told = Counter()
        for s in sources:
            told.update(s.facts.wordings.get(key, {}))
        wanted = {part for part in ("{expression}", "{object}", "{question}") if part in texts[0]}
        usual = [text for text, n in told.most_common(3) if n >= 5 and all(part in text for part in wanted)]
        out[key] = usual + [text for text in texts if text not in usual]
    return out


def card_of(name, init, sources, with_scenes):
    """What the bundle's manifest is made from: the model's words, so that its tools know which of a request it cannot know."""
    own = sidecar()
    base = {**own, "vocabulary": None, "meanings": None, **(init or {})}
    learnt, meanings = nouns(sources)
    datasets = Counter()
    for s in sources:
        datasets.update(s.facts.datasets)
    pictures = sum(len(s.pictures) for s in sources)
    listed = ", ".join(learnt[:40]) + (" and more" if len(learnt) > 40 else "")
    text = f"Fine-tuned from {base['name']} on {pictures} pictures of {', '.join(d for d, _ in datasets.most_common(6))}. Knows {listed}. "
    text += f"What it knew before was trained along: {base['model_card']}" if with_scenes else "It will have forgotten much of what it knew before, and answers wrongly about anything else."
    if with_scenes:
        from scenes.things import KINDS
        from scenes.world import STUFF_NAMES
        plain = list(KINDS) + STUFF_NAMES + sorted({p for k in KINDS.values() for p in k.parts} | {"everything", "area", "part", "background"})
        learnt = sorted(set(learnt) | set(base["vocabulary"] or plain))
        meanings = {**(base["meanings"] or {}), **meanings}
    granularities = {g for s in sources for g in s.facts.granularities} | (set(base["granularities"]) if with_scenes else set())
    known = [g for g in own["granularities"] if g in granularities] or base["granularities"]
    return {**base, "name": name, "model_card": text, "granularities": known, "instructions": instructions(base["instructions"], sources),
            "vocabulary": sorted(learnt), "meanings": meanings}


# ------------------------------------------------------------ a run

def start_of(init, tokenizer_folder):
    """(parameters, sizes, folder of the tokenizer, mglmm.json or None) of an exported checkpoint's folder or a training state."""
    if os.path.isdir(init):
        main = os.path.join(init, "mglmm-scenes") if os.path.isdir(os.path.join(init, "mglmm-scenes")) else init
        if not os.path.exists(os.path.join(main, "config.json")):
            raise BadData(init, None, "is no checkpoint: there is no config.json")
        model = read_checkpoint(main, tower_of(main))
        card = os.path.join(main, "mglmm.json")
        return checkpoint_state(main)["parameters"], (model.llm, model.clip, model.sam), main, read_json(card) if os.path.exists(card) else None
    if not os.path.exists(init):
        raise BadData(init, None, "is not there; --init takes the folder of an exported checkpoint, or a state (.pt) with --tokenizer")
    if not tokenizer_folder:
        raise BadData(init, None, "is a training state, which needs --tokenizer")
    state = torch.load(init, map_location="cpu")
    return state["parameters"], sizes(LlamaTokenizer(tokenizer_folder).pieces.get_piece_size()), tokenizer_folder, None


def say(text):
    print(text, file=sys.stderr, flush=True)


def run_tuning(data, weights, init, out, end, tokenizer_folder=None, workers=1, seed=1, rate=1.0, lora=None, new_pieces=8, held_out=0.1, validation=20, flip="none", augment=True,
               images=IMAGES, masks=MASKS, device=None, warm_up=40, validate_every=400, save_every=150, log_every=20, export=None, export_every=0, freeze=(), name=None, steps=None):
    """Fine-tunes until the clock says `end`, or for so many `steps`; goes on from <out>/tune.pt where that exists. `data` are SegCap files, and "scenes" for the drawn world; `weights` one rate for each."""
    torch.set_num_threads(1)
    from extend import grown
    parameters, dims, old_folder, base = start_of(init, tokenizer_folder)
    os.makedirs(out, exist_ok=True)
    path, folder = os.path.join(out, PHASE + ".pt"), os.path.join(out, "tokenizer")
    previous = torch.load(path, map_location="cpu") if os.path.exists(path) else None
    first = LlamaTokenizer(old_folder if previous is None else folder)
    counter = Encoder(first)

    def tokens(asked):
        count = len(encoded(counter, asked).ids)
        return count if count <= MOST_TOKENS else None

    sources = [(d if d == SCENES else Source(d, tokens, say), float(w)) for d, w in zip(data, weights)]
    files = [s for s, _ in sources if s != SCENES]
    for s in files:
        f = s.facts
        say(f"{s.path}: {len(s.pictures)} pictures, {f.questions} questions, {f.masks} masks, {len(f.labels)} labels"
            + (f"; {s.too_long} conversations of more than {MOST_TOKENS} tokens are left out" if s.too_long else ""))
    counted = Counter()
    for s in files:
        counted.update(s.facts.labels)
    facts = {"labels": [label for label, _ in counted.most_common(MOST_LABELS)], "lora": lora, "data": [os.path.abspath(d) if d != SCENES else d for d in data], "seed": seed}
    facts.update({HELD: [held_back(s, held_out, seed) for s in files], "held-out share": held_out})
    made = {}
    if previous is None:
        known = scene_texts() if new_pieces else []
        words = new_words(files, first, new_pieces, known) if new_pieces else []
        texts = known + [text for s in files for text in texts_of(s)] if words else []
        old, made = grow_tokenizer(folder, old_folder, words, texts)
        tokenizer = LlamaTokenizer(folder)
        if made:
            parameters = grown(parameters, old, tokenizer, made, {})
            say(f"{len(words)} words of the data have pieces of their own now: {', '.join(words[:12])}{' ...' if len(words) > 12 else ''}")
    else:
        tokenizer = first
        # A state of before these were written down does not say which pictures it learnt from.
        different = [key for key in ("lora", "data", "seed", "labels", HELD, "held-out share") if previous.get(key, facts[key]) != facts[key]]
        if different:
            raise BadData(path, None, f"was begun with other {' and '.join(different)}; take another --out, or the same settings to go on")
        if previous["done"]:
            say(f"{path} is finished; take another --out to train anew")
            return
    dims = ({**dims[0], "vocab_size": len(tokenizer)}, dims[1], dims[2])
    learner = Tuner(dims, tokenizer, len(facts["labels"]), lora)
    if previous is None:
        own = learner.state_dict()
        if any("lora_" in key and key not in own for key in parameters):
            raise BadData(init, None, "holds adapters; begin from the checkpoint that was exported from it, where they are part of the matrices")
        known = {key: value for key, value in parameters.items() if key in own and own[key].shape == value.shape}
        missing = [key for key in own if key.startswith("mglmm.") and key not in known and "lora_" not in key]
        if missing:
            raise BadData(init, None, f"does not fit the model: {missing[0]} is missing or has another shape")
        learner.load_state_dict({**own, **known})
    options = dict(out=out, end=end, seed=seed, rate=rate * (RATE_LORA if lora else RATE), validation=validation, validate_every=validate_every, save_every=save_every,
                   log_every=log_every, export_every=export_every or 1e9, export=export or os.path.join(out, "export"), freeze=freeze, warm_up=warm_up, step=0, images=images,
                   spent=0.0, masks=masks, flip=flip, augment=augment, held_out=held_out, facts=facts, steps=steps)
    card = lambda: card_of(name or "mglmm-tuned", base, files, SCENES in data)
    lesson = Tuning(options, learner, tokenizer, sources, card)
    options = {**options, "images": 0}  # learnt from so far
    run_lesson(PHASE, options, lesson, previous, workers, device)


def held_back(source, share, seed):
    """Which of a source's pictures are held back, in one word: where it is another one, what is measured on would have been learnt from."""
    return hashlib.sha256("\n".join(sorted({image for image, _ in source.split(share, seed)[1]})).encode()).hexdigest()


def texts_of(source, most=3000):
    """Lines of text of a source, for the order in which its words are put together."""
    out = []
    for picture in source.pictures:
        for asked in source.asked(picture):
            out += [text for t in asked.turns for text in (t.instruction, t.answer.replace("<p>", "").replace("</p>", "").replace("[SEG]", ""))]
        if len(out) > most:
            break
    return out


def scene_texts():
    from segcap.vocabulary import corpus
    return corpus(100)
