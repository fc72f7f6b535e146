"""Convolutions over sequences, pictures and volumes, and what widens, narrows and enlarges pictures."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, cast

from graphscope import ops
from graphscope.errors import Sentence
from graphscope.importers.keras.layer import Call, Layer, Rule
from graphscope.importers.keras.layers.core import activated
from graphscope.importers.keras.tensor import Tensor
from graphscope.model.handle import Handle
from graphscope.ops.base import Op


def channels_first(layer: Layer, x: Tensor) -> Handle:
    """The tensor with its channels behind the samples, wherever the layer has them."""
    return x.whole() if layer.word("data_format", "channels_last") == "channels_first" else x.first()


def back(layer: Layer, x: Handle) -> Tensor:
    """What has its channels behind the samples, as a tensor of the layer's layout."""
    return Tensor(x) if layer.word("data_format", "channels_last") == "channels_first" else Tensor(moved=x)


def kernel(layer: Layer, name: str = "kernel", number: int = 0) -> Handle:
    """Filters [window…, in, out] as [out, in, window…]."""
    weight = layer.weight(name, number)
    rank = weight.spec.rank
    return layer.call(ops.Transpose((rank - 1, rank - 2, *range(rank - 2))), weight)


def convolution(layer: Layer, call: Call, *, axes: int) -> Tensor:
    """A convolution, its bias and its activation."""
    x = channels_first(layer, call.x)
    x = _causal(layer, x) if layer.word("padding") == "causal" else x
    out = _convolved(layer, x, kernel(layer), axes, groups=layer.whole("groups", 1))
    return back(layer, activated(layer, _biased(layer, out, 1)))


def _convolved(layer: Layer, x: Handle, filters: Handle, axes: int, *, groups: int) -> Handle:
    auto = {"same": "same_upper", "valid": "valid", "causal": "valid"}.get(layer.word("padding", "valid"))
    if auto is None:
        raise layer.refuse(Sentence("the padding {name} is not computed here", name=layer.word("padding")))
    stride, dilation = layer.sizes("strides", axes), layer.sizes("dilation_rate", axes)
    op = ops.Conv(stride=stride, dilation=dilation, groups=groups, auto_pad=auto)  # type: ignore[arg-type]
    return layer.call(op, x, filters)


def _biased(layer: Layer, x: Handle, number: int) -> Handle:
    if not layer.flag("use_bias", True):
        return x
    bias = layer.weight("bias", number)
    return x + layer.call(ops.Reshape((-1, *(1 for _ in x.shape[2:]))), bias)


def _causal(layer: Layer, x: Handle) -> Handle:
    (window,), (dilation,) = layer.sizes("kernel_size", 1), layer.sizes("dilation_rate", 1)
    return _padded(layer, x, (((window - 1) * dilation, 0),))


def _padded(layer: Layer, x: Handle, widths: tuple[tuple[int, int], ...]) -> Handle:
    """Zeros before and after along each axis behind the channels."""
    before, after = zip((0, 0), (0, 0), *widths, strict=True)
    return layer.call(ops.Pad((*before, *after)), x)


def depthwise(layer: Layer, call: Call, *, axes: int) -> Tensor:
    """A convolution of each channel by itself."""
    x = channels_first(layer, call.x)
    out = _each_channel(layer, x, axes)
    return back(layer, activated(layer, _biased(layer, out, 1)))


def _each_channel(layer: Layer, x: Handle, axes: int, name: str = "kernel") -> Handle:
    """Filters [window…, in, several] slide over one channel each."""
    weight = layer.weight(name, 0)
    window, channels, several = weight.shape[:-2], int(weight.shape[-2]), int(weight.shape[-1])
    turned = layer.call(ops.Transpose((axes, axes + 1, *range(axes))), weight)
    filters = layer.call(ops.Reshape((channels * several, 1, *window)), turned)
    return _convolved(layer, x, filters, axes, groups=channels)


def separable(layer: Layer, call: Call, *, axes: int) -> Tensor:
    """A convolution of each channel by itself, then one that mixes the channels."""
    x = channels_first(layer, call.x)
    out = _each_channel(layer, x, axes, "depthwise_kernel")
    out = layer.call(ops.Conv(), out, kernel(layer, "pointwise_kernel", 1))
    return back(layer, activated(layer, _biased(layer, out, 2)))


def transposed(layer: Layer, call: Call, *, axes: int) -> Tensor:
    """A transposed convolution, which enlarges."""
    layer.must_be("output_padding", None)
    layer.must_be("dilation_rate", 1, [1] * axes)
    x = channels_first(layer, call.x)
    weight = layer.weight("kernel", 0)  # [window…, out, in]
    filters = layer.call(ops.Transpose((axes + 1, axes, *range(axes))), weight)
    stride = layer.sizes("strides", axes)
    borders = [_shrunk(layer, *each) for each in zip(weight.shape[:axes], stride, strict=True)]
    before, after = zip(*borders, strict=True)
    out = layer.call(ops.ConvTranspose(stride=stride, padding=(*before, *after)), x, filters)
    if any(each < 0 for each in (*before, *after)):
        raise layer.refuse(Sentence("a window smaller than its stride is not computed here"))
    return back(layer, activated(layer, _biased(layer, out, 1)))


