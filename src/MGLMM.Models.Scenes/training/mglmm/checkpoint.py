"""Reading and writing checkpoints in the official layout."""
import collections
import json
import os
import shutil

import torch

from .model import Mglmm
from .tokenizer import ADDED

CLIP_MEAN = [0.48145466, 0.4578275, 0.40821073]
CLIP_STD = [0.26862954, 0.26130258, 0.27577711]


def write_json(path, value):
    with open(path, "w", encoding="utf-8") as file:
        json.dump(value, file, indent=2, ensure_ascii=False)
        file.write("\n")


def read_json(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def tokenizer_files(folder, pieces):
    """The files beside tokenizer.model that make it a LlamaTokenizer with MGLMM's added tokens."""
    added = lambda content: {"content": content, "lstrip": False, "normalized": True, "rstrip": False, "single_word": False}
    write_json(os.path.join(folder, "added_tokens.json"), {t: pieces + i for i, t in enumerate(ADDED)})
    write_json(os.path.join(folder, "special_tokens_map.json"), {
        "bos_token": added("<s>"), "eos_token": added("</s>"), "pad_token": "<unk>", "unk_token": added("<unk>")})
    typed = lambda content: {"__type": "AddedToken", **added(content)}
    write_json(os.path.join(folder, "tokenizer_config.json"), {
        "add_bos_token": True, "add_eos_token": False, "bos_token": typed("<s>"), "clean_up_tokenization_spaces": False, "eos_token": typed("</s>"),
        "model_max_length": 1024, "pad_token": None, "padding_side": "right", "sp_model_kwargs": {}, "tokenizer_class": "LlamaTokenizer",
        "unk_token": typed("<unk>")})


def llm_config(c, tower):
    first = c["vocab_size"] - len(ADDED)
    return {
        "_name_or_path": "./mglmm-scenes", "architectures": ["MGLMMForCausalLM"], "bbox_token_idx": first + ADDED.index("<bbox>"), "bos_token_id": 1,
        "eos_token_id": 2, "freeze_mm_mlp_adapter": False, "hidden_act": "silu", "hidden_size": c["hidden_size"], "image_aspect_ratio": "square",
        "initializer_range": 0.02, "intermediate_size": c["intermediate_size"], "max_length": c["max_position_embeddings"],
        "max_position_embeddings": c["max_position_embeddings"], "mm_hidden_size": c["mm_hidden_size"], "mm_use_im_patch_token": False,
        "mm_use_im_start_end": True, "mm_use_prompt_start_end": False, "mm_vision_select_feature": "patch", "mm_vision_select_layer": -2,
        "mm_vision_tower": tower, "model_type": "llava", "num_attention_heads": c["num_attention_heads"], "num_hidden_layers": c["num_hidden_layers"],
        "num_level_reg_features": 4, "out_dim": c["out_dim"], "pad_token_id": 0, "pretrain_mm_mlp_adapter": None, "rms_norm_eps": c["rms_norm_eps"],
        "seg_token_idx": first + ADDED.index("[SEG]"), "tie_word_embeddings": False, "torch_dtype": "float16", "train_mask_decoder": True,
        "transformers_version": "4.28.1", "tune_mm_mlp_adapter": False, "use_cache": False, "use_mm_proj": True,
        "vision_pretrained": "./sam_vit_h_4b8939.pth", "vision_tower": tower, "vocab_size": c["vocab_size"], "with_region": False}


def official_state(model):
    """The state dict under the official key names: everything but the vision tower."""
    out = collections.OrderedDict()
    for key, value in model.state_dict().items():
        if not key.startswith("vision_tower."):
            out[key] = value
    return out


def write_checkpoint(model, tokenizer_model, folder, sidecar, dtype=torch.float16):
    """Writes mglmm-scenes/ and the vision tower's folder beside it; the whole is renamed into place at the end."""
    tower = f"clip-vit-scenes-patch{model.clip['patch_size']}-{model.clip['image_size']}"
    work = folder + ".part"
    shutil.rmtree(work, ignore_errors=True)
    main, clip = os.path.join(work, "mglmm-scenes"), os.path.join(work, tower)
    os.makedirs(main)
    os.makedirs(clip)
    convert = lambda v: (v.detach().to(dtype) if v.is_floating_point() else v.detach()).clone().contiguous()
    state = collections.OrderedDict((k, convert(v)) for k, v in official_state(model).items())
    torch.save(state, os.path.join(main, "pytorch_model.bin"))
    write_json(os.path.join(main, "config.json"), llm_config(model.llm, "./" + tower))
    write_json(os.path.join(main, "generation_config.json"), {
        "_from_model_config": True, "bos_token_id": 1, "eos_token_id": 2, "max_length": model.llm["max_position_embeddings"], "pad_token_id": 0,
        "transformers_version": "4.28.1", "use_cache": False})
    shutil.copyfile(tokenizer_model, os.path.join(main, "tokenizer.model"))
    tokenizer_files(main, model.llm["vocab_size"] - len(ADDED))
    write_json(os.path.join(main, "mglmm.json"), sidecar)
    state = collections.OrderedDict((k, convert(v)) for k, v in model.vision_tower.state_dict().items())
    torch.save(state, os.path.join(clip, "pytorch_model.bin"))
    write_json(os.path.join(clip, "config.json"), {
        "architectures": ["CLIPVisionModel"], "attention_dropout": 0.0, "hidden_act": "quick_gelu", "hidden_size": model.clip["hidden_size"],
        "image_size": model.clip["image_size"], "initializer_factor": 1.0, "initializer_range": 0.02, "intermediate_size": model.clip["intermediate_size"],
        "layer_norm_eps": model.clip.get("layer_norm_eps", 1e-5), "model_type": "clip_vision_model", "num_attention_heads": model.clip["num_attention_heads"],
        "num_channels": 3, "num_hidden_layers": model.clip["num_hidden_layers"], "patch_size": model.clip["patch_size"], "projection_dim": model.clip["hidden_size"],
        "torch_dtype": "float16", "transformers_version": "4.28.1"})
    write_json(os.path.join(clip, "preprocessor_config.json"), preprocessor_config(model.clip["image_size"]))
    old = folder + ".old"
    shutil.rmtree(old, ignore_errors=True)
    if os.path.isdir(folder):
        os.rename(folder, old)
    os.rename(work, folder)
    shutil.rmtree(old, ignore_errors=True)


def preprocessor_config(size):
    """CLIP's, with one difference: the picture is squashed to a square instead of cropped, so that all of it is seen."""
    return {"crop_size": {"height": size, "width": size}, "do_center_crop": False, "do_convert_rgb": True, "do_normalize": True, "do_rescale": True,
            "do_resize": True, "image_mean": CLIP_MEAN, "image_processor_type": "CLIPImageProcessor", "image_std": CLIP_STD, "resample": 3,
            "rescale_factor": 0.00392156862745098, "size": {"height": size, "width": size}}


def sam_config(state, prefix="model.segment_encoder."):
    """SAM's dimensions from tensor shapes; what no shape tells is SAM's own (8 decoder heads, kernel = stride)."""
    shape = lambda name: tuple(state[prefix + name].shape)
    grid, dim = shape("image_encoder.pos_embed")[1], shape("image_encoder.pos_embed")[3]
    patch = shape("image_encoder.patch_embed.proj.weight")[-1]
    depth = 1 + max(int(k.split("blocks.")[1].split(".")[0]) for k in state if "image_encoder.blocks." in k)
    lengths = [shape(f"image_encoder.blocks.{i}.attn.rel_pos_h") for i in range(depth)]
    windows = [(n + 1) // 2 for n, _ in lengths]
    return {"img_size": grid * patch, "patch": patch, "embed_dim": dim, "depth": depth, "num_heads": dim // lengths[0][1],
            "window": min(windows), "global_idx": [i for i, w in enumerate(windows) if w == grid],
            "mlp": shape("image_encoder.blocks.0.mlp.lin1.weight")[0], "prompt_dim": shape("mask_decoder.iou_token.weight")[1],
            "mask_in_chans": shape("prompt_encoder.mask_downscaling.3.weight")[0], "dec_mlp": shape("mask_decoder.transformer.layers.0.mlp.lin1.weight")[0],
            "iou_hidden": shape("mask_decoder.iou_prediction_head.layers.0.weight")[0]}


def tower_of(folder):
    """The folder of a checkpoint's vision tower, which lies beside the checkpoint's own."""
    return os.path.normpath(os.path.join(folder, "..", read_json(os.path.join(folder, "config.json"))["mm_vision_tower"]))


def checkpoint_state(folder):
    """A checkpoint as a state to go on from: everything that is exported, and nothing of what is trained beside it."""
    main = os.path.join(folder, "mglmm-scenes") if os.path.isdir(os.path.join(folder, "mglmm-scenes")) else folder
    model = read_checkpoint(main, tower_of(main))
    return {"phase": "joint", "exported": True, "parameters": {"mglmm." + name: value for name, value in model.state_dict().items()}}


def read_checkpoint(folder, tower):
    """The model of a checkpoint folder and its vision tower's folder, in float32."""
    llm = read_json(os.path.join(folder, "config.json"))
    clip = read_json(os.path.join(tower, "config.json"))
    state = torch.load(os.path.join(folder, "pytorch_model.bin"), map_location="cpu")
    state = {k: v.float() if v.is_floating_point() else v for k, v in state.items() if not k.endswith("rotary_emb.inv_freq")}
    seen = torch.load(os.path.join(tower, "pytorch_model.bin"), map_location="cpu")
    for key, value in seen.items():
        state["vision_tower." + key] = value.float() if value.is_floating_point() else value
    model = Mglmm(llm, clip, sam_config(state))
    model.load_state_dict(state)
    return model.eval()
