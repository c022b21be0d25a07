"""Matrix products, in bfloat16 where a CPU or GPU is several times faster at them and training can bear it.

Everything around a product stays float32: its factors are rounded on the way in, its result is widened on the way out, and sums inside
are float32 anyway. Off by default, so that inference is exact; the training loop turns it on.
"""
import torch
from torch import nn
from torch.nn import functional as F

SMALL = 1 << 18  # multiplications under which rounding costs more than it saves
_narrow = False


def use_bfloat16(on):
    global _narrow
    _narrow = on


def bfloat16_is_fast():
    """Measured, not guessed: whether this machine multiplies bfloat16 faster than float32."""
    import time
    x, w = torch.randn(1024, 192), torch.randn(192, 192)
    best = {}
    for dtype in (torch.float32, torch.bfloat16):
        a, b = x.to(dtype), w.to(dtype)
        for _ in range(6):
            begun = time.perf_counter()
            a @ b
            best[dtype] = min(best.get(dtype, 1.0), time.perf_counter() - begun)
    return best[torch.bfloat16] < 0.7 * best[torch.float32]


def narrow(x):
    return x.to(torch.bfloat16, memory_format=torch.contiguous_format)


class _Linear(torch.autograd.Function):
    """x @ weight.T for x [rows, in] and weight [out, in]."""

    @staticmethod
    def forward(ctx, x, weight):
        x, weight = narrow(x), narrow(weight)
        ctx.save_for_backward(x, weight)
        return F.linear(x, weight).float()

    @staticmethod
    def backward(ctx, gradient):
        x, weight = ctx.saved_tensors
        gradient = narrow(gradient)
        return (gradient @ weight).float() if ctx.needs_input_grad[0] else None, (gradient.t() @ x).float() if ctx.needs_input_grad[1] else None


class _Product(torch.autograd.Function):
    """a @ b for stacks of matrices of the same count."""

    @staticmethod
    def forward(ctx, a, b):
        a, b = narrow(a), narrow(b)
        ctx.save_for_backward(a, b)
        return torch.bmm(a, b).float()

    @staticmethod
    def backward(ctx, gradient):
        a, b = ctx.saved_tensors
        gradient = narrow(gradient)
        return torch.bmm(gradient, b.transpose(1, 2)).float(), torch.bmm(a.transpose(1, 2), gradient).float()


def linear(x, weight, bias=None):
    if not _narrow or x.numel() * weight.shape[0] < SMALL:
        return F.linear(x, weight, bias)
    y = _Linear.apply(x.reshape(-1, x.shape[-1]), weight).view(*x.shape[:-1], weight.shape[0])
    return y if bias is None else y + bias


def product(a, b):
    """a @ b over the last two axes, for any leading axes that both have."""
    if not _narrow or a.numel() * b.shape[-1] < SMALL:
        return a @ b
    leading = a.shape[:-2]
    return _Product.apply(a.reshape(-1, *a.shape[-2:]), b.reshape(-1, *b.shape[-2:])).view(*leading, a.shape[-2], b.shape[-1])


class Linear(nn.Linear):
    def forward(self, x):
        return linear(x, self.weight, self.bias)
