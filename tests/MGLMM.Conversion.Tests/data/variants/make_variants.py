#!/usr/bin/env python3
"""Makes small checkpoints of other shapes and families than the oracle's, and what PyTorch computes with them.

    python3 make_variants.py --oracle ../../../MGLMM.Runtime.Tests/data/oracle

The arithmetic is that of src/MGLMM.Models.Scenes/training/mglmm, which is first held against the oracle's own numbers.
Weights are random but for a few rows of lm_head, set so that [SEG] and </s> are generated.
"""
import argparse
import collections
import json
import os
import shutil
import sys

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "../../../../src/MGLMM.Models.Scenes/training"))

import numpy as np
import torch
from PIL import Image

from mglmm.checkpoint import CLIP_MEAN, CLIP_STD, read_json, write_json
from mglmm.model import Mglmm
from mglmm.pipeline import Pipeline
from mglmm.tokenizer import LlamaTokenizer
from segcap import rle

SYSTEM = ("A chat between a curious human and an artificial intelligence assistant. The assistant gives helpful, detailed, and polite answers "
          "to the human's questions.")
OVERVIEW = "The <im_start><image><im_end> provides an overview of the picture.\n"


def conversation(sentence):
    return {"system": SYSTEM, "user_role": "USER", "assistant_role": "ASSISTANT", "separator": " ", "turn_end": "</s>", "image_sentence": sentence}


def check_reference(oracle):
    """The reference must reproduce the oracle before its word counts."""
    a = os.path.join(oracle, "A")
    pipeline = Pipeline(os.path.join(a, "mglmm-tiny-A"), os.path.join(a, "clip-vit-tiny-patch14-56"))
    pipeline.conversation = conversation(OVERVIEW)
    with open(os.path.join(a, "golden", "cases.json"), encoding="utf-8") as file:
        cases = json.load(file)["cases"]
    for name, case in cases.items():
        if case["follow_up"]:
            continue
        seen = pipeline.see(Image.open(os.path.join(oracle, "images", case["image"])))
        answer = pipeline.ask(seen, case["question"], max_new_tokens=case["max_new_tokens"])
        assert answer.ids == case["generated_ids"], name
        golden = np.load(os.path.join(a, "golden", name + ".npz"))
        if len(answer.logits):
            worst = np.abs(answer.logits.numpy() - golden["mask_logits"][:, :]).max()
            assert worst < 2e-3, (name, worst)


def random_model(seed, vocabulary, linear, llm=None, clip=None):
    torch.manual_seed(seed)
    llm = llm or {"hidden_size": 48, "num_hidden_layers": 3, "num_attention_heads": 3, "intermediate_size": 130, "rms_norm_eps": 1e-5,
           "vocab_size": vocabulary, "max_position_embeddings": 512, "mm_hidden_size": 40, "out_dim": 32}
    clip = clip or {"hidden_size": 40, "num_hidden_layers": 4, "num_attention_heads": 5, "intermediate_size": 104, "image_size": 70, "patch_size": 14,
            "layer_norm_eps": 1e-5}
    sam = {"img_size": 96, "patch": 16, "embed_dim": 48, "depth": 3, "num_heads": 3, "mlp": 120, "window": 4, "global_idx": [2], "prompt_dim": 32,
           "mask_in_chans": 16, "dec_mlp": 60, "iou_hidden": 24}
    model = Mglmm(llm, clip, sam).eval()
    if linear:
        model.model.mm_projector = torch.nn.Linear(40, 48)
    with torch.no_grad():
        for name, p in model.named_parameters():
            if p.ndim >= 2:
                p.normal_(0, 0.7 / max(1, p[0].numel()) ** 0.5 if "embed" not in name and "rel_pos" not in name else 0.3)
            elif name.endswith("weight"):
                p.normal_(1, 0.1)
            else:
                p.normal_(0, 0.1)
    return model


def to_bf16(model):
    with torch.no_grad():
        for tensor in list(model.parameters()) + list(model.buffers()):
            if tensor.is_floating_point():
                tensor.copy_(tensor.bfloat16().float())


