#!/usr/bin/env python3
"""Makes a checkpoint of full size with random weights, in the layout that MGLMM's are published in: to measure with what no published weights are needed for.

    python3 make_checkpoint.py 7b /data/mglmm-7b        14.8 GB: the checkpoint and, beside it, the CLIP tower
    python3 make_checkpoint.py 13b /data/mglmm-13b      27.4 GB

LLaMA (7 B: 32 layers of 4096; 13 B: 40 of 5120), CLIP ViT-L/14 at 336 px, SAM ViT-H at 1024 px, all in bf16 in safetensors shards. What it writes is nonsense, but text with masks: the
head prefers three tokens, [SEG] among them. Needs NumPy.
"""
import argparse
import json
import pathlib
import shutil
import struct

import numpy as np

SIZES = {"7b": dict(hidden=4096, layers=32, heads=32, inner=11008), "13b": dict(hidden=5120, layers=40, heads=40, inner=13824), "tiny": dict(hidden=64, layers=2, heads=4, inner=172)}
PIECES = 32000
ADDED = ["<im_start>", "<im_end>", "<bbox>", "<point>", "[SEG]", "<p>", "</p>"]
SHARD = 5_000_000_000
PERIOD = (1 << 24) + 3
CLIP = dict(width=1024, layers=24, heads=16, inner=4096, patch=14, image=336)
SAM = dict(width=1280, blocks=32, size=80, inner=5120, patch=16, image=1024, window=14, channels=256)
ORACLE = pathlib.Path(__file__).resolve().parents[1] / "MGLMM.Runtime.Tests/data/oracle/A"


def language(size):
    h, inner, rows = size["hidden"], size["inner"], PIECES + len(ADDED)
    yield "model.embed_tokens.weight", (rows, h)
    for layer in range(size["layers"]):
        p = f"model.layers.{layer}."
        for name in "qkvo":
            yield f"{p}self_attn.{name}_proj.weight", (h, h)
        yield p + "mlp.gate_proj.weight", (inner, h)
        yield p + "mlp.up_proj.weight", (inner, h)
        yield p + "mlp.down_proj.weight", (h, inner)
        yield p + "input_layernorm.weight", (h,)
        yield p + "post_attention_layernorm.weight", (h,)
    yield "model.norm.weight", (h,)
    yield from linear("model.mm_projector.0.", h, CLIP["width"])
    yield from linear("model.mm_projector.2.", h, h)
    yield from linear("model.text_hidden_fcs.0.0.", h, h)
    yield from linear("model.text_hidden_fcs.0.2.", SAM["channels"], h)
    yield "lm_head.weight", (rows, h)


def linear(prefix, rows, columns):
    yield prefix + "weight", (rows, columns)
    yield prefix + "bias", (rows,)


def norm(prefix, width):
    yield prefix + "weight", (width,)
    yield prefix + "bias", (width,)


