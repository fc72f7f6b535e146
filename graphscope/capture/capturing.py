"""``graphscope.capture``: one training step of a framework as a model that can be stepped through, or as a file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from os import PathLike
from pathlib import Path
from pkgutil import iter_modules
from typing import Any, Protocol, cast

from graphscope.capture import frameworks
from graphscope.errors import InputError
from graphscope.model import archive, given
from graphscope.model.captured import Trouble
from graphscope.model.model import Model


@dataclass(frozen=True, eq=False)
class Asked:
    """What a user asks to be captured.

    Args:
        x: the batch: one tensor, a tuple of positional arguments, or a dictionary of named ones.
        y: the targets, or None where the loss takes the output alone.
        loss: a function of output and targets; None where the model itself gives the loss, or says how it is trained.
        optimizer: with its state as it is.
        name: what the model is called; None for the name of its class.
        step: which step of a training loop this is; 0 where nobody counted.
        trouble: what was not finite in it.
    """

    model: Any
    x: Any
    y: Any = None
    loss: Any = None
    optimizer: Any = None
    name: str | None = None
    step: int = 0
    trouble: Trouble = ""


class Framework(Protocol):
    """What a module of ``capture/frameworks`` offers."""

    TITLE: str

    def matches(self, model: Any) -> bool:
        """Whether the model is one of this framework's; loads nothing that is not loaded."""
        ...

    def capture(self, asked: Asked) -> Model:
        """The step as a model.

        Raises:
            GraphScopeError: it cannot be captured; one sentence says why.
        """
        ...


@cache
def known() -> tuple[Framework, ...]:
    """Every framework in the folder."""
    names = sorted(module.name for module in iter_modules(frameworks.__path__))
    return tuple(cast("Framework", import_module(f"{frameworks.__name__}.{name}")) for name in names)


def capture(
    model: Any,
    x: Any,
    y: Any = None,
    loss: Callable[..., Any] | None = None,
    *,
    optimizer: Any = None,
    save: str | PathLike[str] | None = None,
    name: str | None = None,
) -> Model:
    """One training step as a model: operations, weights, buffers, batch, random masks, optimizer with its state.

    The step is done on copies: weights, buffers, random numbers and gradients are afterwards as they were.

    Args:
        model: a PyTorch module, in the mode in which it is (``model.train()``), or a Keras model.
        x: the batch: one tensor, a tuple of positional arguments, or a dictionary of named ones.
        y: the targets; None where the loss takes the output alone.
        loss: ``loss(output, y)``, such as ``nn.CrossEntropyLoss()``; None where the model gives its loss.
        optimizer: of ``torch.optim``, with its state as it is.
        save: a file to write, ``"run.gscope"``: plain data, no pickle; opens with ``graphscope run.gscope``.
        name: what the model is called.

    Returns:
        The model, which ``graphscope.open`` takes.

    Raises:
        GraphScopeError: it cannot be captured; one sentence says why.
    """
    return captured(Asked(model, x, y, loss, optimizer, name), save)


def captured(asked: Asked, save: str | PathLike[str] | None) -> Model:
    """What was asked for, written into a file where one is named."""
    path = None if save is None else file_of(save)
    made = framework_of(asked.model).capture(asked)
    if path is not None:
        archive.write(path, made)
    return made


def framework_of(model: Any) -> Framework:
    """The framework that a model is of.

    Raises:
        InputError: none that is known here.
    """
    for framework in known():
        if framework.matches(model):
            return framework
    raise InputError(
        "{given} is no model of {known}; hand over the model itself",
        given=given.shown(model),
        known=", ".join(framework.TITLE for framework in known()),
    )


def file_of(save: str | PathLike[str]) -> Path:
    """The file to write, with the ending by which it is known."""
    path = Path(save)
    return path if path.suffix == archive.SUFFIX else path.with_name(path.name + archive.SUFFIX)
