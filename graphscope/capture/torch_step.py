"""Does one training step of a PyTorch model as the user would, and leaves everything as it was."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from graphscope.capture.lowering import check_dtype
from graphscope.errors import InputError

Batch = tuple[tuple[Any, ...], Mapping[str, Any], Any]


@dataclass(frozen=True, eq=False)
class TorchStep:
    """A model, a batch and a loss: all that one step needs.

    Args:
        inputs: positional arguments of the model.
        named: its keyword arguments.
        target: what the loss compares with; None for a loss of the output alone.
        loss: a function of output and target.
    """

    model: Any
    inputs: tuple[Any, ...]
    named: Mapping[str, Any]
    target: Any
    loss: Callable[..., Any]

    def module(self) -> Any:
        """The whole step as one module that takes the data and gives the loss and the output."""
        return _whole(self)

    def arguments(self) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """The data as that module takes it."""
        target = () if self.target is None else (self.target,)
        return (*target, *self.inputs), dict(self.named)


def _whole(step: TorchStep) -> Any:
    import torch

    class Step(torch.nn.Module):
        """Model and loss as one."""

        def __init__(self) -> None:
            super().__init__()
            self.model = step.model
            self.loss = step.loss

        def forward(self, *given: Any, **named: Any) -> Any:
            """The loss and the output."""
            if step.target is None:
                output = self.model(*given, **named)
                return self.loss(output), tensors(output)
            target, *inputs = given
            output = self.model(*inputs, **named)
            return self.loss(output, target), tensors(output)

    whole = Step()
    whole.training = step.model.training
    return whole


def tensors(nested: Any) -> tuple[Any, ...]:
    """The tensors in lists, tuples, dictionaries and the like, in order."""
    import torch
    from torch.utils import _pytree as pytree

    return tuple(each for each in pytree.tree_leaves(nested) if isinstance(each, torch.Tensor))


def titled(step: TorchStep) -> tuple[tuple[str, Any], ...]:
    """The tensors of the data with what they are called: by the parameters of the model's ``forward``."""
    from torch.utils import _pytree as pytree

    given = dict(zip(_parameters(step.model, len(step.inputs)), step.inputs, strict=True))
    found: list[tuple[str, Any]] = []
    for name, nested in (("target", step.target), *given.items(), *step.named.items()):
        leaves, _ = pytree.tree_flatten_with_path(nested)
        for path, tensor in leaves:
            found.append((name + "".join(str(part).strip(".").replace("'", "") for part in path), tensor))
    return tuple(found)


def _parameters(model: Any, count: int) -> list[str]:
    """What the model calls its positional arguments."""
    from inspect import signature

    names: list[str] = []
    for parameter in signature(model.forward).parameters.values():
        if parameter.kind is parameter.VAR_POSITIONAL:
            break
        names.append(parameter.name)
    names = [name for name in names if name != "target"][:count]
    return [*names, *(f"x{place}" for place in range(len(names), count))]


@contextmanager
def undisturbed(model: Any) -> Generator[None, None, None]:
    """Random numbers are afterwards what they were before, and what is written into buffers is written into copies."""
    import torch

    devices = [
        each
        for each in range(torch.cuda.device_count())
        if torch.cuda.is_available() and torch.cuda.is_initialized()
    ]
    own = [(module, name, each) for module in model.modules() for name, each in module._buffers.items()]  # noqa: SLF001
    copies = {id(each): each.detach().clone() for _, _, each in own if each is not None}
    from torch.nn.attention import SDPBackend, sdpa_kernel

    fork = cast("Any", torch.random).fork_rng
    with fork(devices), sdpa_kernel(SDPBackend.MATH):  # whose dropout can be repeated
        try:
            for module, name, each in own:
                module._buffers[name] = copies.get(id(each))  # noqa: SLF001
            yield
        finally:
            for module, name, each in own:
                module._buffers[name] = each  # noqa: SLF001


def reference(step: TorchStep) -> tuple[float, dict[str, np.ndarray]]:
    """PyTorch's own loss, and its gradient of each parameter that has one, by its path in the model."""
    import torch

    weights = {name: each for name, each in step.model.named_parameters() if each.requires_grad}
    given, named = step.arguments()
    with undisturbed(step.model), torch.enable_grad():
        loss, _ = step.module()(*given, **named)
        check_loss(loss)
        found = torch.autograd.grad(loss, list(weights.values()), allow_unused=True)
    gradients = {
        name: array(each) for name, each in zip(weights, cast("Any", found), strict=True) if each is not None
    }
    return float(loss.detach()), gradients


def check_loss(loss: Any) -> None:
    """Hold the loss to what backward can start from.

    Raises:
        InputError: it is no tensor of one number, or does not depend on a weight.
    """
    import torch

    if not isinstance(loss, torch.Tensor) or loss.numel() != 1:
        shape = "×".join(map(str, loss.shape)) if isinstance(loss, torch.Tensor) else type(loss).__name__
        raise InputError("the loss must be one number, but it is {shape}; take its mean or sum", shape=shape)
    if not loss.requires_grad:
        raise InputError("the loss depends on no weight, so there is no gradient; is the model frozen?")


def array(tensor: Any) -> np.ndarray:
    """A tensor as an array that nobody can write to; a copy."""
    check_dtype("the model", str(tensor.dtype).removeprefix("torch."))
    made = np.array(tensor.detach().cpu().resolve_conj().resolve_neg().numpy())
    made.setflags(write=False)
    return made


def numpy_dtype(dtype: Any) -> str:
    """NumPy's name of a type of PyTorch's."""
    return str(dtype).removeprefix("torch.")
