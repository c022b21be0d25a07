"""The training loop: worker processes over one shared flat buffer of parameters, scheduled by the clock."""
import contextlib
import ctypes
import json
import math
import os
import random
import time
from multiprocessing.connection import wait as wait_for

import torch
import torch.multiprocessing as mp
from torch.nn import functional as F

from scenes.things import KINDS

from .checkpoint import checkpoint_state, preprocessor_config, write_checkpoint
from .configuration import sidecar, sizes
from .data import Batch, Encoder, Picture
from .learning import PHASES, Learner, iou
from .model import initialise
from .products import bfloat16_is_fast, use_bfloat16
from .tokenizer import LlamaTokenizer

WARM_UP, DECAY_FROM, LAST_RATE = 40, 0.15, 0.02
SMALL_SIDES = (160, 192, 224)  # of pictures that are only looked at
BETAS, EPSILON, DECAY, CLIP = (0.9, 0.98), 1e-8, 0.05, 1.0


class Flat:
    """All parameters of a module as views of one flat tensor, and their gradients as views of another."""

    def __init__(self, module, shared):
        parameters = list(module.named_parameters())
        total = sum(p.numel() for _, p in parameters)
        self.data = torch.empty(total, device=parameters[0][1].device)
        if shared:
            self.data.share_memory_()
        self.spans, start = {}, 0
        with torch.no_grad():
            for name, p in parameters:
                end = start + p.numel()
                self.data[start:end].copy_(p.reshape(-1))
                p.data = self.data[start:end].view_as(p)
                self.spans[name] = (start, end)
                start = end

    def attach_gradients(self, module, gradients):
        for name, p in module.named_parameters():
            start, end = self.spans[name]
            p.grad = gradients[start:end].view_as(p)


def trained_and_decayed(module, flat, trains, freeze):
    """For every number of the flat buffer: whether it is trained, and its weight decay."""
    trained, decayed = torch.zeros_like(flat.data), torch.zeros_like(flat.data)
    for name, p in module.named_parameters():
        start, end = flat.spans[name]
        if name.startswith(trains) and not name.startswith(tuple(freeze)):
            trained[start:end] = 1
            decayed[start:end] = DECAY if p.dim() > 1 and "embed" not in name and "rel_pos" not in name else 0
        else:
            p.requires_grad_(False)
    return trained, decayed


@torch.no_grad()
def update(p, g, moments, trained, decayed, rate, step, norm=None):
    """One step of AdamW on a stretch of the flat buffer, its gradient clipped by the norm of all of it; gives that norm. What is no number is skipped."""
    norm = g.norm() if norm is None else torch.as_tensor(norm)
    finite = torch.isfinite(norm)
    g = torch.where(finite, g * (CLIP / norm.clamp(min=CLIP)).to(g.dtype), torch.zeros_like(g))
    m, v = moments
    m.mul_(BETAS[0]).add_(g, alpha=1 - BETAS[0])
    v.mul_(BETAS[1]).addcmul_(g, g, value=1 - BETAS[1])
    t = step + 1
    change = m / (1 - BETAS[0] ** t) / ((v / (1 - BETAS[1] ** t)).sqrt_().add_(EPSILON))
    p.sub_(rate * (change * trained + decayed * p) * finite)
    return norm


def rate_at(base, step, progress, warm_up=WARM_UP):
    rate = base * min(1.0, (step + 1) / warm_up)
    if progress > DECAY_FROM:
        rate *= max(LAST_RATE, 1 - (1 - LAST_RATE) * (progress - DECAY_FROM) / (1 - DECAY_FROM))
    return rate


class Log:
    def __init__(self, path):
        self.path = path

    def write(self, **values):
        with open(self.path, "a", encoding="utf-8") as file:
            file.write(json.dumps({k: round(v, 5) if isinstance(v, float) else v for k, v in values.items()}) + "\n")


