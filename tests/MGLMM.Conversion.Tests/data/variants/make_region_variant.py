#!/usr/bin/env python3
"""Makes a small GLaMM checkpoint with a region encoder of other sizes than the oracle's, and what PyTorch computes with it.

    python3 make_region_variant.py --oracle ../../../MGLMM.Runtime.Tests/data/oracle --glamm-oracle ../../../MGLMM.Runtime.Tests/data/oracle-glamm

The region encoder below is written from its description (section 4 of the GLaMM oracle's page) and is first held against the numbers that GLaMM's own code gave
there; RoIAlign is written out sample by sample. Weights are random.
"""
import argparse
import json
import os

import numpy as np
import torch
from PIL import Image
from torch import nn
from torch.nn import functional as F

from make_variants import HERE, OVERVIEW, conversation, random_model, save, to_bf16
from mglmm.checkpoint import CLIP_MEAN, CLIP_STD, read_checkpoint, read_json, write_json
from mglmm.pipeline import Pipeline, prompt
from mglmm.preprocess import clip_pixels
from mglmm.tokenizer import IMAGE_ID, LlamaTokenizer
from segcap import rle

NAME = "glamm-regions"
BINS, GROUPS, SCALE, STRIDE = 14, 64, 224, 14

# <im_start>, <im_end> and <bbox> of the tokenizer that is used; the model must not write them.
IMAGE_START = 600


def resize(x, side):
    return F.interpolate(x, size=(side, side), mode="bilinear", align_corners=True)