def grounding():
    p, w, c = "model.segment_encoder.image_encoder.", SAM["width"], SAM["channels"]
    grid = SAM["image"] // SAM["patch"]
    yield p + "pos_embed", (1, grid, grid, w)
    yield p + "patch_embed.proj.weight", (w, 3, SAM["patch"], SAM["patch"])
    yield p + "patch_embed.proj.bias", (w,)
    for block in range(SAM["blocks"]):
        b = f"{p}blocks.{block}."
        side = grid if block % 8 == 7 else SAM["window"]
        yield from norm(b + "norm1.", w)
        yield b + "attn.rel_pos_h", (2 * side - 1, SAM["size"])
        yield b + "attn.rel_pos_w", (2 * side - 1, SAM["size"])
        yield from linear(b + "attn.qkv.", 3 * w, w)
        yield from linear(b + "attn.proj.", w, w)
        yield from norm(b + "norm2.", w)
        yield from linear(b + "mlp.lin1.", SAM["inner"], w)
        yield from linear(b + "mlp.lin2.", w, SAM["inner"])
    yield p + "neck.0.weight", (c, w, 1, 1)
    yield from norm(p + "neck.1.", c)
    yield p + "neck.2.weight", (c, c, 3, 3)
    yield from norm(p + "neck.3.", c)
    p = "model.segment_encoder.prompt_encoder."
    yield p + "pe_layer.positional_encoding_gaussian_matrix", (2, c // 2)
    for point in range(4):
        yield f"{p}point_embeddings.{point}.weight", (1, c)
    yield p + "not_a_point_embed.weight", (1, c)
    yield p + "no_mask_embed.weight", (1, c)
    for index, shape in ((0, (4, 1, 2, 2)), (1, (4,)), (3, (16, 4, 2, 2)), (4, (16,)), (6, (c, 16, 1, 1))):
        yield f"{p}mask_downscaling.{index}.weight", shape
        yield f"{p}mask_downscaling.{index}.bias", shape[:1]
    p = "model.segment_encoder.mask_decoder."
    for layer in range(2):
        t = f"{p}transformer.layers.{layer}."
        yield from attention(t + "self_attn.", c, c)
        yield from attention(t + "cross_attn_token_to_image.", c, c // 2)
        yield from attention(t + "cross_attn_image_to_token.", c, c // 2)
        for index in range(1, 5):
            yield from norm(f"{t}norm{index}.", c)
        yield from linear(t + "mlp.lin1.", 2048, c)
        yield from linear(t + "mlp.lin2.", c, 2048)
    yield from attention(p + "transformer.final_attn_token_to_image.", c, c // 2)
    yield from norm(p + "transformer.norm_final_attn.", c)
    yield p + "iou_token.weight", (1, c)
    yield p + "mask_tokens.weight", (4, c)
    yield p + "output_upscaling.0.weight", (c, c // 4, 2, 2)
    yield p + "output_upscaling.0.bias", (c // 4,)
    yield from norm(p + "output_upscaling.1.", c // 4)
    yield p + "output_upscaling.3.weight", (c // 4, c // 8, 2, 2)
    yield p + "output_upscaling.3.bias", (c // 8,)
    for token in range(4):
        for layer, rows in ((0, c), (1, c), (2, c // 8)):
            yield from linear(f"{p}output_hypernetworks_mlps.{token}.layers.{layer}.", rows, c)
    for layer, rows in ((0, c), (1, c), (2, 4)):
        yield from linear(f"{p}iou_prediction_head.layers.{layer}.", rows, c)


def attention(prefix, width, inner):
    for name in "qkv":
        yield from linear(f"{prefix}{name}_proj.", inner, width)
    yield from linear(prefix + "out_proj.", width, inner)


def tower():
    w, grid = CLIP["width"], CLIP["image"] // CLIP["patch"]
    p = "vision_model.embeddings."
    yield p + "class_embedding", (w,)
    yield p + "patch_embedding.weight", (w, 3, CLIP["patch"], CLIP["patch"])
    yield p + "position_embedding.weight", (grid * grid + 1, w)
    yield from norm("vision_model.pre_layrnorm.", w)
    for layer in range(CLIP["layers"]):
        p = f"vision_model.encoder.layers.{layer}."
        for name in ("q_proj.", "k_proj.", "v_proj.", "out_proj."):
            yield from linear(p + "self_attn." + name, w, w)
        yield from norm(p + "layer_norm1.", w)
        yield from linear(p + "mlp.fc1.", CLIP["inner"], w)
        yield from linear(p + "mlp.fc2.", w, CLIP["inner"])
        yield from norm(p + "layer_norm2.", w)
    yield from norm("vision_model.post_layernorm.", w)


class Numbers:
    """Random numbers that are repeated with a period that no row has, so that making gigabytes takes no longer than writing them."""

    def __init__(self, seed=1):
        self.block = (np.random.default_rng(seed).standard_normal(PERIOD, dtype=np.float32) * 0.02).view(np.uint32) >> 16
        self.block = self.block.astype(np.uint16)
        self.at = 0

    def take(self, count):
        while count > 0:
            part = self.block[self.at:self.at + count]
            yield part
            count -= len(part)
            self.at = (self.at + len(part)) % PERIOD


def bf16(values):
    return (np.asarray(values, np.float32).view(np.uint32) >> 16).astype(np.uint16)


def data_of(name, shape, numbers, said):
    count = int(np.prod(shape))
    is_norm = len(shape) == 1 and name.endswith("weight")
    if is_norm:
        yield bf16(np.ones(count))
    elif name == "lm_head.weight":
        # All but a few rows are next to nothing, so that the largest logit is one of theirs.
        random = np.random.default_rng(2)
        for row in range(shape[0]):
            yield bf16(random.standard_normal(shape[1]) * (0.05 if row in said else 0.0005)) if row in said or row % 64 == 0 else bf16(np.zeros(shape[1]))
    else:
        yield from numbers.take(count)


def write(folder, prefix, tensors, said=()):
    tensors = list(tensors)
    shards, size = [[]], 0
    for name, shape in tensors:
        length = 2 * int(np.prod(shape))
        if size + length > SHARD and shards[-1]:
            shards.append([])
            size = 0
        shards[-1].append((name, shape, length))
        size += length
    numbers, index, total = Numbers(), {}, 0
    for number, shard in enumerate(shards):
        file = f"{prefix}.safetensors" if len(shards) == 1 else f"{prefix}-{number + 1:05}-of-{len(shards):05}.safetensors"
        header, offset = {}, 0
        for name, shape, length in shard:
            header[name] = dict(dtype="BF16", shape=list(shape), data_offsets=[offset, offset + length])
            index[name] = file
            offset += length
        text = json.dumps(header).encode()
        text += b" " * (-len(text) % 8)
        with open(folder / file, "wb") as stream:
            stream.write(struct.pack("<Q", len(text)) + text)
            for name, shape, _ in shard:
                for part in data_of(name, shape, numbers, said):
                    stream.write(part.tobytes())
        total += offset
        print(f"{file}: {offset / 1e9:.1f} GB", flush=True)
    if len(shards) > 1:
        (folder / f"{prefix}.safetensors.index.json").write_text(json.dumps(dict(metadata=dict(total_size=total), weight_map=index)))


def tokenizer(path):
    """The tiny checkpoint's pieces and, behind them, as many more as a real one has: messages of Protocol Buffers can be joined."""
    def field(number, wire, data):
        return bytes([number << 3 | wire]) + data

    known = (ORACLE / "mglmm-tiny-A/tokenizer.model").read_bytes()
    count = json.loads((ORACLE / "mglmm-tiny-A/added_tokens.json").read_text())["<im_start>"]
    more = bytearray()
    for number in range(count, PIECES):
        piece = f"▁w{number}".encode()
        message = field(1, 2, bytes([len(piece)]) + piece) + field(2, 5, struct.pack("<f", -float(number)))
        more += field(1, 2, bytes([len(message)]) + message)
    path.write_bytes(known + more)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("size", choices=SIZES)
    parser.add_argument("output", type=pathlib.Path)
    arguments = parser.parse_args()
    size = SIZES[arguments.size]
    checkpoint, vision = arguments.output / "checkpoint", arguments.output / "clip-vit-large-patch14-336"
    checkpoint.mkdir(parents=True, exist_ok=True)
    vision.mkdir(parents=True, exist_ok=True)
    added = {token: PIECES + number for number, token in enumerate(ADDED)}
    tokenizer(checkpoint / "tokenizer.model")
    for file in ("generation_config.json", "special_tokens_map.json", "tokenizer_config.json"):
        shutil.copyfile(ORACLE / "mglmm-tiny-A" / file, checkpoint / file)
    (checkpoint / "added_tokens.json").write_text(json.dumps(added))
    config = json.loads((ORACLE / "mglmm-tiny-A/config.json").read_text())
    config.update(
        hidden_size=size["hidden"], intermediate_size=size["inner"], num_hidden_layers=size["layers"], num_attention_heads=size["heads"], vocab_size=PIECES + len(ADDED),
        max_position_embeddings=2048, max_length=2048, mm_hidden_size=CLIP["width"], out_dim=SAM["channels"], bbox_token_idx=added["<bbox>"], seg_token_idx=added["[SEG]"],
        mm_vision_tower=vision.name, vision_tower=vision.name, torch_dtype="bfloat16")
    (checkpoint / "config.json").write_text(json.dumps(config, indent=2))
    said = [added["[SEG]"], 300, 301]
    write(checkpoint, "model", [*language(size), *grounding()], said)

    config = json.loads((ORACLE / "clip-vit-tiny-patch14-56/config.json").read_text())
    config.update(
        hidden_size=CLIP["width"], image_size=CLIP["image"], intermediate_size=CLIP["inner"], num_attention_heads=CLIP["heads"], num_hidden_layers=CLIP["layers"], patch_size=CLIP["patch"],
        projection_dim=768, torch_dtype="bfloat16")
    (vision / "config.json").write_text(json.dumps(config, indent=2))
    processor = json.loads((ORACLE / "clip-vit-tiny-patch14-56/preprocessor_config.json").read_text())
    for key in ("size", "crop_size"):
        value = processor.get(key)
        processor[key] = {name: CLIP["image"] for name in value} if isinstance(value, dict) else CLIP["image"]
    (vision / "preprocessor_config.json").write_text(json.dumps(processor, indent=2))
    write(vision, "model", tower())
    print(f"mglmm convert {checkpoint} --vision-tower {vision} --output <bundle> --precision int4")


if __name__ == "__main__":
    main()
