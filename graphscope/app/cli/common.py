"""What the commands share: the options that say how a model is opened, and the data that they name."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unicodedata import east_asian_width

from graphscope.app.cli.parser import whole_number
from graphscope.app.language import words
from graphscope.errors import InputError

if TYPE_CHECKING:  # NumPy and the engine are loaded when a model is opened: --help needs neither
    import numpy as np

    from graphscope.debug.session import Session


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
    option(
        "--seed",
        type=whole_number,
        default=0,
        help=tr("seed of initial weights, shuffling and random draws"),
    )
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
    option("--memory", metavar="SIZE", help=tr("how much is kept for going back, such as 512 MB"))


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
        **({} if arguments.memory is None else {"memory": arguments.memory}),
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
    import numpy as np

    try:
        loaded: Any = np.load(Path(file), allow_pickle=False)
    except (OSError, ValueError, EOFError, MemoryError, SyntaxError) as error:
        raise _unreadable(name, file, error) from None
    if not isinstance(loaded, np.ndarray):
        loaded.close()
        raise InputError(
            "{file} holds several arrays; save one array with numpy.save for input {name}",
            file=file,
            name=name,
        )
    return np.asarray(loaded)  # pyright: ignore[reportUnknownArgumentType]


def _unreadable(name: str, file: str, error: Exception) -> InputError:
    """The system's reason where there is one; NumPy's would advise to load a pickle."""
    reason = error.strerror if isinstance(error, OSError) else None
    if reason:
        return InputError(
            "the data of input {name} cannot be read from {file}: a .npy file of numbers is needed ({reason})",
            name=name,
            file=file,
            reason=reason,
        )
    return InputError(
        "{file} is no .npy file of numbers; save the data of input {name} with numpy.save",
        file=file,
        name=name,
    )


def padded(text: str, width: int, *, right: bool = False) -> str:
    """The text filled up with spaces to a width in terminal columns; a Hangul syllable takes two."""
    taken = sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)
    space = " " * max(0, width - taken)
    return space + text if right else text + space
