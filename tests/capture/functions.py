"""What programs in PyTorch call, a row for each thing that a rule says: a function of x, 3 × 4."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any


def functions(torch: Any) -> Mapping[str, Callable[[Any], Any]]:
    f, nn = torch.nn.functional, torch.nn
    whole = torch.tensor([[0, 2, 1, 3], [1, 1, 0, 2], [3, 0, 0, 1]])
    rows = torch.tensor([2, 0, 2])
    truth = torch.tensor([[True, False, True, True], [False, True, True, False], [True, True, False, True]])
    other = torch.linspace(0.3, 1.7, 12, dtype=torch.float64).reshape(3, 4)
    square = torch.linspace(-1, 1, 16, dtype=torch.float64).reshape(4, 4)
    picture = torch.linspace(-1, 1, 2 * 3 * 3 * 2, dtype=torch.float64).reshape(3, 2, 3, 2)
    return {
        **_elementwise(torch, f, other, truth),
        **_activations(torch, f),
        **_shapes(torch, other),
        **_places(torch, f, whole, rows, other, truth),
        **_reductions(torch),
        **_products(torch, f, square, other),
        **_windows(torch, f, picture),
        **_norms(torch, f),
        **_losses(torch, f, rows, other),
        "module with parameters": nn.Identity(),
    }


def _elementwise(torch: Any, f: Any, other: Any, truth: Any) -> dict[str, Callable[[Any], Any]]:
    names = "abs ceil cos cosh erf exp expm1 floor neg reciprocal round sigmoid sign sin sinh square tan tanh trunc"
    positive = "log log1p log2 log10 sqrt rsqrt acosh"
    inside = "acos asin atan asinh atanh"
    return {
        **{name: getattr(torch, name) for name in names.split()},
        **{name: _after(getattr(torch, name), lambda x: x.abs() + 1.1) for name in positive.split()},
        **{name: _after(getattr(torch, name), lambda x: x.tanh() * 0.9) for name in inside.split()},
        "add with a factor": lambda x: torch.add(x, other, alpha=0.5),
        "subtract from a number": lambda x: 2 - x,
        "multiply by a whole number": lambda x: 3 * x,
        "divide": lambda x: x / other,
        "divide and round down": lambda x: torch.div(x, other, rounding_mode="floor") * x,
        "divide and cut": lambda x: torch.div(x, other, rounding_mode="trunc") * x,
        "remainder": lambda x: torch.remainder(x, 0.7),
        "square by a power": lambda x: x**2,
        "power": lambda x: (x.abs() + 0.1) ** 1.5,
        "power of a number": lambda x: 2.0**x,
        "power by a tensor": lambda x: (x.abs() + 0.1) ** other,
        "maximum": lambda x: torch.maximum(x, other),
        "minimum": lambda x: torch.minimum(x, other),
        "clamp": lambda x: x.clamp(-0.5, 0.5),
        "clamp from below": lambda x: x.clamp_min(-0.2),
        "clamp by tensors": lambda x: torch.clamp(x, -other, other),
        "where": lambda x: torch.where(x > 0.1, x, -x),
        "where and": lambda x: torch.where((x > -0.5) & (x <= 0.9) & ~(x == 0), x, x * 0.1),
        "fill where": lambda x: x.masked_fill(truth, 0.5),
        "not equal": lambda x: (x != 0).double() * x,
        "lerp": lambda x: torch.lerp(x, other, 0.3),
        "addcmul": lambda x: torch.addcmul(x, x, other, value=0.5),
        "addcdiv": lambda x: torch.addcdiv(x, x, other, value=0.5),
        "detach": lambda x: x * x.detach(),
        "to another type and back": lambda x: x.float().double(),
        "in place without gradients": _overwritten,
        "without gradients": _scaled,
        "in place": lambda x: (x + 1).mul_(2).add_(x),
        "into a part in place": lambda x: _into(torch.zeros_like(x), x),
        "nan to num": torch.nan_to_num,
        "threshold": lambda x: f.threshold(x, 0.1, 0.0),
    }


def _scaled(x: Any) -> Any:
    import torch

    with torch.no_grad():
        size = x.exp().sum()
    return x * size


def _overwritten(x: Any) -> Any:
    import torch

    y = x * 2
    with torch.no_grad():
        y.clamp_(-0.5, 0.5)
    return y.sin()


def _after(function: Any, inner: Any) -> Any:
    return lambda x: function(inner(x))


def _into(z: Any, x: Any) -> Any:
    z[:, 1:3] = x[:, :2]
    z[0] = x[1]
    return z


def _activations(torch: Any, f: Any) -> dict[str, Callable[[Any], Any]]:
    names = """
        relu elu selu celu gelu silu mish softplus softsign hardtanh hardsigmoid hardswish leaky_relu logsigmoid relu6
        tanhshrink
    """
    return {
        **{name: getattr(f, name) for name in names.split()},
        "gelu by tanh": lambda x: f.gelu(x, approximate="tanh"),
        "softmax": lambda x: f.softmax(x, 1),
        "softmax over columns": lambda x: f.softmax(x, dim=0),
        "log softmax": lambda x: f.log_softmax(x, -1),
        "softmin": lambda x: f.softmin(x, dim=1),
        "glu": f.glu,
        "prelu": lambda x: f.prelu(x, torch.tensor([0.1, 0.2, 0.3, 0.4], dtype=x.dtype)),
    }


def _shapes(torch: Any, other: Any) -> dict[str, Callable[[Any], Any]]:
    return {
        "view": lambda x: x.view(2, 6).sin(),
        "reshape": lambda x: x.t().reshape(-1).sin(),
        "flatten": lambda x: x.view(3, 2, 2).flatten(1).sin(),
        "flatten all": lambda x: x.flatten().sin(),
        "squeeze": lambda x: x.unsqueeze(0).unsqueeze(-1).squeeze().sin(),
        "squeeze one": lambda x: x.unsqueeze(1).squeeze(1).sin(),
        "transpose": lambda x: x.transpose(0, 1).sin(),
        "permute": lambda x: x.view(3, 2, 2).permute(2, 0, 1).sin(),
        "movedim": lambda x: x.view(3, 2, 2).movedim(0, 2).sin(),
        "expand": lambda x: x.unsqueeze(1).expand(3, 2, 4) * torch.arange(8).view(2, 4),
        "broadcast": lambda x: x[:, :1] * other,
        "cat": lambda x: torch.cat([x, x.sin(), other], 1),
        "stack": lambda x: torch.stack([x, x.cos()], dim=1),
        "split": lambda x: _weigh(x.split(2, dim=1)),
        "split unevenly": lambda x: _weigh(x.split([1, 3], dim=1)),
        "chunk": lambda x: _weigh(x.chunk(2, dim=1)),
        "unbind": lambda x: _weigh(x.unbind(1)),
        "repeat": lambda x: x.repeat(2, 1, 2).sin(),
        "repeat interleave": lambda x: x.repeat_interleave(2, dim=1).sin(),
        "flip": lambda x: x.flip(1) * other,
        "roll": lambda x: x.roll(1, 1) * other,
        "tril": lambda x: x.tril(),
        "triu": lambda x: x.triu(1),
        "diagonal product": lambda x: (x.triu() @ x.t()).sin(),
        "unflatten": lambda x: x.unflatten(1, (2, 2)).sin(),
    }


def _weigh(parts: Any) -> Any:
    return sum(
        (place + 1) * part.sum(-1) if part.ndim > 1 else (place + 1) * part
        for place, part in enumerate(parts)
    )


def _places(
    torch: Any, f: Any, whole: Any, rows: Any, other: Any, truth: Any
) -> dict[str, Callable[[Any], Any]]:
    return {
        "select": lambda x: x[1] * 2,
        "select the last column": lambda x: x[:, -1] * 2,
        "slice": lambda x: x[1:, ::2] * 2,
        "narrow": lambda x: x.narrow(1, 1, 2) * 2,
        "rows by number": lambda x: x[rows] * other,
        "index select": lambda x: x.index_select(0, rows) * other,
        "elements by two numbers": lambda x: x[rows, torch.tensor([0, 3, 0])] * 2,
        "gather": lambda x: x.gather(1, whole) * other,
        "embedding": lambda x: f.embedding(whole % 3, x).sin(),
        "embedding with padding": lambda x: f.embedding(whole % 3, x, padding_idx=1).sin(),
        "pad": lambda x: f.pad(x, (1, 2, 0, 1), value=0.5).sin(),
        "pad by reflection": lambda x: f.pad(x.unsqueeze(0), (1, 2), mode="reflect").sin(),
        "scatter add": lambda x: torch.zeros_like(x).scatter_add(1, whole, x) * other,
        "index put": lambda x: torch.zeros_like(x).index_put((rows,), x, accumulate=True) * other,
        "one hot": lambda x: f.one_hot(whole, 5).double().sum(1)[:, :4] * x,
        "top two": lambda x: x.topk(2, dim=1).values * 2,
        "cumsum": lambda x: x.cumsum(1) * other,
        "cumprod": lambda x: x.cumprod(1) * other,
        "take where true": lambda x: torch.where(truth, x, 0.0),
    }


def _reductions(torch: Any) -> dict[str, Callable[[Any], Any]]:
    return {
        "sum": lambda x: x.sum(),
        "sum over an axis": lambda x: x.sum(1).sin(),
        "sum over axes, kept": lambda x: x.sum((0, 1), keepdim=True).sin(),
        "mean": lambda x: x.mean(-1, keepdim=True) * x,
        "amax": lambda x: x.amax(1),
        "max": lambda x: x.max(),
        "max with places": lambda x: x.max(dim=1).values,
        "min with places": lambda x: x.min(1, keepdim=True)[0],
        "prod": lambda x: x.prod(1),
        "variance": lambda x: x.var(1),
        "variance of all": lambda x: x.var(),
        "biased variance": lambda x: x.var(1, correction=0),
        "deviation": lambda x: x.std(0),
        "logsumexp": lambda x: x.logsumexp(1),
        "norm": lambda x: x.norm(),
        "norm of rows": lambda x: torch.linalg.vector_norm(x, dim=1),
        "sum of magnitudes": lambda x: x.norm(p=1, dim=1),
        "normalize": lambda x: torch.nn.functional.normalize(x, dim=1).sin(),
    }


def _products(torch: Any, f: Any, square: Any, other: Any) -> dict[str, Callable[[Any], Any]]:
    return {
        "matmul": lambda x: (x @ square).sin(),
        "matrix times vector": lambda x: (x @ square[0]).sin(),
        "vector times matrix": lambda x: (square[0] @ x.t()).sin(),
        "dot": lambda x: x[0].dot(square[0]),
        "batched": lambda x: torch.bmm(x.view(3, 2, 2), other.view(3, 2, 2)).sin(),
        "linear": lambda x: f.linear(x, square, square[0]).sin(),
        "linear in three axes": lambda x: f.linear(x.view(1, 3, 4), square, square[0]).sin(),
        "addmm": lambda x: torch.addmm(square[:3], x, square, beta=0.5, alpha=2).sin(),
        "outer": lambda x: torch.outer(x[0], x[1]).sin(),
        "einsum": lambda x: torch.einsum("ij,kj->ik", x, other).sin(),
        "attention": lambda x: f.scaled_dot_product_attention(x[None], other[None], other[None]).sin(),
        "causal attention": lambda x: f.scaled_dot_product_attention(
            x[None], other[None], x.sin()[None], is_causal=True
        ),
        "masked attention": lambda x: f.scaled_dot_product_attention(
            x[None], x[None], other[None], attn_mask=torch.ones(3, 3, dtype=torch.bool).tril()
        ),
    }


def _windows(torch: Any, f: Any, picture: Any) -> dict[str, Callable[[Any], Any]]:
    def image(x: Any) -> Any:
        return torch.cat([x.view(1, 2, 2, 3), x.view(1, 2, 2, 3).sin()], dim=2).repeat(1, 1, 1, 2)

    return {
        "convolve": lambda x: f.conv2d(image(x), picture).sin(),
        "convolve with all": lambda x: f.conv2d(
            image(x), picture, picture[:, 0, 0, 0], stride=2, padding=1
        ).sin(),
        "convolve apart": lambda x: f.conv2d(image(x), picture[:2, :1], groups=2, dilation=(1, 2)).sin(),
        "convolve a line": lambda x: f.conv1d(
            x[None], picture[:, :1, :, 0].repeat(1, 3, 1), padding="same"
        ).sin(),
        "convolve back": lambda x: f.conv_transpose2d(
            image(x), picture.transpose(0, 1)[:, :, :2], stride=2
        ).sin(),
        "max pool": lambda x: f.max_pool2d(image(x), 2),
        "max pool with border": lambda x: f.max_pool2d(image(x), 3, stride=2, padding=1),
        "average pool": lambda x: f.avg_pool2d(image(x), 2, count_include_pad=False).sin(),
        "average pool to one": lambda x: f.adaptive_avg_pool2d(image(x), 1).sin(),
        "average pool to two": lambda x: f.adaptive_avg_pool2d(image(x), 2).sin(),
        "enlarge": lambda x: f.interpolate(image(x), scale_factor=2).sin(),
        "max pool of lines": lambda x: f.max_pool1d(x[None], 2),
    }


def _norms(torch: Any, f: Any) -> dict[str, Callable[[Any], Any]]:
    return {
        "layer norm": lambda x: f.layer_norm(x, (4,), torch.arange(4.0, dtype=x.dtype)).sin(),
        "group norm": lambda x: f.group_norm(x, 2).sin(),
        "instance norm": lambda x: f.instance_norm(x.view(1, 3, 4)).sin(),
        "rms norm": lambda x: f.rms_norm(x, (4,)).sin(),
        "batch norm": lambda x: f.batch_norm(x, None, None, training=True).sin(),
    }


def _losses(torch: Any, f: Any, rows: Any, other: Any) -> dict[str, Callable[[Any], Any]]:
    chances = other / other.sum(1, keepdim=True)
    weights = torch.tensor([0.5, 1.0, 2.0, 1.5], dtype=torch.float64)
    return {
        "squared error": lambda x: f.mse_loss(x, other),
        "squared errors": lambda x: f.mse_loss(x, other, reduction="none").sin(),
        "absolute error": lambda x: f.l1_loss(x, other),
        "huber": lambda x: f.huber_loss(x, other, delta=0.5),
        "smooth absolute error": lambda x: f.smooth_l1_loss(x, other),
        "cross entropy": lambda x: f.cross_entropy(x, rows),
        "summed cross entropy": lambda x: f.cross_entropy(x, rows, reduction="sum"),
        "cross entropy of each": lambda x: f.cross_entropy(x, rows, reduction="none").sin(),
        "weighed cross entropy": lambda x: f.cross_entropy(x, rows, weights),
        "smoothed cross entropy": lambda x: f.cross_entropy(x, rows, label_smoothing=0.1),
        "cross entropy with samples left out": lambda x: f.cross_entropy(x, torch.tensor([1, -100, 3])),
        "all of it": lambda x: f.cross_entropy(x, rows, weights, ignore_index=0, label_smoothing=0.2),
        "cross entropy of chances": lambda x: f.cross_entropy(x, chances),
        "cross entropy of pictures": lambda x: f.cross_entropy(x.view(1, 3, 4), torch.tensor([[0, 2, 1, 1]])),
        "negative log likelihood": lambda x: f.nll_loss(x.log_softmax(1), rows),
        "binary cross entropy": lambda x: f.binary_cross_entropy(x.sigmoid(), chances),
        "binary cross entropy of scores": lambda x: f.binary_cross_entropy_with_logits(x, chances),
        "weighed binary cross entropy": lambda x: f.binary_cross_entropy_with_logits(
            x, chances, pos_weight=weights
        ),
        "divergence": lambda x: f.kl_div(x.log_softmax(1), chances, reduction="batchmean"),
        "similarity": lambda x: f.cosine_similarity(x, other),
        "hinge": lambda x: f.margin_ranking_loss(x[0], x[1], torch.ones(4, dtype=x.dtype)),
        "distance": lambda x: f.pairwise_distance(x, other),
        "triplets": lambda x: f.triplet_margin_loss(x, other, -other),
    }
