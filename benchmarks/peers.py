"""PyTorch's training steps that ours are compared with: the cheapest there is, and the one that everybody writes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import torch

from graphscope.model.model import Model

RATE = 0.01

Step = Callable[[], torch.Tensor]
"""Does one training step and gives the loss before it."""
Loss = Callable[..., torch.Tensor]
"""From the parameters and the data, in the order of the graph."""


class Written(torch.nn.Module):
    """A module that is a few named parameters and a function of them: for what no layer of PyTorch is."""

    def __init__(self, loss: Loss, *shapes: tuple[int, ...]) -> None:
        super().__init__()
        self.loss = loss
        self.weights = torch.nn.ParameterList([torch.zeros(shape) for shape in shapes])

    def forward(self, *data: torch.Tensor) -> torch.Tensor:
        return self.loss(list(self.weights), *data)


class Trained(torch.nn.Module):
    """A model and what is asked of it, as most training loops have them."""

    def __init__(self, body: torch.nn.Module, criterion: torch.nn.Module) -> None:
        super().__init__()
        self.body, self.criterion = body, criterion

    def forward(self, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        return self.criterion(self.body(x), y)


def cheapest(loss: Loss, model: Model) -> Step:
    """No module, no optimizer object, autograd asked directly, one update of all parameters at once."""
    weights = [tensor.requires_grad_() for tensor in parameters(model)]
    stored = [tensor.detach() for tensor in weights]  # the same memory, without autograd's eye on it
    given = data(model)

    def step() -> torch.Tensor:
        found = loss(weights, *given)
        gradients = torch.autograd.grad(found, weights)
        torch._foreach_add_(stored, gradients, alpha=-RATE)  # pyright: ignore[reportPrivateImportUsage]
        return found

    return step


def ordinary(module: torch.nn.Module, model: Model) -> Step:
    """A module, ``zero_grad``, ``backward`` and an optimizer's ``step``."""
    load(module, model)
    optimizer = torch.optim.SGD(module.parameters(), lr=RATE)
    given = data(model)

    def step() -> torch.Tensor:
        optimizer.zero_grad()
        found = module(*given)
        found.backward()
        optimizer.step()
        return found

    return step


def load(module: torch.nn.Module, model: Model) -> None:
    """Start from the model's parameters; PyTorch keeps the weights of a linear layer turned."""
    turned = {id(layer.weight) for layer in module.modules() if isinstance(layer, torch.nn.Linear)}
    with torch.no_grad():
        for own, given in zip(module.parameters(), parameters(model), strict=True):
            own.copy_(given.mT if id(own) in turned else given)


def parameters(model: Model) -> list[torch.Tensor]:
    """The parameters at the start, in the order of the graph."""
    arrays = model.initial(0)
    return [_tensor(arrays[name], model.graph.value(name).spec.dtype) for name in model.graph.parameters]


def data(model: Model) -> list[torch.Tensor]:
    """The one batch, in the order of the inputs."""
    return [_tensor(model.feed.data[name], model.graph.value(name).spec.dtype) for name in model.graph.inputs]


def losses(step: Step, count: int) -> Iterator[float]:
    """The losses of the first steps."""
    return (float(step().detach()) for _ in range(count))


def _tensor(array: Any, dtype: str) -> torch.Tensor:
    return torch.from_numpy(array.astype(dtype, copy=True))
