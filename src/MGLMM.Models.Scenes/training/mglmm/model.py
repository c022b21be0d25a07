"""MGLMM: a global encoder, a projector, a language decoder, and a mask decoder steered by the state that predicts [SEG]."""
import torch
from torch import nn

from .clip import ClipVision
from .llama import DecoderLayer, RmsNorm, rotary
from .products import Linear
from .sam import SegmentEncoder


class Inner(nn.Module):
    """What the checkpoint calls `model.*`."""

    def __init__(self, llm, sam):
        super().__init__()
        dim = llm["hidden_size"]
        self.embed_tokens = nn.Embedding(llm["vocab_size"], dim)
        self.layers = nn.ModuleList(DecoderLayer(llm) for _ in range(llm["num_hidden_layers"]))
        self.norm = RmsNorm(dim, llm["rms_norm_eps"])
        self.mm_projector = nn.Sequential(Linear(llm["mm_hidden_size"], dim), nn.GELU(), Linear(dim, dim))
        self.segment_encoder = SegmentEncoder(sam)
        self.text_hidden_fcs = nn.ModuleList([nn.Sequential(Linear(dim, dim), nn.ReLU(), Linear(dim, llm["out_dim"]))])


class Mglmm(nn.Module):
    def __init__(self, llm, clip, sam):
        super().__init__()
        self.llm, self.clip, self.sam = llm, clip, sam
        self.model = Inner(llm, sam)
        self.lm_head = Linear(llm["hidden_size"], llm["vocab_size"], bias=False)
        self.vision_tower = ClipVision(clip)

    @property
    def head_size(self):
        return self.llm["hidden_size"] // self.llm["num_attention_heads"]

    def image_tokens(self, pixels):
        return self.model.mm_projector(self.vision_tower(pixels))

    def packed(self, embeddings, positions, prefix, rows, mask, look=None):
        """Final-norm states of packed conversations; see DecoderLayer.packed. positions [B, T]."""
        cos, sin = (y[:, None] for y in rotary(positions, self.head_size))
        x = embeddings
        for layer in self.model.layers:
            x = layer.packed(x, cos, sin, prefix, rows, mask, look)
        return self.model.norm(x)

    def cached(self, embeddings, start, caches):
        positions = torch.arange(start, start + embeddings.shape[1], device=embeddings.device)[None]
        cos, sin = (y[:, None] for y in rotary(positions, self.head_size))
        x = embeddings
        for layer, cache in zip(self.model.layers, caches):
            x = layer.cached(x, cos, sin, cache)
        return self.model.norm(x)

    def seg_prompts(self, states):
        return self.model.text_hidden_fcs[0](states)


def initialise(model, seed):
    """Weights for training from nothing."""
    generator = torch.Generator().manual_seed(seed)
    depth = {"model.layers": model.llm["num_hidden_layers"], "vision_tower": model.clip["num_hidden_layers"] - 1,
             "model.segment_encoder.image_encoder": model.sam["depth"]}
    outputs = ("o_proj.weight", "down_proj.weight", "out_proj.weight", "fc2.weight", "attn.proj.weight", "lin2.weight")
    with torch.no_grad():
        for name, p in model.named_parameters():
            if name.endswith("bias") or "norm" in name and p.dim() == 1:
                if name.endswith("bias"):
                    p.zero_()
                continue
            if p.dim() == 1:
                if "class_embedding" in name:
                    p.normal_(0, 0.02, generator=generator)
                continue
            if "embed_tokens" in name or "lm_head" in name:
                p.normal_(0, 0.05, generator=generator)
                continue
            if "position_embedding" in name or "pos_embed" in name or "rel_pos" in name:
                p.normal_(0, 0.02, generator=generator)
                continue
            if "_token.weight" in name or "mask_tokens" in name or "point_embed" in name or "no_mask_embed" in name:
                p.normal_(0, 0.5 if "token" in name else 0.1, generator=generator)
                continue
            if "output_upscaling" in name:
                fan = p.shape[0]
            else:
                fan = p[0].numel()
            scale = 0.8 * fan ** -0.5
            for part, layers in depth.items():
                if name.startswith(part) and name.endswith(outputs):
                    scale /= (2 * layers) ** 0.5
            p.normal_(0, scale, generator=generator)
