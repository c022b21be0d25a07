"""What is trained beside the model, and the losses of the four phases."""
import torch
from torch import nn
from torch.nn import functional as F

from scenes.things import KINDS
from scenes.world import STUFF_NAMES

from segcap.spoken import MOST

from .data import CATEGORIES, CLASSES, COLOURS, PARTS
from .model import Mglmm
from .products import Linear, linear


LOOKING_HEADS = 2  # of every layer but the first, up to the last, because only there is known what has been said of which place
SETTLED = 0.06  # of the joint phase from an exported checkpoint; until then the heads beside the model are new
SMOOTHED = 0.1  # of every colour that is said goes to all eleven: no colour becomes impossible for a kind because it was never seen with it
MORE_FOR_PARTS = 0.7  # of the mask loss


class Concepts(nn.Module):
    """Mask prompts without words: the sum of what is said about a target, and where it is. A teacher for the [SEG] projection."""

    def __init__(self, dim):
        super().__init__()
        self.category = nn.Embedding(1 + len(CATEGORIES), dim)
        self.colour = nn.Embedding(1 + len(COLOURS), dim)
        self.part = nn.Embedding(1 + len(PARTS), dim)
        self.place = Linear(dim, dim)
        self.placed = nn.Embedding(2, dim)
        for e in (self.category, self.colour, self.part, self.placed):
            nn.init.normal_(e.weight, 0, 0.4)

    def forward(self, concepts, points, position_embedding):
        has = points[:, :1]
        x = self.category(concepts[:, 0]) + self.colour(concepts[:, 1]) + self.part(concepts[:, 2]) + self.placed(has[:, 0].long())
        return x + has * self.place(position_embedding.points(points[:, 1:]))


class Heads(nn.Module):
    """Dense labels on both encoders, and the words that a patch should be close to."""

    def __init__(self, llm, clip, sam):
        super().__init__()
        self.split = [CLASSES[k] for k in ("category", "part colour", "part")]
        self.from_global = Linear(clip["hidden_size"], sum(CLASSES.values()))
        self.from_object = Linear(clip["hidden_size"], len(CATEGORIES) + len(COLOURS))
        self.from_ground = Linear(sam["embed_dim"], 4 * sum(self.split))
        self.from_state = Linear(llm["hidden_size"], len(CATEGORIES) + len(COLOURS))
        self.from_rest = Linear(llm["hidden_size"], len(CATEGORIES) + len(COLOURS) + MOST + 1)
        self.concepts = Concepts(sam["prompt_dim"])
        self.scale = nn.Parameter(torch.tensor(16.0))
        # Background and colours are learnt soon; what makes a thing is not.
        weights = [2.0] * len(KINDS) + [0.5] * len(STUFF_NAMES) + [1.0] * (2 * len(COLOURS)) + [1.5] * len(PARTS)
        self.register_buffer("weights", torch.tensor(weights), persistent=False)

    def global_loss(self, features, labels):
        target = torch.cat([labels[k] for k in CLASSES], -1)
        logits = self.from_global(features)
        return (F.binary_cross_entropy_with_logits(logits, target, reduction="none") @ self.weights).mean() * 0.15

    def object_loss(self, features, batch):
        """Every thing counts the same, however small: what its patches together say of its kind and colour."""
        if not len(batch.object_of):
            return features.sum() * 0
        seen = (batch.object_where[:, None] @ features[batch.object_of])[:, 0]
        kind, colour = self.from_object(seen).split([len(CATEGORIES), len(COLOURS)], -1)
        return F.cross_entropy(kind, batch.object_kind) + F.cross_entropy(colour, batch.object_colour, ignore_index=-1, label_smoothing=SMOOTHED)

    def name_loss(self, states, named):
        """Before a phrase is said: the kind and, by itself, the colour of what it will name."""
        if not len(named):
            return states.sum() * 0
        kind, colour = self.from_state(states[named[:, 0]]).split([len(CATEGORIES), len(COLOURS)], -1)
        known = named[:, 2] >= 0
        of_colour = F.cross_entropy(colour[known], named[known, 2], label_smoothing=SMOOTHED) if known.any() else colour.sum() * 0
        return F.cross_entropy(kind, named[:, 1]) + of_colour

    def rest_loss(self, states, at, rest):
        """Before an answer and behind each of its masks: what is still to be said, as kinds, as colours and as a number."""
        if not len(at):
            return states.sum() * 0
        named, number = self.from_rest(states[at]).split([len(CATEGORIES) + len(COLOURS), MOST + 1], -1)
        which = F.binary_cross_entropy_with_logits(named, rest[:, :-1], reduction="none").sum(-1).mean()
        return 0.3 * which + F.cross_entropy(number, rest[:, -1].long())

    def ground_loss(self, features, labels):
        b, g = features.shape[0], features.shape[1]
        logits = self.from_ground(features).view(b, g, g, 2, 2, -1).transpose(2, 3).reshape(b * 4 * g * g, -1)
        loss = 0.0
        for name, part in zip(("category", "part colour", "part"), logits.split(self.split, -1)):
            target = labels[name].reshape(-1)
            keep = target >= 0
            loss = loss + F.cross_entropy(part[keep], target[keep])
        return loss


