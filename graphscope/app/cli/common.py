"""What the commands share: the options that say how a model is opened, and numbers fit for JSON."""

from __future__ import annotations

import argparse
from math import isfinite, isnan
from pathlib import Path
from typing import Any, cast
from unicodedata import east_asian_width

import numpy as np

from graphscope.app.language import words
from graphscope.debug.session import Session
from graphscope.errors import InputError


def add_model(parser: argparse.ArgumentParser) -> None:
    """The model and how it is opened."""
    parser.add_argument("model", help=words()("a sample's name or a model file"))
    add_model_options(parser)


def add_model_options(parser: argparse.ArgumentParser) -> None:
    """How a model is opened."""
    tr = words()
    option = parser.add_argument
    option("--backend", default="numpy", help=tr("numpy, cupy[:N], torch[:cpu|cuda:N] or jax"))
    option("--dtype", help=tr("floating type for everything: float32, float64, float16"))
    option("--seed", type=int, default=0, help=tr("seed of initial weights, shuffling and random draws"))
    option("--loss", help=tr("a value's name, or sum, mean, mse, cross_entropy"))
    option("--optimizer", help=tr("sgd:0.1, momentum, adam or none"))
    option(
        "--input",
        action="append",
        default=[],
        metavar="NAME=FILE",
        help=tr("an input's data from a .npy file"),
    )
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--train", dest="train", action="store_true", default=None, help=tr("training mode"))
    mode.add_argument("--eval", dest="train", action="store_false", help=tr("evaluation mode"))
    option("--trust", action="store_true", help=tr("run a .py model file"))
    option("--memory", default="512 MB", help=tr("how much is kept for going back, such as 512 MB"))


def add_json(parser: argparse.ArgumentParser) -> None:
    """The switch for machine-readable output."""
    parser.add_argument("--json", action="store_true", help=words()("print one JSON document"))


def open_session(arguments: argparse.Namespace, **changes: Any) -> Session:
    """The session that the options ask for."""
    from graphscope.app import opening

    options: dict[str, Any] = {
        "backend": arguments.backend,
        "dtype": arguments.dtype,
        "seed": arguments.seed,
        "loss": arguments.loss,
        "optimizer": arguments.optimizer,
        "inputs": read_inputs(arguments.input),
        "train": arguments.train,
        "trust": arguments.trust,
        "memory": arguments.memory,
    }
    return opening.open(arguments.model, **{**options, **changes})


def read_inputs(pairs: list[str]) -> dict[str, np.ndarray] | None:
    """``NAME=FILE`` pairs as arrays, or None where there are none.

    Raises:
        InputError: not a pair, or a file that holds no array of numbers.
    """
    return {name: _array(name, file) for name, file in map(_pair, pairs)} or None


def _pair(text: str) -> tuple[str, str]:
    name, separator, file = text.partition("=")
    if not (name and separator and file):
        raise InputError("an input is given as NAME=FILE.npy, not “{text}”", text=text)
    return name, file


def _array(name: str, file: str) -> np.ndarray:
    try:
        loaded: Any = np.load(Path(file), allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise InputError(
            "the data of input {name} cannot be read from {file}: "
            "a .npy file of numbers is needed ({reason})",
            name=name,
            file=file,
            reason=str(error).splitlines()[0] if str(error) else type(error).__name__,
        ) from None
    if not isinstance(loaded, np.ndarray):
        raise InputError(
            "{file} holds several arrays; save one array with numpy.save for input {name}",
            file=file,
            name=name,
        )
    return np.asarray(cast("Any", loaded))


def padded(text: str, width: int) -> str:
    """The text filled up with spaces to a width in terminal columns; a Hangul syllable takes two."""
    taken = sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)
    return text + " " * max(0, width - taken)


def plain_json(value: Any) -> Any:
    """The same with tuples as lists, NumPy numbers as Python's, and ``"nan"``, ``"inf"`` as words."""
    if isinstance(value, dict):
        return {str(key): plain_json(item) for key, item in value.items()}  # type: ignore[misc]
    if isinstance(value, (list, tuple)):
        return [plain_json(item) for item in value]  # type: ignore[misc]
    plain = cast("Any", value).item() if isinstance(value, np.generic) else value
    if isinstance(plain, float) and not isfinite(plain):
        return "nan" if isnan(plain) else "inf" if plain > 0 else "-inf"
    return plain