@torch.no_grad()
def validate(learner, encoder, phase, pictures):
    """Teacher-forced numbers on pictures that are never trained on; language also with the pictures shuffled."""
    settings = PHASES[phase]
    sums, counts = {}, {}

    def add(name, values):
        sums[name] = sums.get(name, 0.0) + float(sum(values))
        counts[name] = counts.get(name, 0) + len(values)

    for i in range(0, len(pictures), 8):
        chunk = pictures[i:i + 8]
        for j, p in enumerate(chunk):
            p.rng = random.Random(i + j)
        asked = settings["batch"] if phase not in ("joint", "spoken") else dict(masks=14)
        batch = Batch(chunk, encoder if settings["encoder"] else None, **asked).to(learner.colour_ids.device)
        m = learner.mglmm
        states = None
        if phase in ("vision", "language", "joint", "spoken"):
            features = m.vision_tower(batch.clip)
            add("global", [learner.heads.global_loss(features, batch.dense_global).item()])
            seen = (batch.object_where[:, None] @ features[batch.object_of])[:, 0]
            add("sees kind", (learner.heads.from_object(seen)[:, :len(KINDS)].argmax(-1) == batch.object_kind).float().tolist())
            tokens = m.model.mm_projector(features)
            add("words", [learner.word_loss(tokens, batch.dense_global).item()])
        if phase in ("language", "joint", "spoken"):
            for name, shown in (("", tokens), ("shuffled ", tokens.roll(1, 0))):
                found = learner.states(batch, encoder, shown)
                states = found if name == "" else states
                logits = found[batch.at] @ m.lm_head.weight.t()
                add(name + "text", [torch.nn.functional.cross_entropy(logits, batch.labels).item()])
                for kind in ("kind", "colour"):
                    chosen = [(at, truth) for at, truth, k in batch.pairs if k == kind]
                    if chosen:
                        answers = found[torch.tensor([at for at, _ in chosen])] @ m.lm_head.weight[[encoder.yes, encoder.no]].t()
                        add(f"{name}pairs {kind}", ((answers[:, 0] > answers[:, 1]).cpu() == torch.tensor([t for _, t in chosen])).float().tolist())
        if phase in ("masks", "joint", "spoken"):
            s = m.model.segment_encoder
            image = s.image_encoder(batch.sam)[batch.owner]
            prompts = learner.heads.concepts(batch.concepts, batch.points, s.prompt_encoder.pe_layer) if phase == "masks" else m.seg_prompts(states[batch.seg_at])
            values = iou(s.decode(image, prompts), batch.coverage).tolist()
            add("iou", values)
            for task in sorted(set(batch.tasks)):
                add("iou " + task, [v for v, t in zip(values, batch.tasks) if t == task])
    return {k: sums[k] / counts[k] for k in sums}


def save(path, learner, moments, facts):
    state = {"parameters": {k: v.detach().cpu().clone() for k, v in learner.state_dict().items()}, "moments": [m.cpu().clone() for m in moments], **facts}
    torch.save(state, path + ".part")
    os.replace(path + ".part", path)


def fitted(value, shape):
    """A learnt table of positions, interpolated to another resolution; None where the shapes tell of something else."""
    if value.shape == shape:
        return value
    if value.dim() == 4 and value.shape[0] == 1 and value.shape[3] == shape[3]:  # [1, rows, columns, width]
        return F.interpolate(value.permute(0, 3, 1, 2), shape[1:3], mode="bicubic", align_corners=False).permute(0, 2, 3, 1)
    if value.dim() == 2 and value.shape[1] == shape[1]:
        old, new = round((value.shape[0] - 1) ** 0.5), round((shape[0] - 1) ** 0.5)
        if old * old + 1 == value.shape[0] and new * new + 1 == shape[0]:  # the class token, then a grid
            grid = F.interpolate(value[1:].t().reshape(1, -1, old, old), (new, new), mode="bicubic", align_corners=False)
            return torch.cat((value[:1], grid.flatten(2)[0].t()))
        return F.interpolate(value.t()[None], shape[0], mode="linear", align_corners=True)[0].t()  # relative positions
    return None


