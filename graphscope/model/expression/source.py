"""An expression with its table of names as plain data: what a window opens, whatever process builds the model."""

from __future__ import annotations

from dataclasses import dataclass

from graphscope.model.expression.names import Declaration


@dataclass(frozen=True, slots=True)
class ExpressionSource:
    """A model as it was typed; ``build`` makes it, and ``graphscope.open`` opens it.

    Args:
        text: one expression, or lines such as ``h = tanh(x @ W)``; the last value is the loss if it is one number.
        names: rows of the table of names; what has no row, or an empty cell, is guessed.
        optimizer: ``sgd:0.1``, ``momentum``, ``adam`` or ``none``.
        title: the name of the model.
        dtype: its floating type.
    """

    text: str
    names: tuple[Declaration, ...] = ()
    optimizer: str = "sgd:0.1"
    title: str = "expression"
    dtype: str = "float32"