def make_it_speak(pipeline, image, question):
    """Sets lm_head rows so that the answer holds [SEG] and ends."""
    model, tokens = pipeline.model, pipeline.tokenizer
    seen = pipeline.see(image)
    for wanted, step in ((tokens.added["[SEG]"], 3), (tokens.added["[SEG]"], 7), (2, 11)):
        states = []
        original = model.cached
        model.cached = lambda *a: states.append(original(*a)) or states[-1]
        answer = pipeline.ask(seen, question, max_new_tokens=14)
        model.cached = original
        if wanted in answer.ids[step:step + 1]:
            continue
        rows = torch.stack([s[0, -1] for s in states])
        h = rows[step].clone()
        others = torch.linalg.qr(torch.cat((rows[:step], rows[step + 1:])).t())[0]
        away = h - others @ (others.t() @ h)
        with torch.no_grad():
            best = (model.lm_head.weight @ h).max()
            model.lm_head.weight[wanted] += away * ((best * 1.4 - model.lm_head.weight[wanted] @ h) / (away @ h))
        to_bf16(model)


def save(folder, model, oracle, prefix, shards, sentence, extra, more=None):
    main, tower = os.path.join(folder, "checkpoint"), os.path.join(folder, "clip-vit-variant-patch14-70")
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(main)
    os.makedirs(tower)
    source = os.path.join(oracle, "A", "mglmm-tiny-A")
    for name in ("tokenizer.model", "added_tokens.json", "tokenizer_config.json", "special_tokens_map.json"):
        shutil.copyfile(os.path.join(source, name), os.path.join(main, name))
    config = read_json(os.path.join(source, "config.json"))
    config.update({k: model.llm[k] for k in ("hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size", "rms_norm_eps", "vocab_size")})
    config.update(mm_hidden_size=model.clip["hidden_size"], out_dim=model.llm["out_dim"])
    config.update(extra, torch_dtype="bfloat16", mm_vision_tower="./clip-vit-variant-patch14-70", vision_tower="./clip-vit-variant-patch14-70")
    write_json(os.path.join(main, "config.json"), {k: v for k, v in config.items() if v is not None})
    state = collections.OrderedDict()
    for key, value in model.state_dict().items():
        if not key.startswith("vision_tower."):
            state[key.replace("model.segment_encoder.", prefix)] = value.bfloat16() if value.is_floating_point() else value
    state.update((key, value.bfloat16()) for key, value in (more or {}).items())
    names, index = list(state), {}
    for shard in range(shards):
        part = collections.OrderedDict((n, state[n]) for n in names[shard::shards])
        file = f"pytorch_model-{shard + 1:05}-of-{shards:05}.bin" if shards > 1 else "pytorch_model.bin"
        index.update({n: file for n in part})
        torch.save(part, os.path.join(main, file))
    if shards > 1:
        write_json(os.path.join(main, "pytorch_model.bin.index.json"), {"metadata": {"total_size": 0}, "weight_map": index})
    # The tower as a whole CLIP model, with a text half that must be ignored, and the old form of the preprocessor file.
    seen = collections.OrderedDict((k, v.bfloat16()) for k, v in model.vision_tower.state_dict().items() if v.is_floating_point())
    seen["vision_model.embeddings.position_ids"] = torch.arange(26)[None]
    seen["text_model.embeddings.token_embedding.weight"] = torch.zeros(8, 16).bfloat16()
    seen["text_model.embeddings.position_ids"] = torch.arange(5)[None]
    seen["logit_scale"] = torch.tensor(2.6).bfloat16()
    seen["visual_projection.weight"] = torch.zeros(4, model.clip["hidden_size"]).bfloat16()
    torch.save(seen, os.path.join(tower, "pytorch_model.bin"))
    clip = model.clip
    write_json(os.path.join(tower, "config.json"), {
        "architectures": ["CLIPModel"], "model_type": "clip", "projection_dim": 4, "text_config": {"hidden_size": 16, "num_attention_heads": 2},
        "vision_config": {"hidden_size": clip["hidden_size"], "num_attention_heads": clip["num_attention_heads"], "num_hidden_layers": clip["num_hidden_layers"],
                          "image_size": 70, "patch_size": 14, "intermediate_size": clip["intermediate_size"], "hidden_act": "quick_gelu"}})
    write_json(os.path.join(tower, "preprocessor_config.json"), {
        "crop_size": 70, "do_center_crop": True, "do_normalize": True, "do_resize": True, "feature_extractor_type": "CLIPFeatureExtractor",
        "image_mean": CLIP_MEAN, "image_std": CLIP_STD, "resample": 3, "size": 70})


