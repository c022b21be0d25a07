"""The language decoder: LLaMA (Hugging Face names), with a forward for packed training and one for cached generation."""
import torch
from torch import nn
from torch.nn import functional as F

from .products import Linear, product


class RmsNorm(nn.Module):
    def __init__(self, dim, eps):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(dim))
        self.eps = eps

    def forward(self, x):
        return self.weight * (x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.eps))


def rotary(positions, size, theta=10000.0):
    """cos and sin of [..., size] for integer positions [...]."""
    frequencies = theta ** (-torch.arange(0, size, 2, dtype=torch.float32, device=positions.device) / size)
    angles = positions[..., None].float() * frequencies
    angles = torch.cat((angles, angles), -1)
    return angles.cos(), angles.sin()


def rotate(x, cos, sin):
    half = x.shape[-1] // 2
    return x * cos + torch.cat((-x[..., half:], x[..., :half]), -1) * sin


class SelfAttention(nn.Module):
    def __init__(self, dim, heads):
        super().__init__()
        self.heads = heads
        for name in ("q_proj", "k_proj", "v_proj", "o_proj"):
            setattr(self, name, Linear(dim, dim, bias=False))

    def project(self, x, cos, sin):
        """q, k, v as [B, heads, T, size], rotated."""
        b, t, d = x.shape
        split = lambda y: y.view(b, t, self.heads, d // self.heads).transpose(1, 2)
        q, k, v = split(self.q_proj(x)), split(self.k_proj(x)), split(self.v_proj(x))
        return rotate(q, cos, sin), rotate(k, cos, sin), v


class GatedMlp(nn.Module):
    def __init__(self, dim, hidden):
        super().__init__()
        self.gate_proj, self.up_proj = Linear(dim, hidden, bias=False), Linear(dim, hidden, bias=False)
        self.down_proj = Linear(hidden, dim, bias=False)

    def forward(self, x):
        return self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x))


class DecoderLayer(nn.Module):
    def __init__(self, c):
        super().__init__()
        dim, eps = c["hidden_size"], c["rms_norm_eps"]
        self.self_attn = SelfAttention(dim, c["num_attention_heads"])
        self.mlp = GatedMlp(dim, c["intermediate_size"])
        self.input_layernorm, self.post_attention_layernorm = RmsNorm(dim, eps), RmsNorm(dim, eps)

    def finish(self, x, attended):
        x = x + self.self_attn.o_proj(attended.transpose(1, 2).flatten(2))
        return x + self.mlp(self.post_attention_layernorm(x))

    def packed(self, x, cos, sin, prefix, rows, mask, look=None):
        """Several conversations over one shared prefix. x [B, prefix + rows * length, d]; mask [B, 1, rows, length, length] is added
        to the scores inside a row: nothing where a token may look, -inf elsewhere. Every row sees the whole prefix.
        look (heads, first, last): keeps those heads' scores over that stretch of the prefix in self.looked, [B, heads, rows * length, n]."""
        q, k, v = self.self_attn.project(self.input_layernorm(x), cos, sin)
        b, heads, _, size = q.shape
        q = q * size ** -0.5
        pq, pk, pv = q[:, :, :prefix], k[:, :, :prefix], v[:, :, :prefix]
        causal = torch.full((prefix, prefix), float("-inf"), device=x.device).triu(1)
        first = product((product(pq, pk.transpose(-1, -2)) + causal).softmax(-1), pv)
        shape = (b, heads, rows, -1, size)
        rq, rk, rv = q[:, :, prefix:], k[:, :, prefix:].reshape(shape), v[:, :, prefix:].reshape(shape)
        over_prefix = product(rq, pk.transpose(-1, -2)).view(b, heads, rows, -1, prefix)
        if look:
            self.looked = over_prefix[:, :look[0], :, :, look[1]:look[2]].flatten(2, 3)
        over_row = product(rq.reshape(shape), rk.transpose(-1, -2)) + mask
        weights = torch.cat((over_prefix, over_row), -1).softmax(-1)
        rest = product(weights[..., :prefix].reshape(b, heads, -1, prefix), pv) + product(weights[..., prefix:], rv).flatten(2, 3)
        return self.finish(x, torch.cat((first, rest), 2))

    def cached(self, x, cos, sin, cache):
        """Appends x [1, T, d] to the cache (a list of key and value, or empty) and attends to all of it."""
        q, k, v = self.self_attn.project(self.input_layernorm(x), cos, sin)
        if cache:
            k, v = torch.cat((cache[0], k), 2), torch.cat((cache[1], v), 2)
        cache[:] = [k, v]
        scores = q @ k.transpose(-1, -2) * q.shape[-1] ** -0.5
        t, total = q.shape[2], k.shape[2]
        if t > 1:
            scores = scores + torch.full((t, total), float("-inf"), device=x.device).triu(total - t + 1)
        return self.finish(x, scores.softmax(-1) @ v)
