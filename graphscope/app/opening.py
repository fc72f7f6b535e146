"""Opening a model as a session: a sample's name, a model file, or a model."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from errno import ENAMETOOLONG
from math import inf
from operator import index
from os import PathLike
from pathlib import Path
from time import perf_counter
from typing import Any

from graphscope.app import reading, samples
from graphscope.app.data import read_all
from graphscope.backends.base import open_backend
from graphscope.debug.session import Session
from graphscope.engine.feeding import with_inputs
from graphscope.errors import InputError, ModelError, Sentence
from graphscope.model import expression, given
from graphscope.model.adapt import with_dtype, with_loss, with_mode, with_optimizer
from graphscope.model.binding import Found, bound
from graphscope.model.expression.source import ExpressionSource
from graphscope.model.feed import feed
from graphscope.model.made_up import refitted
from graphscope.model.model import Model
from graphscope.ops.base import Op


def open(  # noqa: A001 - the public name is gs.open
    source: str | Path | Model | ExpressionSource,
    *,
    backend: str = "numpy",
    dtype: Any = None,
    seed: int = 0,
    inputs: Mapping[str, Any] | None = None,
    data: str | Path | Iterable[str | Path | Found] = (),
    batch: int | None = None,
    loss: str | None = None,
    optimizer: Op | str | None = None,
    train: bool | None = None,
    memory: str | float = "512 MB",
    trust: bool = False,
) -> Session:
    """Open a model as a session; also a context manager.

    Args:
        source: a sample's name, a model file, a `Model`, or an `ExpressionSource`: a model that was typed.
        backend: ``numpy``, ``cupy[:N]``, ``torch[:cpu|cuda:N]``, ``jax``.
        dtype: replaces every floating type of the model: ``"float64"``, or NumPy's ``np.float64``.
        inputs: one fixed batch for all iterations, by input name.
        data: files of data, ``FILE`` or ``NAME=FILE``: ``.npy``, ``.npz``, ``.csv``, pictures.
        batch: how many samples of ``data`` an iteration takes, in an order drawn anew each epoch; None for all.
        loss: None for the model's own; a value's name; sum or mean (of the first output), mse, cross_entropy.
        optimizer: an op, or ``sgd:0.1``, ``momentum``, ``adam``, ``none``.
        train: training or evaluation mode; None as the model has it.
        memory: how much is kept for going back, such as ``"512 MB"``.
        trust: whether a ``.py`` model may run.

    Raises:
        GraphScopeError: the model, the data or the backend cannot be used, in one sentence.
    """
    model = find_model(source, trust=trust)
    model = with_optimizer(with_loss(with_mode(with_dtype(model, dtype), train), loss), optimizer)
    model = with_inputs(with_data(model, data, batch), inputs)
    opened = open_backend(given.name(backend, Sentence("a backend")))
    return Session(model, opened, seed=_seed(seed), memory=parse_size(memory), clock=perf_counter)


def with_data(model: Model, data: str | Path | Iterable[str | Path | Found], batch: int | None) -> Model:
    """The model with data from files.

    Raises:
        InputError: a file cannot be read or fits no input.
    """
    files = (data,) if isinstance(data, (str, Path)) else tuple(data)
    if not files and batch is None:
        return model
    found = [each if isinstance(each, Found) else read_all([str(each)])[0] for each in files]
    given = bound(model, found)
    made_up = refitted(model.graph, model.feed, given)
    arrays = {**(model.feed.take(0, 0) if found else model.feed.data), **made_up, **given}
    made = feed(arrays, batch=batch, shuffle=batch is not None)
    return replace(model, feed=replace(made, made_up=tuple(made_up)), captured=None)


def _seed(seed: Any) -> int:
    """A whole number, NumPy's too."""
    try:
        return index(seed)
    except TypeError:
        raise InputError("the seed is a whole number, not {given}", given=given.shown(seed)) from None


def find_model(source: str | Path | Model | ExpressionSource, *, trust: bool = False) -> Model:
    """The model that ``source`` names.

    Raises:
        ModelError: there is neither a sample nor a file of that name.
    """
    if isinstance(source, Model):
        return source
    if isinstance(source, ExpressionSource):
        return expression.build(source).model
    if isinstance(source, str) and (sample := samples.find(source)) is not None:
        return sample.model()
    if not isinstance(source, (str, PathLike)):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise ModelError(
            "a sample's name, a model file or a model is opened, not {given} (of a builder, open what build() "
            "returns)",
            given=given.shown(source),
        )
    path = Path(source)
    if not str(source) or not _exists(path):
        raise ModelError(
            "there is no sample or file named “{name}”; the samples are {samples}",
            name=str(source),
            samples=", ".join(sample.name for sample in samples.samples()),
        )
    return reading.read(path, trust=trust)


def _exists(path: Path) -> bool:
    """Whether there is something; what may not be looked at is there, and reading it will say why not."""
    try:
        return path.exists()
    except OSError as error:
        return error.errno != ENAMETOOLONG


_UNITS = {"": 1, "b": 1, "kb": 2**10, "mb": 2**20, "gb": 2**30, "tb": 2**40}
_MOST = 2**62
"""More bytes than any computer has."""


def parse_size(text: str | float) -> int:
    """``"512 MB"`` as a number of bytes.

    Raises:
        InputError: not a positive number with B, KB, MB or GB.
    """
    if isinstance(text, (int, float)) and 0 <= text < inf:
        return int(text)
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([a-zA-Z]*)\s*", str(text))
    unit = match[2].lower() if match else "?"
    if match is None or unit not in _UNITS:
        raise InputError("a size is a number with B, KB, MB or GB, such as 512 MB, not “{text}”", text=text)
    return min(int(min(float(match[1]), _MOST) * _UNITS[unit]), _MOST)
