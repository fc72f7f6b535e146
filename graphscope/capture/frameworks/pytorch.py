"""PyTorch: a module, a batch and a loss become a model, through ``torch.export`` or else recorded call by call."""

from __future__ import annotations

import linecache
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from graphscope.capture.capturing import Asked
from graphscope.capture.lowering import Lowering, labelled
from graphscope.capture.tape import Tape
from graphscope.capture.torch_modules import MODEL, scopes_of_weights
from graphscope.capture.torch_ops import rule
from graphscope.errors import GraphScopeError, InputError
from graphscope.model import origin
from graphscope.model.captured import Captured
from graphscope.model.model import Model
from graphscope.model.origin import Source

TITLE = "PyTorch"
_COUNTER = "num_batches_tracked"
"""Batch normalization counts batches in a buffer that nothing else reads."""


def matches(model: Any) -> bool:
    """Whether it is a module, which needs PyTorch to be loaded."""
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(model, torch.nn.Module)


def capture(asked: Asked) -> Model:
    """One training step, by ``torch.export``, or recorded where that fails.

    Raises:
        GraphScopeError: the loss is none, the optimizer is not known, or operations are not.
    """
    from graphscope.capture.torch_optimizer import read
    from graphscope.capture.torch_step import reference

    step = step_of(asked)
    loss, gradients = reference(step)
    model, recorded, classes = _model(step, asked.name or type(asked.model).__name__, loss)
    model = read(asked.model, asked.optimizer, model)
    known = {name: each for name, each in gradients.items() if name in model.graph.by_name}
    about = Captured(_framework(), loss, known, recorded, classes, asked.step, asked.trouble)
    return replace(model, captured=about, source=_source(model))


def step_of(asked: Asked) -> Any:
    """The step that is asked for."""
    from graphscope.capture.torch_step import TorchStep

    inputs, named = _arguments(asked.x)
    loss = asked.loss
    if loss is None:
        if asked.y is not None:
            raise InputError(
                "with targets y a loss is needed, a function of output and targets, such as nn.CrossEntropyLoss()"
            )
        loss = _itself
    return TorchStep(asked.model, inputs, named, asked.y, loss)


def _itself(output: Any) -> Any:
    """A model that gives its loss, alone or as the attribute ``loss`` of what it gives."""
    return getattr(output, "loss", output)


def _arguments(x: Any) -> tuple[tuple[Any, ...], Mapping[str, Any]]:
    if isinstance(x, Mapping):
        return (), {str(name): each for name, each in x.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    return (x if isinstance(x, tuple) else (x,)), {}  # pyright: ignore[reportUnknownVariableType]


def _model(step: Any, name: str, loss: float) -> tuple[Model, bool, dict[str, str]]:
    """The model, whether it was recorded, and the classes of its groups."""
    from graphscope.capture.torch_export import NotExported, exported
    from graphscope.capture.torch_recorder import recorded

    try:
        tape = exported(step)
        if faithful(tape, loss):
            return _lowered(tape, name), False, _classes(tape)
    except NotExported:
        pass
    except GraphScopeError as refusal:
        try:
            tape = recorded(step)
            return _lowered(tape, name), True, _classes(tape)
        except GraphScopeError:
            raise refusal from None
    tape = recorded(step)
    return _lowered(tape, name), True, _classes(tape)


def faithful(tape: Tape, loss: float) -> bool:
    """Whether the exported program, run on the batch, gives the loss that the model gave: else it took another way."""
    return tape.value is None or bool(np.isclose(tape.value, loss, rtol=1e-4, atol=1e-6, equal_nan=True))


def _lowered(tape: Tape, name: str) -> Model:
    titles = [leaf.title for leaf in tape.leaves]
    ran = _paths(tape)
    unseen = frozenset(title for title in titles if title.rsplit(".", 1)[-1] == _COUNTER)
    return Lowering(tape, name, rule, scopes_of_weights(titles, ran), unseen).model()


def _paths(tape: Tape) -> set[str]:
    """The paths of the modules that ran."""
    return {".".join((MODEL, *scope)) for scope in tape.classes}


def _classes(tape: Tape) -> dict[str, str]:
    return {"/".join(labelled(scope, tape.classes)): kind for scope, kind in tape.classes.items() if scope}


def _framework() -> str:
    import torch

    return f"PyTorch {torch.__version__.split('+')[0]}"


def _source(model: Model) -> Source | None:
    """The program that called for most of the operations, as it is now."""
    files = Counter(node.origin.file for node in model.graph.nodes if node.origin is not None)
    if not files:
        return None
    file = files.most_common(1)[0][0]
    linecache.checkcache(file)
    text = "".join(linecache.getlines(file))
    return Source(file, text) if 0 < len(text) <= origin.LONGEST else None
