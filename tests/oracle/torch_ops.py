"""PyTorch's word for each op: what the engine's values and gradients are compared with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from graphscope.graph.graph import Graph
from graphscope.model.model import Model
from graphscope.ops.base import Op

Function = Callable[..., Any]

TORCH: Mapping[str, Function] = {
    "Add": lambda t, op, x, y: x + y,
    "Sub": lambda t, op, x, y: x - y,
    "Mul": lambda t, op, x, y: x * y,
    "Div": lambda t, op, x, y: x / y,
    "Maximum": lambda t, op, x, y: t.maximum(x, y),
    "Minimum": lambda t, op, x, y: t.minimum(x, y),
    "Neg": lambda t, op, x: -x,
    "Exp": lambda t, op, x: t.exp(x),
    "Square": lambda t, op, x: t.square(x),
    "Abs": lambda t, op, x: t.abs(x),
    "Clip": lambda t, op, x: t.clamp(x, op.low, op.high),
    "Identity": lambda t, op, x: x * 1,
    "StopGradient": lambda t, op, x: x.detach(),
    "Tanh": lambda t, op, x: t.tanh(x),
    "Sigmoid": lambda t, op, x: t.sigmoid(x),
    "Relu": lambda t, op, x: t.relu(x),
    "LeakyRelu": lambda t, op, x: t.nn.functional.leaky_relu(x, op.slope),
    "Gelu": lambda t, op, x: t.nn.functional.gelu(x, approximate=op.approximate),
    "Softmax": lambda t, op, x: t.softmax(x, op.axis),
    "LogSoftmax": lambda t, op, x: t.log_softmax(x, op.axis),
    "MatMul": lambda t, op, x, w: x @ w,
    "ReduceSum": lambda t, op, x: t.sum(x, _axes(op, x), op.keepdims),
    "ReduceMean": lambda t, op, x: t.mean(x, _axes(op, x), op.keepdims),
    "ReduceMax": lambda t, op, x: t.amax(x, _axes(op, x), op.keepdims),
    "Reshape": lambda t, op, x: t.reshape(x, op.shape),
    "Transpose": lambda t, op, x: t.permute(x, op.order or tuple(reversed(range(x.ndim)))),
    "Concat": lambda t, op, *xs: t.cat(xs, op.axis),
    "Split": lambda t, op, x: t.tensor_split(x, op.parts, op.axis),
    "Gather": lambda t, op, x, indices: t.index_select(x, op.axis, indices),
    "Greater": lambda t, op, x, y: x > y,
    "Where": lambda t, op, condition, x, y: t.where(condition, x, y),
    "Dropout": lambda t, op, x, mask: x * mask / (1 - op.rate),
    "MeanSquaredError": lambda t, op, x, y: t.nn.functional.mse_loss(x, y),
    "BinaryCrossEntropyWithLogits": lambda t, op, x, y: t.nn.functional.binary_cross_entropy_with_logits(
        x, y
    ),
    "Conv2d": lambda t, op, x, w, *bias: t.nn.functional.conv2d(
        x, w, *bias, stride=op.stride, padding=op.padding, dilation=op.dilation, groups=op.groups
    ),
    "MaxPool2d": lambda t, op, x: t.nn.functional.max_pool2d(
        x, op.window, op.stride, op.padding, op.dilation
    ),
    "Flatten": lambda t, op, x: t.flatten(x, 1),
    "SoftmaxCrossEntropy": lambda t, op, x, y: t.nn.functional.cross_entropy(x, y),
}
"""Called with the torch module, the op and its operands, then the draws of random ops."""


def _axes(op: Any, x: Any) -> tuple[int, ...]:
    return tuple(range(x.ndim)) if op.axes is None else op.axes


def evaluate(
    torch: Any, graph: Graph, leaves: Mapping[str, Any], draws: Mapping[str, tuple[Any, ...]]
) -> dict[str, Any]:
    """Every value of the graph as a tensor that keeps its gradient.

    Args:
        leaves: inputs, parameters and constants.
        draws: for each random node what it drew.
    """
    values = dict(leaves)
    for node in graph.nodes:
        operands = [values[name] for name in node.inputs if name is not None]
        made = TORCH[node.op.name](torch, node.op, *operands, *draws.get(node.name, ()))
        for name, tensor in zip(node.outputs, made if isinstance(made, tuple) else (made,), strict=True):
            if tensor.requires_grad:
                tensor.retain_grad()
            values[name] = tensor
    return values


def optimizer(torch: Any, update: Op, parameters: list[Any]) -> Any:
    """PyTorch's optimizer for the same update."""
    op: Any = update
    match op.name:
        case "SGD":
            return torch.optim.SGD(parameters, lr=op.lr)
        case "Momentum":
            return torch.optim.SGD(parameters, lr=op.lr, momentum=op.momentum, nesterov=op.nesterov)
        case _:
            return torch.optim.Adam(parameters, lr=op.lr, betas=(op.beta1, op.beta2), eps=op.epsilon)


def leaves(torch: Any, model: Model, seed: int, data: Mapping[str, Any]) -> dict[str, Any]:
    """The tensors that a run begins with; those that want a gradient require one."""
    arrays = {**model.initial(seed), **data}
    made: dict[str, Any] = {}
    for value in model.graph.table:
        if value.kind != "node":
            tensor = torch.tensor(arrays[value.name].astype(value.spec.dtype))
            made[value.name] = tensor.requires_grad_() if value.gradient and value.spec.floating else tensor
    return made