def word_table(tokenizer, width=4):
    """Token ids of every category, colour and part word, padded with -1."""
    rows = []
    for word in CATEGORIES + COLOURS + PARTS:
        ids = tokenizer.encode("a " + word, bos=False)[1:][:width]
        rows.append(ids + [-1] * (width - len(ids)))
    return torch.tensor(rows)


class Learner(nn.Module):
    def __init__(self, sizes, tokenizer, drawn=True):
        """`drawn` tells whether the joint phase first draws [SEG] prompts towards those by concept; not where words already steer the masks, from
        an exported checkpoint on: the teacher is not asked there, and the heads beside the model are learnt anew."""
        super().__init__()
        self.drawn = drawn
        self.mglmm = Mglmm(*sizes)
        self.heads = Heads(*sizes)
        self.register_buffer("words", word_table(tokenizer), persistent=False)
        self.register_buffer("colour_ids", torch.tensor([tokenizer.encode("a " + colour, bos=False)[-1] for colour in COLOURS]), persistent=False)

    def word_loss(self, projected, labels):
        """Patches close to the embeddings of the words for what they show."""
        table = self.mglmm.model.embed_tokens.weight
        keep = (self.words >= 0).float()[..., None]
        words = (table[self.words.clamp(min=0)] * keep).sum(1) / keep.sum(1)
        scores = self.heads.scale * F.normalize(projected, dim=-1) @ F.normalize(words, dim=-1).t()
        loss = 0.0
        for name, part in zip(("category", "part colour", "part"), scores.split([len(CATEGORIES), len(COLOURS), len(PARTS)], -1)):
            target = labels[name]
            total = target.sum(-1, keepdim=True)
            seen = total[..., 0] > 0
            loss = loss - ((target / total.clamp(min=1) * F.log_softmax(part, -1)).sum(-1) * seen).sum() / seen.sum().clamp(min=1)
        return loss

    def mask_loss(self, logits, batch):
        """Binary cross-entropy and Dice; parts count more: they are the smallest and hardest."""
        coverage, valid = batch.coverage, batch.valid[batch.owner]
        if batch.ignored is not None:
            valid, coverage = valid * (1 - batch.ignored), coverage * (1 - batch.ignored)
        weight = 1 + MORE_FOR_PARTS * (batch.concepts[:, 2] > 0)
        weight = weight / weight.sum()
        p = logits.sigmoid()
        area = valid.sum((1, 2)).clamp(min=1)
        bce = (F.binary_cross_entropy_with_logits(logits, coverage, reduction="none") * valid).sum((1, 2)) / area
        p = p * valid
        dice = 1 - (2 * (p * coverage).sum((1, 2)) + 1) / (p.sum((1, 2)) + coverage.sum((1, 2)) + 1)
        return ((2 * bce + 4 * dice) * weight).sum()

    def states(self, batch, encoder, image_tokens):
        """Final-norm states of the packed rows, [B * rows * length, hidden]."""
        m = self.mglmm
        n, d = image_tokens.shape[0], image_tokens.shape[-1]
        device = image_tokens.device
        prefix = torch.tensor([i if i >= 0 else 0 for i in encoder.prefix], device=device)
        before = m.model.embed_tokens(prefix[:encoder.image_at]).expand(n, -1, -1)
        after = m.model.embed_tokens(prefix[encoder.image_at + 1:]).expand(n, -1, -1)
        rows, length = batch.rows, batch.length
        x = torch.cat((before, image_tokens, after, m.model.embed_tokens(batch.ids).view(n, rows * length, d)), 1)
        p = x.shape[1] - rows * length
        positions = torch.cat((torch.arange(p, device=device).expand(n, -1), p + batch.positions.view(n, -1)), 1)
        same = batch.group[..., :, None] == batch.group[..., None, :]
        order = torch.ones(length, length, dtype=torch.bool, device=device).tril()
        mask = torch.zeros(same.shape, device=device).masked_fill_(~(same & order), float("-inf"))[:, None]
        first = encoder.image_at
        return m.packed(x, positions, p, rows, mask, (LOOKING_HEADS, first, first + image_tokens.shape[1]))[:, p:].reshape(n * rows * length, d)

    def language_loss(self, batch, states):
        logits = linear(states[batch.at], self.mglmm.lm_head.weight)
        loss = F.cross_entropy(logits, batch.labels, reduction="none")
        said = (batch.labels[:, None] == self.colour_ids).any(1)
        if said.any():
            chosen = logits[said]
            spread = chosen.logsumexp(-1) - chosen[:, self.colour_ids].mean(-1)
            loss = loss.masked_scatter(said, (1 - SMOOTHED) * loss[said] + SMOOTHED * spread)
        return (loss * batch.weights).sum() / batch.weights.sum()

    def look_loss(self, batch):
        """Some heads of all layers but the first are taught to look where the answer is, and how to find it."""
        loss, layers = 0.0, self.mglmm.model.layers[1:]
        for layer in layers:
            scores = layer.looked.transpose(1, 2).flatten(0, 1)[batch.look_at]
            loss = loss - (batch.where[:, None] * F.log_softmax(scores, -1)).sum(-1).mean()
        return loss / len(layers)

    # ------------------------- phases; each gives (loss, numbers for the log, which stay on the device until they are read)

    def masks(self, batch, encoder, progress):
        m = self.mglmm.model.segment_encoder
        features = m.image_encoder.features(batch.sam)
        dense = self.heads.ground_loss(features, batch.dense_ground)
        image = m.image_encoder.reduce(features)
        prompts = self.heads.concepts(batch.concepts, batch.points, m.prompt_encoder.pe_layer)
        logits = m.decode(image[batch.owner], prompts)
        loss = self.mask_loss(logits, batch)
        return loss + 0.5 * dense, {"mask": loss.detach(), "ground": dense.detach(), "iou": iou(logits, batch.coverage).mean().detach()}

    def vision(self, batch, encoder, progress, settling=1.0):
        features = self.mglmm.vision_tower(batch.clip)
        shown = self.settled(features, settling)
        dense = self.heads.global_loss(shown, batch.dense_global)
        words = self.word_loss(self.mglmm.model.mm_projector(features), batch.dense_global)
        objects = self.heads.object_loss(shown, batch)
        return dense + 0.4 * objects + (0.1 if progress < 0.4 else 0.3) * words, {"global": dense.detach(), "objects": objects.detach(), "words": words.detach()}

    def language(self, batch, encoder, progress):
        features = self.mglmm.vision_tower(batch.clip)
        dense = self.heads.global_loss(features, batch.dense_global)
        tokens = self.mglmm.model.mm_projector(features)
        words = self.word_loss(tokens, batch.dense_global)
        text = self.language_loss(batch, self.states(batch, encoder, tokens))
        look = self.look_loss(batch)
        objects = self.heads.object_loss(features, batch)
        return text + 0.8 * look + 0.5 * dense + 0.2 * objects + 0.1 * words, {"objects": objects.detach(), "text": text.detach(), "look": look.detach(),
                                                                               "global": dense.detach(), "words": words.detach()}

    def settled(self, x, progress):
        """What heads that are new see: their errors reach the model little by little, so that it is not moved before they know something."""
        share = 1.0 if self.drawn else min(1.0, progress / SETTLED)
        return x if share == 1.0 else share * x + (1 - share) * x.detach()

    def joint(self, batch, encoder, progress):
        features = self.mglmm.vision_tower(batch.clip)
        shown = self.settled(features, progress)
        dense = self.heads.global_loss(shown, batch.dense_global)
        tokens = self.mglmm.model.mm_projector(features)
        words = self.word_loss(tokens, batch.dense_global)
        states = self.states(batch, encoder, tokens)
        text = self.language_loss(batch, states)
        look = self.look_loss(batch)
        names = self.heads.name_loss(self.settled(states, progress), batch.named)
        m = self.mglmm.model.segment_encoder
        ground = m.image_encoder.features(batch.sam)
        dense_ground = self.heads.ground_loss(self.settled(ground, progress), batch.dense_ground)
        # Masks by words, drawn towards the prompt that their concept would give; then some by concept alone, which keeps that teacher true.
        prompts, said = self.mglmm.seg_prompts(states[batch.seg_at]), len(batch.seg_at)
        teacher = self.heads.concepts(batch.concepts, batch.points, m.prompt_encoder.pe_layer)
        distil = (prompts - teacher[:said].detach()).pow(2).mean() / teacher[:said].detach().pow(2).mean()
        logits = m.decode(m.image_encoder.reduce(ground)[batch.owner], torch.cat((prompts, teacher[said:])))
        mask = self.mask_loss(logits, batch)
        share = max(0.1, 1 - progress / 0.4) if self.drawn else 0.0
        objects = self.heads.object_loss(shown, batch)
        # Words that are learnt anew move the states that steer masks as well: there the masks must hold on more firmly.
        loss = text + 0.8 * look + (0.5 if self.drawn else 1.0) * mask + 0.25 * dense_ground + 0.4 * dense
        loss = loss + 0.2 * objects + 0.1 * words + 0.1 * names + 2 * share * distil
        return loss, {"objects": objects.detach(), "text": text.detach(), "look": look.detach(), "mask": mask.detach(), "global": dense.detach(), "words": words.detach(),
                      "names": names.detach(), "ground": dense_ground.detach(),
                      "distil": distil.detach(), "iou": iou(logits[:said], batch.coverage[:said]).mean().detach(),
                      **({"iou query": iou(logits[said:], batch.coverage[said:]).mean().detach()} if len(logits) > said else {})}


    def spoken(self, batch, encoder, progress):
        """What people say: the decoder alone learns, with the encoders and the mask decoder as they are."""
        m = self.mglmm.model.segment_encoder
        with torch.no_grad():
            tokens = self.mglmm.model.mm_projector(self.mglmm.vision_tower(batch.clip))
            image = m.image_encoder(batch.sam)
        states = self.states(batch, encoder, tokens)
        text, look = self.language_loss(batch, states), self.look_loss(batch)
        known = self.settled(states, progress)
        names, rest = self.heads.name_loss(known, batch.named), self.heads.rest_loss(known, batch.rest_at, batch.rest)
        logits = m.decode(image[batch.owner], self.mglmm.seg_prompts(states[batch.seg_at]))
        mask = self.mask_loss(logits, batch)
        return text + 0.8 * look + 0.7 * mask + 0.1 * names + 0.2 * rest, {"text": text.detach(), "look": look.detach(), "mask": mask.detach(), "names": names.detach(), "rest": rest.detach(),
                                                             "iou": iou(logits, batch.coverage).mean().detach()}