class Fused(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.gn = nn.GroupNorm(GROUPS, channels)

    def forward(self, x):
        return F.relu(self.gn(self.conv(x)))


class Fusion(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.input_conv = nn.ModuleList(nn.Conv2d(channels + 2, channels, 1) for _ in range(4))
        self.fuse_convs = nn.ModuleList(Fused(channels) for _ in range(5))

    def forward(self, levels):
        grid = levels[0].shape[-1]
        maps = []
        for i, x in enumerate(levels):
            side = grid * 2 ** (3 - i)
            line = torch.linspace(-1, 1, side)
            where = torch.stack((line[None].expand(side, side), line[:, None].expand(side, side)))[None]
            maps.append(self.input_conv[i](torch.cat((resize(x, side), where), 1)))
        q = maps[0].shape[1] // 4
        for fuse in self.fuse_convs:
            mixed = []
            for i, x in enumerate(maps):
                coarser, finer = maps[min(i + 1, 3)], maps[max(i - 1, 0)]
                side = x.shape[-1]
                mixed.append(torch.cat((x[:, :2 * q], resize(coarser[:, 3 * q:], side), resize(finer[:, 2 * q:3 * q], side)), 1))
            maps = [fuse(x) for x in mixed]
        return maps


def sample(x, ys, xs):
    """Bilinear values of x [C, S, S] at rows ys and columns xs; nothing beyond one cell outside."""
    side = x.shape[-1]

    def corners(at):
        inside = ((at >= -1) & (at <= side)).float()
        at = at.clamp(min=0)
        low = at.floor().long().clamp(max=side - 1)
        high = (low + 1).clamp(max=side - 1)
        share = torch.where(low == side - 1, torch.zeros_like(at), at - low)
        return inside, low, high, share

    yi, y0, y1, fy = corners(ys)
    xi, x0, x1, fx = corners(xs)
    top = x[:, y0][:, :, x0] * (1 - fx) + x[:, y0][:, :, x1] * fx
    bottom = x[:, y1][:, :, x0] * (1 - fx) + x[:, y1][:, :, x1] * fx
    return (top * (1 - fy)[:, None] + bottom * fy[:, None]) * yi[:, None] * xi


def pool(x, box, scale):
    """RoIAlign of one box: 14 x 14 bins of 2 x 2 samples, aligned."""
    start = box[:2] * scale - 0.5
    size = (box[2:] * scale - 0.5 - start) / BINS
    steps = (torch.arange(2 * BINS) + 0.5) / 2
    values = sample(x[0], start[1] + steps * size[1], start[0] + steps * size[0])
    return F.avg_pool2d(values[None], 2)[0]


class Regions(nn.Module):
    def __init__(self, channels, query, hidden, out):
        super().__init__()
        self.pconvs = nn.ModuleList(nn.Conv2d(channels, channels, 3, padding=1) for _ in range(4))
        self.pos_embedd = nn.Sequential(nn.Linear(4, hidden), nn.ReLU(), nn.LayerNorm(hidden), nn.Linear(hidden, query), nn.ReLU(), nn.LayerNorm(query))
        self.updims = nn.Linear(query, out)
        self.flatten_linear = nn.Linear(channels * BINS * BINS, query)

    def forward(self, maps, boxes):
        patch = 0
        for i, x in enumerate(maps):
            patch = patch + self.pconvs[i](torch.stack([pool(x, b * SCALE, 2 ** (3 - i) / STRIDE) for b in boxes]))
        return self.updims(self.flatten_linear(F.relu(patch).flatten(1)) + self.pos_embedd(boxes))


class RegionEncoder(nn.Module):
    def __init__(self, channels, query, hidden, out):
        super().__init__()
        self.mlvl_fuse = Fusion(channels)
        self.roi_align = Regions(channels, query, hidden, out)

    def forward(self, states, boxes):
        """Hidden states of the tower, 0 being what goes into its first layer; boxes [n, 4] as shares of the picture."""
        last = len(states) - 2
        grid = round((states[0].shape[1] - 1) ** 0.5)
        levels = [states[i][:, 1:].transpose(1, 2).unflatten(2, (grid, grid)) for i in range(last - 9, last + 1, 3)]
        return self.roi_align(self.mlvl_fuse(levels), boxes)


def hidden_states(tower, pixels):
    m = tower.vision_model
    states = [m.pre_layrnorm(m.embeddings(pixels))]
    for layer in m.encoder.layers:
        states.append(layer(states[-1]))
    return states


def normalised(boxes, size):
    scale = np.array([size[0], size[1], size[0], size[1]], np.float64)
    return torch.from_numpy(np.array(boxes, np.float64).reshape(-1, 4) / scale).half().float()


@torch.no_grad()
def features(model, encoder, preprocessor, image, boxes):
    return encoder(hidden_states(model.vision_tower, clip_pixels(image, preprocessor)[None]), normalised(boxes, image.size))


@torch.no_grad()
def ask(pipeline, seen, text, rows, limit=14):
    """Greedy, the whole sequence again at every token; also the smallest margin of a step."""
    model, tokens = pipeline.model, pipeline.tokenizer
    prompt_ids = tokens.encode_with_image(text)
    at = prompt_ids.index(IMAGE_ID)
    embed = model.model.embed_tokens
    x = embed(torch.tensor([[max(i, 0) for i in prompt_ids]]))
    marks = [k for k, i in enumerate(prompt_ids) if i == tokens.added["<bbox>"]]
    if len(rows):
        for n, k in enumerate(marks):
            x[0, k] = rows[0 if len(rows) == 1 else n]
    x = torch.cat((x[:, :at], seen[0], x[:, at + 1:]), 1)
    ids, kept, margin = [], [], np.inf
    while True:
        last = model.cached(x, 0, [[] for _ in model.model.layers])[0, -1]
        logits = model.lm_head.weight @ last
        best = logits.topk(2).values
        margin = min(margin, float(best[0] - best[1]))
        token = int(logits.argmax())
        ids.append(token)
        if token == tokens.added["[SEG]"]:
            kept.append(last)
        if token == 2 or len(ids) == limit:
            break
        x = torch.cat((x, embed(torch.tensor([[token]]))), 1)
    logits = pipeline.masks(seen, torch.stack(kept) if kept else torch.zeros(0, x.shape[-1]))
    whole = tokens.decode([i for i in prompt_ids if i != IMAGE_ID] + ids).replace("\n", "").replace("  ", " ")
    return ids, whole.split("ASSISTANT: ")[-1], logits, margin


def load_region(state, out):
    prefix = "model.region_encoder."
    part = {k[len(prefix):]: v.float() for k, v in state.items() if k.startswith(prefix)}
    query, wide = part["roi_align.flatten_linear.weight"].shape
    encoder = RegionEncoder(wide // BINS ** 2, query, part["roi_align.pos_embedd.0.weight"].shape[0], out)
    encoder.load_state_dict(part)
    return encoder.eval()


def check_reference(oracle):
    """This file must give GLaMM's own numbers before its word counts."""
    main, tower = os.path.join(oracle, "glamm-tiny"), os.path.join(oracle, "clip-vit-tiny-patch14-252")
    state = torch.load(os.path.join(main, "pytorch_model.bin"), map_location="cpu")
    encoder = load_region(state, read_json(os.path.join(main, "config.json"))["hidden_size"])
    seen = torch.load(os.path.join(tower, "pytorch_model.bin"), map_location="cpu")
    from mglmm.clip import ClipVision
    vision = read_json(os.path.join(tower, "config.json"))["vision_config"]
    clip = ClipVision(vision)
    clip.load_state_dict({k: v.float() if v.is_floating_point() else v for k, v in seen.items() if k.startswith("vision_model.")})
    clip.eval()
    preprocessor = read_json(os.path.join(tower, "preprocessor_config.json"))
    worst = 0
    with open(os.path.join(oracle, "golden", "region_probe.json"), encoding="utf-8") as file:
        probe = json.load(file)
    for entry in probe.values():
        if "box" in entry and "features" in entry:
            image = Image.open(os.path.join(oracle, "images", entry["image"])).convert("RGB")
            with torch.no_grad():
                row = encoder(hidden_states(clip, clip_pixels(image, preprocessor)[None]), normalised([entry["box"]], image.size))
            worst = max(worst, np.abs(row[0].numpy() - np.array(entry["features"])).max())
    assert worst < 2e-3, worst
    print("against GLaMM's own numbers:", worst)


def convincing(cases):
    """Whether the answers depend on the boxes and no decision is close."""
    if cases is None:
        return False
    said = {case["name"]: case["turns"][-1]["ids"] for case in cases}
    return said["one"] != said["another"] and said["two"] != said["two_swapped"] and min(t["margin"] for case in cases for t in case["turns"]) > 0.02


def random_variant(seed):
    torch.manual_seed(seed)
    llm = {"hidden_size": 48, "num_hidden_layers": 3, "num_attention_heads": 3, "intermediate_size": 130, "rms_norm_eps": 1e-5,
           "vocab_size": 607, "max_position_embeddings": 512, "mm_hidden_size": 64, "out_dim": 32}
    clip = {"hidden_size": 64, "num_hidden_layers": 11, "num_attention_heads": 4, "intermediate_size": 72, "image_size": 70, "patch_size": 14, "layer_norm_eps": 1e-5}
    model = random_model(seed, 607, False, llm, clip)
    encoder = RegionEncoder(64, 20, 12, 48).eval()
    with torch.no_grad():
        for name, p in encoder.named_parameters():
            if p.ndim >= 2:
                p.normal_(0, 0.7 / p[0].numel() ** 0.5)
            else:
                p.normal_(1 if name.endswith("gn.weight") or name.endswith((".2.weight", ".5.weight")) and "pos_embedd" in name else 0, 0.1)
        # Features of the size of ordinary embeddings, and bigger.
        encoder.roi_align.updims.weight.mul_(3)
        encoder.roi_align.flatten_linear.weight.mul_(3)
        # Attention that looks at single tokens, and clear decisions: one box must be able to change the answer.
        for layer in model.model.layers:
            for part in (layer.self_attn.q_proj, layer.self_attn.k_proj, layer.self_attn.o_proj):
                part.weight.mul_(3)
        model.lm_head.weight.mul_(6)
        model.lm_head.weight[[IMAGE_START, IMAGE_START + 1, IMAGE_START + 2]] = 0
    to_bf16(model)
    to_bf16(encoder)
    return model, encoder


CASES = [
    ("one", "landscape_97x61.png", [("What is in <bbox> ?", [[12, 5, 60.5, 40]])]),
    ("another", "landscape_97x61.png", [("What is in <bbox> ?", [[50, 20, 97, 61]])]),
    ("two", "portrait_50x83.png", [("Compare <bbox> with <bbox> .", [[0, 0, 25, 30], [10.25, 40, 50, 83]])]),
    ("two_swapped", "portrait_50x83.png", [("Compare <bbox> with <bbox> .", [[10.25, 40, 50, 83], [0, 0, 25, 30]])]),
    ("outside", "portrait_50x83.png", [("What is in <bbox> ?", [[-20, -10, 30, 100]])]),
    ("far_outside", "portrait_50x83.png", [("What is in <bbox> ?", [[100, 120, 150, 160]])]),
    ("surplus", "square_163x163.png", [("What is in <bbox> ?", [[1, 2, 33, 44], [80, 90, 160, 150]])]),
    ("follow_up", "square_163x163.png", [("What is in <bbox> ?", [[1, 2, 33, 44]]), ("And in <bbox> ?", [[1, 2, 33, 44], [80, 90, 160, 150]])]),
    ("follow_up_without", "square_163x163.png", [("What is in <bbox> ?", [[1, 2, 33, 44]]), ("Can you segment the red barn in this image?", [])]),
]


def answers(model, encoder, tokenizer, oracle):
    preprocessor = {"size": 70, "crop_size": 70, "do_center_crop": True, "image_mean": CLIP_MEAN, "image_std": CLIP_STD}
    pipeline = Pipeline(model=model, tokenizer=tokenizer, preprocessor=preprocessor)
    pipeline.conversation = conversation(OVERVIEW)
    expected = []
    for name, picture, turns in CASES:
        image = Image.open(os.path.join(oracle, "images", picture)).convert("RGB")
        seen = pipeline.see(image)
        text, out = None, []
        for question, boxes in turns:
            text = prompt(question, (), pipeline.conversation) if text is None else f"{text}</s>USER: {question} ASSISTANT:"
            rows = features(model, encoder, preprocessor, image, boxes) if boxes else torch.zeros(0, 48)
            ids, answer, logits, margin = ask(pipeline, seen, text, rows)
            out.append({"question": question, "boxes": boxes, "prompt": text, "ids": ids, "text": answer, "margin": round(margin, 4),
                        "region_features": [[round(v, 5) for v in row] for row in rows.tolist()],
                        "masks": [rle.encode(m) for m in (logits > 0).numpy()], "pixels_below_2e-3": [int((np.abs(l) < 2e-3).sum()) for l in logits.numpy()]})
            if "USER" in answer:
                return None  # The first token does not begin a word: the official code then takes the whole prompt for the answer.
            text = f"{text} {answer}"
        expected.append({"name": name, "image": picture, "turns": out})
    return expected


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--oracle", required=True)
    parser.add_argument("--glamm-oracle", required=True)
    parser.add_argument("--seed", type=int, default=5)
    a = parser.parse_args()
    torch.set_num_threads(1)
    check_reference(a.glamm_oracle)
    tokenizer = LlamaTokenizer(os.path.join(a.oracle, "A", "mglmm-tiny-A"))
    for seed in range(a.seed, a.seed + 500):
        model, encoder = random_variant(seed)
        expected = answers(model, encoder, tokenizer, a.oracle)
        if convincing(expected):
            break
        print("seed", seed, "is not convincing")
    regions = {"model.region_encoder." + k: v for k, v in encoder.state_dict().items()}
    save(os.path.join(HERE, NAME), model, a.oracle, "model.grounding_encoder.", 1, OVERVIEW,
         {"seg_token_idx": None, "bbox_token_idx": 32002, "with_region": True}, regions)
    write_json(os.path.join(HERE, "expected-regions.json"), expected)
    for case in expected:
        print(case["name"], [(t["ids"], t["margin"], len(t["masks"])) for t in case["turns"]])


if __name__ == "__main__":
    main()
