"""The grounding encoder and mask decoder: Segment Anything's semantics and names, at any size."""
import math

import torch
from torch import nn
from torch.nn import functional as F

from .clip import patches
from .products import Linear, linear, product


class LayerNorm2d(nn.Module):
    """Over the channels of [..., C] with the channels last; the parameters are those of SAM's channel-first norm."""

    def __init__(self, channels, eps=1e-6):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))
        self.eps = eps

    def forward(self, x):
        return F.layer_norm(x, x.shape[-1:], self.weight, self.bias, self.eps)


class BlockAttention(nn.Module):
    def __init__(self, dim, heads, grid):
        super().__init__()
        self.heads, self.grid = heads, grid
        self.qkv, self.proj = Linear(dim, 3 * dim), Linear(dim, dim)
        self.rel_pos_h = nn.Parameter(torch.zeros(2 * grid - 1, dim // heads))
        self.rel_pos_w = nn.Parameter(torch.zeros(2 * grid - 1, dim // heads))

    def forward(self, x):
        b, h, w, d = x.shape
        heads, size = self.heads, d // self.heads
        q, k, v = self.qkv(x).view(b, h * w, 3, heads, size).permute(2, 0, 3, 1, 4).reshape(3, b * heads, h * w, size).unbind(0)
        index = torch.arange(h, device=x.device)[:, None] - torch.arange(h, device=x.device)[None] + h - 1
        r = q.view(b * heads, h, w, size)
        rows = torch.einsum("bhwc,hkc->bhwk", r, self.rel_pos_h[index]).reshape(b * heads, h * w, h)
        columns = torch.einsum("bhwc,wkc->bhwk", r, self.rel_pos_w[index]).reshape(b * heads, h * w, w)
        # The relative positions ride along in the product: each key also says in which row and column it is.
        place = torch.cat((torch.eye(h, device=x.device).repeat_interleave(w, 0), torch.eye(w, device=x.device).repeat(h, 1)), 1)
        keys = torch.cat((k * size ** -0.5, place.expand(b * heads, -1, -1)), -1)
        x = product(product(torch.cat((q, rows, columns), -1), keys.transpose(-1, -2)).softmax(-1), v)
        return self.proj(x.view(b, heads, h * w, size).transpose(1, 2).reshape(b, h, w, d))


class BlockMlp(nn.Module):
    def __init__(self, dim, hidden):
        super().__init__()
        self.lin1, self.lin2 = Linear(dim, hidden), Linear(hidden, dim)

    def forward(self, x):
        return self.lin2(F.gelu(self.lin1(x)))


class Block(nn.Module):
    def __init__(self, dim, heads, hidden, grid, window):
        super().__init__()
        self.window = window
        self.norm1, self.norm2 = nn.LayerNorm(dim, 1e-6), nn.LayerNorm(dim, 1e-6)
        self.attn = BlockAttention(dim, heads, window or grid)
        self.mlp = BlockMlp(dim, hidden)

    def forward(self, x):
        y = self.norm1(x)
        if self.window:
            b, h, w, d = y.shape
            s = self.window
            ph, pw = -h % s, -w % s
            y = F.pad(y, (0, 0, 0, pw, 0, ph))
            hh, ww = h + ph, w + pw
            y = y.view(b, hh // s, s, ww // s, s, d).transpose(2, 3).reshape(-1, s, s, d)
            y = self.attn(y)
            y = y.view(b, hh // s, ww // s, s, s, d).transpose(2, 3).reshape(b, hh, ww, d)[:, :h, :w]
        else:
            y = self.attn(y)
        x = x + y
        return x + self.mlp(self.norm2(x))


class PatchEmbed(nn.Module):
    def __init__(self, dim, patch):
        super().__init__()
        self.proj = nn.Conv2d(3, dim, patch, patch)


class ImageEncoder(nn.Module):
    def __init__(self, c):
        super().__init__()
        dim, out, self.grid, self.patch = c["embed_dim"], c["prompt_dim"], c["img_size"] // c["patch"], c["patch"]
        self.patch_embed = PatchEmbed(dim, self.patch)
        self.pos_embed = nn.Parameter(torch.zeros(1, self.grid, self.grid, dim))
        every = range(c["depth"])
        self.blocks = nn.ModuleList(
            Block(dim, c["num_heads"], c.get("mlp", 4 * dim), self.grid, 0 if i in c.get("global_idx", every) else c["window"]) for i in every)
        self.neck = nn.Sequential(nn.Conv2d(dim, out, 1, bias=False), LayerNorm2d(out), nn.Conv2d(out, out, 3, padding=1, bias=False), LayerNorm2d(out))

    def features(self, pixels):
        """The patch features before the neck, [B, g, g, dim]."""
        x = linear(patches(pixels, self.patch), self.patch_embed.proj.weight.flatten(1), self.patch_embed.proj.bias)
        x = x.view(-1, self.grid, self.grid, x.shape[-1]) + self.pos_embed
        for block in self.blocks:
            x = block(x)
        return x

    def reduce(self, x):
        """The neck; gives [B, g, g, out]. The 3x3 convolution is nine shifted matrix products."""
        x = self.neck[1](linear(x, self.neck[0].weight.flatten(1)))
        g = x.shape[1]
        p = F.pad(x, (0, 0, 1, 1, 1, 1))
        columns = torch.cat([p[:, i:i + g, j:j + g] for i in range(3) for j in range(3)], -1)
        return self.neck[3](linear(columns, self.neck[2].weight.permute(0, 2, 3, 1).flatten(1)))

    def forward(self, pixels):
        return self.reduce(self.features(pixels))


class PositionEmbedding(nn.Module):
    def __init__(self, half):
        super().__init__()
        self.register_buffer("positional_encoding_gaussian_matrix", torch.randn(2, half))

    def points(self, xy):
        """Points in 0..1, x first."""
        y = (2 * xy - 1) @ self.positional_encoding_gaussian_matrix * (2 * math.pi)
        return torch.cat((y.sin(), y.cos()), -1)

    def grid(self, g):
        steps = (torch.arange(g, device=self.positional_encoding_gaussian_matrix.device) + 0.5) / g
        y, x = torch.meshgrid(steps, steps, indexing="ij")
        return self.points(torch.stack((x, y), -1))


class PromptEncoder(nn.Module):
    """Only the positional matrix and no_mask_embed are used; the rest is there because SAM's checkpoints have it."""

    def __init__(self, c):
        super().__init__()
        d, m = c["prompt_dim"], c.get("mask_in_chans", 16)
        self.pe_layer = PositionEmbedding(d // 2)
        self.point_embeddings = nn.ModuleList(nn.Embedding(1, d) for _ in range(4))
        self.not_a_point_embed = nn.Embedding(1, d)
        self.mask_downscaling = nn.Sequential(
            nn.Conv2d(1, m // 4, 2, 2), LayerNorm2d(m // 4), nn.GELU(), nn.Conv2d(m // 4, m, 2, 2), LayerNorm2d(m), nn.GELU(), nn.Conv2d(m, d, 1))
        self.no_mask_embed = nn.Embedding(1, d)


class DecoderAttention(nn.Module):
    def __init__(self, dim, heads, rate=1):
        super().__init__()
        inner = dim // rate
        self.heads = heads
        self.q_proj, self.k_proj, self.v_proj = Linear(dim, inner), Linear(dim, inner), Linear(dim, inner)
        self.out_proj = Linear(inner, dim)

    def forward(self, q, k, v):
        split = lambda y: y.view(y.shape[0], y.shape[1], self.heads, -1).transpose(1, 2)
        q, k, v = split(self.q_proj(q)), split(self.k_proj(k)), split(self.v_proj(v))
        weights = (q @ k.transpose(-1, -2) * q.shape[-1] ** -0.5).softmax(-1)
        return self.out_proj((weights @ v).transpose(1, 2).flatten(2))

    # Between an image's many cells and a handful of tokens the heads are not split: the tokens are repeated for every head, with zeros in
    # the other heads' channels, so that each attention is two dense products and nothing is transposed.

    def _by_head(self, x):
        """[N, tokens, C] as [N, tokens * heads, C]."""
        n, t, c = x.shape
        own = torch.eye(self.heads, device=x.device).repeat_interleave(c // self.heads, 1)
        return (x[:, :, None] * own).view(n, t * self.heads, c)

    def to_image(self, tokens, keys, values):
        """Tokens [N, T, C] look at cells [N, cells, C]."""
        q, k, v = self.q_proj(tokens), self.k_proj(keys), self.v_proj(values)
        n, t, c = q.shape
        weights = product(self._by_head(q * (c // self.heads) ** -0.5), k.transpose(1, 2)).softmax(-1)
        own = torch.eye(self.heads, device=q.device).repeat_interleave(c // self.heads, 1)
        return self.out_proj((product(weights, v).view(n, t, self.heads, c) * own).sum(2))

    def from_image(self, cells, keys, values):
        """Cells [N, cells, C] look at tokens [N, T, C]."""
        q, k, v = self.q_proj(cells), self.k_proj(keys), self.v_proj(values)
        n, t, c = k.shape
        scores = product(self._by_head(k * (c // self.heads) ** -0.5), q.transpose(1, 2)).view(n, t, self.heads, -1)
        weights = scores.softmax(1).view(n, t * self.heads, -1)
        return self.out_proj(product(weights.transpose(1, 2), self._by_head(v)))


class TwoWayBlock(nn.Module):
    def __init__(self, dim, heads, hidden, first):
        super().__init__()
        self.first = first
        self.self_attn = DecoderAttention(dim, heads)
        self.norm1 = nn.LayerNorm(dim)
        self.cross_attn_token_to_image = DecoderAttention(dim, heads, 2)
        self.norm2 = nn.LayerNorm(dim)
        self.mlp = BlockMlp(dim, hidden)
        self.norm3, self.norm4 = nn.LayerNorm(dim), nn.LayerNorm(dim)
        self.cross_attn_image_to_token = DecoderAttention(dim, heads, 2)

    def forward(self, queries, keys, query_pe, key_pe):
        if self.first:
            queries = self.self_attn(queries, queries, queries)
        else:
            q = queries + query_pe
            queries = queries + self.self_attn(q, q, queries)
        queries = self.norm1(queries)
        queries = self.norm2(queries + self.cross_attn_token_to_image.to_image(queries + query_pe, keys + key_pe, keys))
        queries = self.norm3(queries + self.mlp.lin2(F.relu(self.mlp.lin1(queries))))
        keys = self.norm4(keys + self.cross_attn_image_to_token.from_image(keys + key_pe, queries + query_pe, queries))
        return queries, keys


class TwoWayTransformer(nn.Module):
    def __init__(self, dim, heads, hidden, depth):
        super().__init__()
        self.layers = nn.ModuleList(TwoWayBlock(dim, heads, hidden, i == 0) for i in range(depth))
        self.final_attn_token_to_image = DecoderAttention(dim, heads, 2)
        self.norm_final_attn = nn.LayerNorm(dim)

    def forward(self, image, pe, tokens):
        queries, keys = tokens, image
        for layer in self.layers:
            queries, keys = layer(queries, keys, tokens, pe)
        queries = queries + self.final_attn_token_to_image.to_image(queries + tokens, keys + pe, keys)
        return self.norm_final_attn(queries), keys


class Mlp3(nn.Module):
    def __init__(self, dim, hidden, out):
        super().__init__()
        self.layers = nn.ModuleList((Linear(dim, hidden), Linear(hidden, hidden), Linear(hidden, out)))

    def forward(self, x):
        return self.layers[2](F.relu(self.layers[1](F.relu(self.layers[0](x)))))


def up2(x, conv):
    """A transposed 2x2 convolution of stride 2 as one matrix product: [..., C] gives [..., 4, out], the quarters of a cell row by row."""
    out = conv.weight.shape[1]
    weight = conv.weight.permute(2, 3, 1, 0).reshape(4 * out, x.shape[-1])
    return linear(x, weight, conv.bias.repeat(4)).view(*x.shape[:-1], 4, out)


class MaskDecoder(nn.Module):
    def __init__(self, c):
        super().__init__()
        d, hidden = c["prompt_dim"], c.get("iou_hidden", c["prompt_dim"])
        self.transformer = TwoWayTransformer(d, c.get("decoder_heads", 8), c["dec_mlp"], c.get("decoder_depth", 2))
        self.iou_token = nn.Embedding(1, d)
        self.mask_tokens = nn.Embedding(4, d)
        self.output_upscaling = nn.Sequential(
            nn.ConvTranspose2d(d, d // 4, 2, 2), LayerNorm2d(d // 4), nn.GELU(), nn.ConvTranspose2d(d // 4, d // 8, 2, 2), nn.GELU())
        self.output_hypernetworks_mlps = nn.ModuleList(Mlp3(d, d, d // 8) for _ in range(4))
        self.iou_prediction_head = Mlp3(d, hidden, 4)

    def forward(self, image, pe, dense, prompts):
        """image [N, g, g, C] (one per prompt), pe [g, g, C], dense [C], prompts [N, C]; gives logits [N, 4g, 4g]."""
        n, g = image.shape[0], image.shape[1]
        tokens = torch.cat((self.iou_token.weight, self.mask_tokens.weight), 0).expand(n, -1, -1)
        tokens = torch.cat((tokens, prompts[:, None]), 1)
        hidden, source = self.transformer((image + dense).flatten(1, 2), pe.flatten(0, 1), tokens)
        u = self.output_upscaling
        # Every cell stays together until its sixteen logits are known; only they are put in their places.
        x = F.gelu(u[1](up2(source, u[0])))
        x = F.gelu(up2(x, u[3]))
        kernel = self.output_hypernetworks_mlps[0](hidden[:, 1])
        x = (x.flatten(1, 3) @ kernel[:, :, None]).view(n, g, g, 2, 2, 2, 2)
        return x.permute(0, 1, 3, 5, 2, 4, 6).reshape(n, 4 * g, 4 * g)


class SegmentEncoder(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.config = c
        self.image_encoder = ImageEncoder(c)
        self.prompt_encoder = PromptEncoder(c)
        self.mask_decoder = MaskDecoder(c)

    def decode(self, image, prompts):
        """Low-resolution mask logits for prompts [N, C] on image embeddings [N, g, g, C]."""
        pe = self.prompt_encoder.pe_layer.grid(self.image_encoder.grid)
        return self.mask_decoder(image, pe, self.prompt_encoder.no_mask_embed.weight[0], prompts)
