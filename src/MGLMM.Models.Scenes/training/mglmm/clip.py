"""The global image encoder: CLIP's vision tower (Hugging Face names)."""
import torch
from torch import nn

from .products import Linear, linear, product


class Attention(nn.Module):
    def __init__(self, dim, heads):
        super().__init__()
        self.heads = heads
        self.k_proj, self.v_proj = Linear(dim, dim), Linear(dim, dim)
        self.q_proj, self.out_proj = Linear(dim, dim), Linear(dim, dim)

    def forward(self, x):
        b, n, d = x.shape
        split = lambda y: y.view(b, n, self.heads, d // self.heads).transpose(1, 2)
        q, k, v = split(self.q_proj(x)), split(self.k_proj(x)), split(self.v_proj(x))
        weights = product(q * (d // self.heads) ** -0.5, k.transpose(-1, -2)).softmax(-1)
        return self.out_proj(product(weights, v).transpose(1, 2).reshape(b, n, d))


class Mlp(nn.Module):
    def __init__(self, dim, hidden):
        super().__init__()
        self.fc1, self.fc2 = Linear(dim, hidden), Linear(hidden, dim)

    def forward(self, x):
        x = self.fc1(x)
        return self.fc2(x * torch.sigmoid(1.702 * x))


class Layer(nn.Module):
    def __init__(self, dim, heads, hidden, eps):
        super().__init__()
        self.self_attn = Attention(dim, heads)
        self.layer_norm1 = nn.LayerNorm(dim, eps)
        self.mlp = Mlp(dim, hidden)
        self.layer_norm2 = nn.LayerNorm(dim, eps)

    def forward(self, x):
        x = x + self.self_attn(self.layer_norm1(x))
        return x + self.mlp(self.layer_norm2(x))


class Embeddings(nn.Module):
    def __init__(self, dim, size, patch):
        super().__init__()
        self.patch = patch
        count = (size // patch) ** 2 + 1
        self.class_embedding = nn.Parameter(torch.randn(dim) * 0.02)
        self.patch_embedding = nn.Conv2d(3, dim, patch, patch, bias=False)
        self.position_embedding = nn.Embedding(count, dim)
        self.register_buffer("position_ids", torch.arange(count).unsqueeze(0))

    def forward(self, pixels):
        x = linear(patches(pixels, self.patch), self.patch_embedding.weight.flatten(1))
        x = torch.cat((self.class_embedding.expand(x.shape[0], 1, -1), x), 1)
        return x + self.position_embedding.weight


def patches(pixels, size):
    """[B, 3, H, W] as [B, tokens, 3 * size * size]: a convolution with stride = kernel is one matrix product."""
    b, c, h, w = pixels.shape
    x = pixels.view(b, c, h // size, size, w // size, size).permute(0, 2, 4, 1, 3, 5)
    return x.reshape(b, (h // size) * (w // size), c * size * size)


class Encoder(nn.Module):
    def __init__(self, dim, heads, hidden, layers, eps):
        super().__init__()
        self.layers = nn.ModuleList(Layer(dim, heads, hidden, eps) for _ in range(layers))


class VisionModel(nn.Module):
    def __init__(self, c):
        super().__init__()
        dim, eps = c["hidden_size"], c.get("layer_norm_eps", 1e-5)
        self.embeddings = Embeddings(dim, c["image_size"], c["patch_size"])
        self.pre_layrnorm = nn.LayerNorm(dim, eps)  # the name is CLIP's own
        self.encoder = Encoder(dim, c["num_attention_heads"], c["intermediate_size"], c["num_hidden_layers"], eps)
        self.post_layernorm = nn.LayerNorm(dim, eps)


class ClipVision(nn.Module):
    """Gives hidden_states[-2] without the class token; the last layer is never run."""

    def __init__(self, config):
        super().__init__()
        self.config = config
        self.vision_model = VisionModel(config)

    def forward(self, pixels):
        m = self.vision_model
        x = m.pre_layrnorm(m.embeddings(pixels))
        for layer in m.encoder.layers[:-1]:
            x = layer(x)
        return x[:, 1:]
