"""What the commands share: the options that say how a model is opened, and the data that they name."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any
from unicodedata import east_asian_width

from graphscope.app.cli import console
from graphscope.app.cli.parser import whole_number
from graphscope.app.language import words

if TYPE_CHECKING:  # NumPy and the engine are loaded when a model is opened: --help needs neither
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
    option("--optimizer", help=tr("sgd:0.1, adamw, rmsprop, … or none"))
    option(
        "--input",
        action="append",
        default=[],
        metavar="[NAME=]FILE",
        help=tr("data from a .npy, .npz, .csv or picture file, for the input NAME or for those that it fits"),
    )
    option(
        "--batch", type=whole_number, metavar="N", help=tr("take so many samples of the data an iteration")
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
    from graphscope.app.data import read_all

    options: dict[str, Any] = {
        "backend": arguments.backend,
        "dtype": arguments.dtype,
        "seed": arguments.seed,
        "loss": arguments.loss,
        "optimizer": arguments.optimizer,
        "data": read_all(arguments.input),
        "batch": arguments.batch,
        "train": arguments.train,
        "trust": arguments.trust,
        **({} if arguments.memory is None else {"memory": arguments.memory}),
    }
    session = opening.open(arguments.model, **{**options, **changes})
    for note in session.model.notes:
        console.note(note.sentence)
    return session


def padded(text: str, width: int, *, right: bool = False) -> str:
    """The text filled up with spaces to a width in terminal columns; a Hangul syllable takes two."""
    taken = sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)
    space = " " * max(0, width - taken)
    return space + text if right else text + space
