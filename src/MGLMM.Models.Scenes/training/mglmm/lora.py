"""Low-rank adapters (LoRA): matrices stay as they are, and a product of two thin ones is learnt beside each."""
import torch
from torch import nn

from .products import Linear, linear

#: What is adapted: the layers of the language decoder and of both encoders. What joins them is small, and is trained itself.
ADAPTED = ("model.layers.", "vision_tower.vision_model.encoder.", "model.segment_encoder.image_encoder.blocks.")
TRAINED = ("model.embed_tokens", "lm_head", "model.mm_projector", "model.text_hidden_fcs", "model.segment_encoder.mask_decoder", "model.segment_encoder.image_encoder.neck")


class Adapted(Linear):
    """A linear layer with an adapter of a rank; it begins as the layer was. The adapter counts `scale` times, 2 as in the paper (rank 8, alpha 16)."""

    def __init__(self, layer, rank, scale=2.0):
        nn.Module.__init__(self)
        self.in_features, self.out_features, self.scale = layer.in_features, layer.out_features, scale
        self.weight, self.bias = layer.weight, layer.bias
        self.lora_down = nn.Parameter(torch.randn(rank, layer.in_features) * layer.in_features ** -0.5)
        self.lora_up = nn.Parameter(torch.zeros(layer.out_features, rank))

    @property
    def whole(self):
        return self.weight + self.scale * self.lora_up @ self.lora_down

    def forward(self, x):
        return linear(x, self.whole, self.bias)


def adapt(model, rank):
    """Puts adapters into a model; gives the beginnings of the names of what is to be trained."""
    adapted = []
    for name, layer in list(model.named_modules()):
        if isinstance(layer, Linear) and name.startswith(ADAPTED):
            parent = model.get_submodule(name.rpartition(".")[0])
            setattr(parent, name.rpartition(".")[2], Adapted(layer, rank))
            adapted += [name + ".lora_up", name + ".lora_down"]
    return TRAINED + tuple(adapted)


def merged(model):
    """The state of a model with its adapters added into the matrices that they belong to, under the names of a model without."""
    layers = {name: layer for name, layer in model.named_modules() if isinstance(layer, Adapted)}
    out = {}
    for name, value in model.state_dict().items():
        parent, _, last = name.rpartition(".")
        if last in ("lora_up", "lora_down"):
            continue
        out[name] = layers[parent].whole.detach() if parent in layers and last == "weight" else value
    return out