def _shrunk(layer: Layer, window: int, stride: int) -> tuple[int, int]:
    """How much of the border is cut off, so that the size is that of Keras."""
    if layer.word("padding", "valid") == "valid":
        return (0, 0) if window >= stride else (0, window - stride)
    cut = window - stride
    return cut // 2, cut - cut // 2


def pooling(layer: Layer, call: Call, *, axes: int, kind: str) -> Tensor:
    """The largest, or the mean, of each window."""
    x = channels_first(layer, call.x)
    window = layer.sizes("pool_size", axes, 2)
    stride = window if layer.config.get("strides") is None else layer.sizes("strides", axes)
    auto = "same_upper" if layer.word("padding", "valid") == "same" else "valid"
    if kind == "max":
        op: Op = ops.MaxPool(window=window, stride=stride, auto_pad=auto)
    else:
        op = ops.AvgPool(window=window, stride=stride, auto_pad=auto, border_counts=False)
    return back(layer, layer.call(op, x))


def over_all(layer: Layer, call: Call, *, kind: str) -> Tensor:
    """The largest, or the mean, over all places."""
    x = channels_first(layer, call.x)
    keep = layer.flag("keepdims")
    make = ops.ReduceMax if kind == "max" else ops.ReduceMean
    out = layer.call(make(tuple(range(2, x.spec.rank)), keepdims=keep), x)
    return back(layer, out) if keep else Tensor(out)


def zero_padding(layer: Layer, call: Call, *, axes: int) -> Tensor:
    """Zeros around a picture."""
    x = channels_first(layer, call.x)
    return back(layer, _padded(layer, x, _pairs(layer, "padding", axes)))


def cropping(layer: Layer, call: Call, *, axes: int) -> Tensor:
    """A picture without its border."""
    x = channels_first(layer, call.x)
    cut = _pairs(layer, "cropping", axes)
    behind = tuple(range(2, 2 + axes))
    ends = tuple(2**31 - 1 if not after else -after for _, after in cut)
    return back(layer, layer.call(ops.Slice(tuple(before for before, _ in cut), ends, behind), x))


def _pairs(layer: Layer, name: str, axes: int) -> tuple[tuple[int, int], ...]:
    """Numbers before and after along each axis: one for all, one an axis, or two an axis."""
    told: Any = layer.config.get(name, 1)
    several: list[Any] = cast("list[Any]", told) if isinstance(told, list) else [told] * axes
    if axes == 1 and len(several) == 2 and all(type(each) is int for each in several):
        several = [several]
    pairs = [_pair(each) for each in several]
    if len(pairs) != axes or any(each is None for each in pairs):
        shown = repr(cast("object", told))[:60]
        raise layer.refuse(Sentence("{name} = {value} is not computed here", name=name, value=shown))
    return tuple(each for each in pairs if each is not None)


def _pair(told: Any) -> tuple[int, int] | None:
    """Two numbers, told as one or as two; None if it is neither."""
    several: list[Any] = cast("list[Any]", told) if isinstance(told, list) else [told, told]
    if len(several) != 2 or not all(type(each) is int and each >= 0 for each in several):
        return None
    return several[0], several[1]


def enlarging(layer: Layer, call: Call, *, axes: int) -> Tensor:
    """Each element several times along each axis."""
    layer.must_be("interpolation", "nearest")
    x = channels_first(layer, call.x)
    for axis, times in enumerate(layer.sizes("size", axes, 2), 2):
        x = _repeated(layer, x, axis, times)
    return back(layer, x)


def _repeated(layer: Layer, x: Handle, axis: int, times: int) -> Handle:
    size = x.shape[axis]
    if not isinstance(size, int):
        raise layer.refuse(Sentence("a picture of open size is not enlarged here"))
    rows = tuple(i // times for i in range(size * times))
    index = layer.builder.constant(layer.builder.scoped("rows"), rows, dtype="int64")
    return layer.call(ops.Gather(axis), x, index)


LAYERS: Mapping[str, Rule] = {
    **{f"Conv{n}D": partial(convolution, axes=n) for n in (1, 2, 3)},
    **{f"DepthwiseConv{n}D": partial(depthwise, axes=n) for n in (1, 2)},
    **{f"SeparableConv{n}D": partial(separable, axes=n) for n in (1, 2)},
    **{f"Conv{n}DTranspose": partial(transposed, axes=n) for n in (1, 2, 3)},
    **{f"MaxPooling{n}D": partial(pooling, axes=n, kind="max") for n in (1, 2, 3)},
    **{f"AveragePooling{n}D": partial(pooling, axes=n, kind="mean") for n in (1, 2, 3)},
    **{f"GlobalMaxPooling{n}D": partial(over_all, kind="max") for n in (1, 2, 3)},
    **{f"GlobalAveragePooling{n}D": partial(over_all, kind="mean") for n in (1, 2, 3)},
    **{f"ZeroPadding{n}D": partial(zero_padding, axes=n) for n in (1, 2, 3)},
    **{f"Cropping{n}D": partial(cropping, axes=n) for n in (1, 2, 3)},
    **{f"UpSampling{n}D": partial(enlarging, axes=n) for n in (1, 2, 3)},
}