def iou(logits, coverage):
    a, b = logits > 0, coverage > 0.5
    return (a & b).sum((1, 2)).float() / (a | b).sum((1, 2)).clamp(min=1)


#: What each phase trains, by name prefix, and what its batches hold; `extra` pictures are only looked at by the global encoder.
PHASES = {
    "masks": {"trains": ("mglmm.model.segment_encoder", "heads.from_ground", "heads.concepts"), "rate": 1e-3,
              "batch": dict(queries=12), "images": 4, "encoder": False},
    "vision": {"trains": ("mglmm.vision_tower", "mglmm.model.mm_projector", "mglmm.model.embed_tokens", "heads.from_global", "heads.from_object",
                          "heads.scale"), "rate": 2e-3,
               "batch": dict(grounded=0), "images": 8, "encoder": False, "grounded": False},
    "language": {"trains": ("mglmm.vision_tower", "mglmm.model.mm_projector", "mglmm.model.embed_tokens", "mglmm.model.layers", "mglmm.model.norm",
                            "mglmm.lm_head", "heads.from_global", "heads.from_object", "heads.scale"), "rate": 1e-3, "batch": {}, "images": 4, "extra": 12,
                            "encoder": True},
    "joint": {"trains": ("mglmm", "heads.from_global", "heads.from_object", "heads.from_ground", "heads.from_state", "heads.concepts", "heads.scale"),
              "rate": 1e-3, "batch": dict(masks=9, queries=4), "images": 4, "extra": 4, "encoder": True},
    "spoken": {"trains": ("mglmm.model.embed_tokens", "mglmm.model.layers", "mglmm.model.norm", "mglmm.lm_head", "mglmm.model.text_hidden_fcs",
                          "heads.from_state", "heads.from_rest"), "rate": 7e-4,
               "batch": dict(masks=6, dense=False, talked=0.45), "asked": True, "images": 4, "encoder": True},
}