def deepened(parameters, layers):
    """A state whose decoder is shallower, grown to `layers`: layers repeated at even distances, which add nothing until they are trained."""
    prefix = "mglmm.model.layers."
    old = 1 + max(int(name[len(prefix):].split(".")[0]) for name in parameters if name.startswith(prefix))
    if old >= layers:
        return parameters
    out = {name: value for name, value in parameters.items() if not name.startswith(prefix)}
    sources = [((i + 1) * old - 1) // layers for i in range(layers)]
    for i, source in enumerate(sources):
        before = f"{prefix}{source}."
        for name, value in parameters.items():
            if name.startswith(before):
                silent = source in sources[:i] and name.endswith(("o_proj.weight", "down_proj.weight"))
                out[f"{prefix}{i}.{name[len(before):]}"] = torch.zeros_like(value) if silent else value
    return out


def load_parameters(learner, states):
    """Merges finished phases: each brings what it trained; what no phase trained comes from the first."""
    merged = dict(learner.state_dict())
    for i, state in enumerate(states):
        trains = PHASES[state["phase"]]["trains"]
        for name, value in deepened(state["parameters"], learner.mglmm.llm["num_hidden_layers"]).items():
            if name in merged and (i == 0 or name.startswith(trains)):
                value = fitted(value, merged[name].shape) if "pos" in name else value
                if value is not None and merged[name].shape == value.shape:
                    merged[name] = value
    # The positional matrix is a buffer: take it from the phase that trained the masks.
    for state in states:
        if state["phase"] == "masks":
            for name, value in state["parameters"].items():
                if "gaussian_matrix" in name:
                    merged[name] = value
    learner.load_state_dict(merged)


def keep_memory():
    """Freed memory stays with the process (glibc): steps are short, and having pages mapped anew costs a tenth of one."""
    with contextlib.suppress(AttributeError, OSError):
        allocator = ctypes.CDLL(None)
        for setting, value in ((-4, 0), (-1, 2 ** 31 - 1), (-2, 2 ** 27)):  # M_MMAP_MAX, M_TRIM_THRESHOLD, M_TOP_PAD
            allocator.mallopt(setting, value)


def asked_of(settings, learner):
    """What the batches of a phase hold."""
    asked = settings["batch"] if learner.drawn or settings.get("asked") else {**settings["batch"], "masks": 16, "queries": 0}
    return {**asked, "grounded": settings["with masks"]} if "with masks" in settings else asked


def pictures_of(settings, rng, dims, preprocessor, side):
    """The pictures of one step."""
    with_masks = settings.get("with masks", settings["images"])
    return [Picture(rng.randrange(1_000_000), rng, dims, preprocessor, long_side=side and rng.choice(side), grounded=settings.get("grounded", True) and i < with_masks)
            for i in range(settings["images"])]


def looked_at(settings, rng, dims, preprocessor):
    """A batch of pictures that are only looked at, beside a step's own; None where there are none."""
    return Batch([Picture(rng.randrange(1_000_000), rng, dims, preprocessor, long_side=rng.choice(SMALL_SIDES), grounded=False) for _ in range(settings["extra"])],
                 grounded=0) if settings.get("extra") else None


def learn(learner, phase, batch, more, encoder, progress):
    """The gradients of one step, and the numbers for its log."""
    loss, facts = getattr(learner, phase)(batch, encoder, progress)
    loss.backward()
    if more is not None:
        learner.vision(more, encoder, 1.0, progress)[0].mul(0.6).backward()
    return facts


class Lesson:
    """What a phase learns from, and what it is measured on: the drawn world. Fine-tuning has another (tuning.py)."""

    def __init__(self, phase, options, learner, tokenizer):
        self.phase, self.settings, self.learner, self.side, self.count = phase, {**PHASES[phase], **options["settings"]}, learner, options["long_side"], options["validation"]
        self.tokenizer, self.encoder = tokenizer, Encoder(tokenizer)
        self.dims = (learner.mglmm.llm, learner.mglmm.clip, learner.mglmm.sam)
        self.preprocessor, self.asked = preprocessor_config(self.dims[1]["image_size"]), asked_of(self.settings, learner)
        self.trains, self.saves_best = self.settings["trains"], phase in ("joint", "spoken")
        self.held = None

    def batches(self, rng, times=1):
        """What a step learns from, `times` times over the same pictures, as a list of batches each (None where there is none)."""
        pictures = pictures_of(self.settings, rng, self.dims, self.preprocessor, self.side)
        encoder = self.encoder if self.settings["encoder"] else None
        return [[Batch(pictures, encoder, **self.asked), looked_at(self.settings, rng, self.dims, self.preprocessor)] for _ in range(times)]

    def learn(self, batches, progress):
        """The gradients of one step, and the numbers for its log."""
        return learn(self.learner, self.phase, *batches, self.encoder, progress)

    def validate(self):
        """(score, numbers for the log)"""
        if self.held is None:
            self.held = [Picture(1_000_000 + i, random.Random(i), self.dims, self.preprocessor, augment=False, long_side=256) for i in range(self.count)]
        result = validate(self.learner, self.encoder, self.phase, self.held)
        return result.get("iou", 0.0) + 0.5 * (result.get("pairs kind", 0.0) + result.get("pairs colour", 0.0)), result

    def export(self, folder):
        write_checkpoint(self.learner.mglmm, os.path.join(self.tokenizer.folder, "tokenizer.model"), folder, sidecar())

    def finish(self, course):
        """What is left to do at the end, before the state is saved and exported."""


class Course:
    """How far a phase has come and what it leaves: the log, validations, states and exports."""

    def __init__(self, phase, options, lesson, moments):
        self.phase, self.options, self.lesson, self.settings, self.learner, self.moments = phase, options, lesson, lesson.settings, lesson.learner, moments
        self.step, self.images, self.best = options["step"], options["images"], options.get("best", -1.0)
        self.log = Log(os.path.join(options["out"], f"{phase}.jsonl"))
        self.begun = self.last_save = self.last_validation = self.last_export = time.time()
        self._open_window()

    def _open_window(self):
        self.drawn, self.window_begun, self.numbers, self.waited = 0, time.time(), {}, 0.0

    @property
    def spent(self):
        return self.options["spent"] + time.time() - self.begun

    @property
    def progress(self):
        """The share of the way, by the clock; by the steps where their number is given."""
        if self.options.get("steps"):
            return self.step / self.options["steps"]
        whole = self.options["spent"] + self.options["end"] - self.begun
        return self.spent / whole if self.options["end"] > self.begun else 1.0

    def rate(self, progress):
        return rate_at(self.settings["rate"] * self.options["rate"], self.step, progress, self.options["warm_up"])

    def learned(self, images, facts, progress, rate, waited=0.0):
        """One more step, of so many pictures, `waited` seconds of which were spent on waiting for them."""
        self.step, self.images, self.drawn, self.waited = self.step + 1, self.images + images, self.drawn + images, self.waited + waited
        for name, value in facts.items():
            total, count = self.numbers.get(name, (0.0, 0))
            self.numbers[name] = total + value, count + 1
        seconds = time.time() - self.window_begun
        if seconds > self.options["log_every"]:
            self.log.write(time=self.spent, step=self.step, images=self.images, progress=progress, rate=rate, speed=self.drawn / seconds,
                           **({"waited": self.waited / seconds} if self.waited else {}), **{name: float(total) / count for name, (total, count) in self.numbers.items()})
            self._open_window()

    def keep(self):
        """Validates, saves and exports, each when its time has come."""
        now, folder = time.time(), self.options["out"]
        if now - self.last_validation > self.options["validate_every"] or self.progress >= 1:
            self.last_validation = now
            score, result = self.lesson.validate()
            self.log.write(validation=True, time=self.spent, step=self.step, images=self.images, progress=self.progress, score=score, **result)
            if self.lesson.saves_best and score > self.best:
                self.best = score
                save(os.path.join(folder, "best.pt"), self.learner, [], {"phase": self.phase, "step": self.step, "images": self.images, "validation": result})
            self._open_window()
        if now - self.last_save > self.options["save_every"]:
            self.last_save = now
            self._save(False)
        if self.options["export_every"] and now - self.last_export > self.options["export_every"]:
            self.last_export = now
            self._export()

    def finish(self):
        self._save(True)
        self.lesson.finish(self)
        if self.options["export_every"]:
            self._export()

    def _save(self, done):
        save(os.path.join(self.options["out"], f"{self.phase}.pt"), self.learner, self.moments,
             {"phase": self.phase, "step": self.step, "images": self.images, "spent": self.spent, "done": done, "best": self.best, **self.options.get("facts", {})})

    def _export(self):
        self.lesson.export(self.options["export"])


def work(rank, workers, phase, options, lesson, flat, gradients, moments, norms, clock, barrier):
    torch.set_num_threads(1)
    keep_memory()
    use_bfloat16(options["bfloat16"])
    learner = lesson.learner
    flat.attach_gradients(learner, gradients[rank])
    total = flat.data.numel()
    low, high = rank * total // workers, (rank + 1) * total // workers
    trained, decayed = trained_and_decayed(learner, flat, lesson.trains, options["freeze"])
    trained, decayed = trained[low:high].clone(), decayed[low:high].clone()
    course = Course(phase, options, lesson, moments)
    rng = random.Random((options["seed"] * 1000 + course.step) * 16 + rank)
    step = course.step

    def wait():
        if workers > 1:
            barrier.wait(timeout=900)

    while True:
        if rank == 0:
            clock[0] = course.progress
            clock[1] = course.rate(float(clock[0]))
        wait()
        progress, rate = float(clock[0]), float(clock[1])
        if progress >= 1:
            break
        batches = lesson.batches(rng)[0]
        gradients[rank].zero_()
        facts = lesson.learn(batches, progress)
        wait()
        with torch.no_grad():
            g = gradients[0][low:high].clone()
            for other in range(1, workers):
                g += gradients[other][low:high]
            g /= workers
            g *= trained
            norms[rank] = float(g.pow(2).sum())
            wait()
            norm = math.sqrt(float(norms[:workers].sum()))
            if math.isfinite(norm):
                update(flat.data[low:high], g, [m[low:high] for m in moments], trained, decayed, rate, step, norm)
        step += 1
        if rank == 0:
            course.learned(lesson.settings["images"] * workers, {**facts, "norm": norm}, progress, rate)
        wait()
        if rank == 0:
            course.keep()
        wait()
    if rank == 0:
        course.finish()


def run_phase(phase, out, tokenizer_folder, init, end, workers=1, seed=1, rate=1.0, validation=24, validate_every=400, save_every=150, log_every=20,
              export_every=0, export=None, long_side=None, freeze=(), settings=None, device=None, warm_up=WARM_UP, steps=None):
    """Trains one phase until the clock says `end` (seconds since the epoch), or for so many `steps`. Goes on from <out>/<phase>.pt where that exists. `init` are states of
    finished phases, or the folder of an exported checkpoint; `settings` replace some of the phase's own. With a device (a GPU), it learns and
    `workers` processes draw for it; without one, every worker learns."""
    torch.set_num_threads(1)
    os.makedirs(out, exist_ok=True)
    tokenizer = LlamaTokenizer(tokenizer_folder)
    states = [checkpoint_state(path) if os.path.isdir(path) else torch.load(path) for path in init]
    # Where a model that already answers goes on, words steer its masks: they are not drawn back to a teacher that has to be learnt anew.
    learner = Learner(sizes(tokenizer.pieces.get_piece_size()), tokenizer, drawn=not any(s.get("exported") or s["phase"] in ("joint", "spoken") for s in states))
    initialise(learner.mglmm, seed)
    if states:
        load_parameters(learner, states)
    options = dict(out=out, end=end, seed=seed, rate=rate, validation=validation, validate_every=validate_every, save_every=save_every, log_every=log_every,
                   export_every=export_every, export=export, long_side=long_side, freeze=freeze,
                   settings=settings or {}, warm_up=warm_up, steps=steps, step=0, images=0, spent=0.0)
    previous = None
    path = os.path.join(out, f"{phase}.pt")
    if os.path.exists(path):
        previous = torch.load(path)
        if previous["done"]:
            return
    run_lesson(phase, options, Lesson(phase, options, learner, tokenizer), previous, workers, device)


def run_lesson(phase, options, lesson, previous, workers, device):
    """Learns until the clock says so, on from the state `previous` where there is one: workers on the CPU, or a device for which they draw."""
    learner = lesson.learner
    if previous:
        learner.load_state_dict(previous["parameters"])
        options.update(step=previous["step"], images=previous["images"], spent=previous["spent"], best=previous["best"])
    total = sum(p.numel() for p in learner.parameters())
    make = lambda n: torch.zeros(n).share_memory_()
    moments = [make(total), make(total)]
    if device is not None:
        from .device import run
        run(phase, options, lesson, previous["moments"] if previous and previous["moments"] else moments, torch.device(device), workers)
        return
    options["bfloat16"] = bfloat16_is_fast()
    flat = Flat(learner, workers > 1)
    if previous:
        for m, old in zip(moments, previous["moments"]):
            m.copy_(old)
    gradients = [make(total) for _ in range(workers)]
    norms, clock = torch.zeros(workers, dtype=torch.float64).share_memory_(), torch.zeros(2, dtype=torch.float64).share_memory_()
    context = mp.get_context("fork")
    barrier = context.Barrier(workers) if workers > 1 else None
    arguments = (workers, phase, options, lesson, flat, gradients, moments, norms, clock, barrier)
    if workers == 1:
        try:
            work(0, *arguments)
        finally:
            use_bfloat16(False)
        return
    processes = [context.Process(target=work, args=(rank,) + arguments) for rank in range(workers)]
    for p in processes:
        p.start()
    watch(processes, phase)


def watch(processes, phase):
    """Waits for the workers. Where one fails the others, which would wait for it, are ended at once."""
    running = list(processes)
    while running:
        wait_for([p.sentinel for p in running])
        for p in [p for p in running if p.exitcode is not None]:
            running.remove(p)
            if p.exitcode:
                for q in running:
                    with contextlib.suppress(Exception):
                        q.terminate()
                raise SystemExit(f"a worker of phase {phase} ended with {p.exitcode}")