class NoLegacyTokenizer(LlamaTokenizer):
    """transformers 4.31 (LISA's) where tokenizer_config.json says legacy: false: behind a token, only a space begins a word."""

    def encode(self, text, bos=True):
        ids = [self.special["<s>"]] if bos else []
        first, chunks = True, self._split(text.replace("\u2581", " "))
        for i, chunk in enumerate(chunks):
            if chunk in self.added or chunk in self.special:
                ids.append(self.added[chunk] if chunk in self.added else self.special[chunk])
                first = False
                continue
            if i > 0 and chunks[i - 1] in self.added:
                chunk = chunk.lstrip()
            if i + 1 < len(chunks) and chunks[i + 1] in self.added:
                chunk = chunk.rstrip()
            if chunk:
                pieces = self.pieces.encode(chunk, out_type=str)
                if not first and not chunk.startswith(" ") and pieces[0].startswith("\u2581"):
                    pieces = ([pieces[0][1:]] if len(pieces[0]) > 1 else []) + pieces[1:]
                ids += [self.pieces.piece_to_id(piece) for piece in pieces]
            first = False
        return ids


def answers(pipeline, oracle, questions):
    out = []
    for name in ("landscape_97x61.png", "portrait_50x83.png"):
        seen = pipeline.see(Image.open(os.path.join(oracle, "images", name)))
        prompt = None
        for turn, question in enumerate(questions):
            # As the official code has it: the earlier answer with its own </s>, if it has one, and the template's.
            asked = question if prompt is None else f"{prompt}</s>USER: {question} ASSISTANT:"
            answer = pipeline.ask(seen, asked, max_new_tokens=14)
            prompt = f"{answer.prompt} {answer.text}"
            near = [np.abs(l).reshape(-1) for l in answer.logits.numpy()]
            out.append({"image": name, "turn": turn, "question": question, "prompt": answer.prompt, "ids": answer.ids, "text": answer.text,
                        "masks": [rle.encode(m) for m in answer.masks], "pixels_below_2e-3": [int((n < 2e-3).sum()) for n in near]})
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--oracle", required=True)
    a = parser.parse_args()
    check_reference(a.oracle)
    tokenizer = LlamaTokenizer(os.path.join(a.oracle, "A", "mglmm-tiny-A"))
    questions = ["Can you segment the red barn in this image?", "And what is beside it?"]
    variants = {
        "mglmm-bf16-sharded": ("model.segment_encoder.", 5, OVERVIEW, False, {}),
        "glamm": ("model.grounding_encoder.", 1, OVERVIEW, False, {"seg_token_idx": None}),
        "lisa": ("model.visual_model.", 2, "<im_start><image><im_end>\n", True, {"seg_token_idx": None}),
    }
    expected = {}
    for seed, (name, (prefix, shards, sentence, linear, extra)) in enumerate(variants.items()):
        model = random_model(seed, 607, linear)
        to_bf16(model)
        preprocessor = {"size": 70, "crop_size": 70, "do_center_crop": True, "image_mean": CLIP_MEAN, "image_std": CLIP_STD}
        pipeline = Pipeline(model=model, tokenizer=tokenizer, preprocessor=preprocessor)
        pipeline.conversation = conversation(sentence)
        make_it_speak(pipeline, Image.open(os.path.join(a.oracle, "images", "landscape_97x61.png")), questions[0])
        save(os.path.join(HERE, name), model, a.oracle, prefix, shards, sentence, extra)
        expected[name] = answers(pipeline, a.oracle, questions)
        if name == "lisa":
            pipeline.tokenizer = NoLegacyTokenizer(os.path.join(a.oracle, "A", "mglmm-tiny-A"))
            expected["lisa, legacy false"] = answers(pipeline, a.oracle, questions + ["<im_end>Is it &lt;red&gt;? [SEG] The barn."])
        print(name, [(e["ids"], [m["counts"][:8] for m in e["masks"]], e["pixels_below_2e-3"]) for e in expected[name]])
    write_json(os.path.join(HERE, "expected.json"), expected)


if __name__ == "__main__":
    main()
