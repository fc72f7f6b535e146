"""Expressions to begin with, from a straight line to attention."""

from __future__ import annotations

from dataclasses import dataclass

from graphscope.errors import Sentence
from graphscope.model.expression.names import Declaration
from graphscope.model.expression.source import ExpressionSource


@dataclass(frozen=True, slots=True)
class Example:
    """An expression with a title."""

    title: Sentence
    source: ExpressionSource


EXAMPLES: tuple[Example, ...] = (
    Example(
        Sentence("A straight line, mean squared error"),
        ExpressionSource(
            "mean((x @ W + b - y)**2)",
            (
                Declaration("x", "input", "batch, 1", "[[0.5], [1], [1.5], [2], [2.5], [3], [3.5], [4]]"),
                Declaration("W", "parameter", "1, 1", "[[0.5]]"),
                Declaration("b", "parameter", "1", "zeros"),
                Declaration(
                    "y", "target", "batch, 1", "[[1.9], [2.4], [3.7], [4.1], [5.4], [5.6], [7.1], [7.3]]"
                ),
            ),
            title="line",
        ),
    ),
    Example(
        Sentence("One neuron: the logical and"),
        ExpressionSource(
            "bce_with_logits(x @ w + b, y)",
            (
                Declaration("x", "input", "batch, 2", "[[0, 0], [0, 1], [1, 0], [1, 1]]"),
                Declaration("w", "parameter", "2, 1", "zeros"),
                Declaration("b", "parameter", "1", "zeros"),
                Declaration("y", "target", "batch, 1", "[[0], [0], [0], [1]]"),
            ),
            "sgd:1",
            title="neuron",
        ),
    ),
    Example(
        Sentence("Exclusive or: two layers"),
        ExpressionSource(
            "h = tanh(x @ W1 + b1)\nloss = mean((h @ W2 + b2 - y)**2)",
            (
                Declaration("x", "input", "batch, 2", "[[0, 0], [0, 1], [1, 0], [1, 1]]"),
                Declaration("W1", "parameter", "2, 4", "glorot:1"),
                Declaration("b1", "parameter", "4", "zeros"),
                Declaration("W2", "parameter", "4, 1", "glorot:2"),
                Declaration("b2", "parameter", "1", "zeros"),
                Declaration("y", "target", "batch, 1", "[[0], [1], [1], [0]]"),
            ),
            "sgd:0.5",
            title="exclusive or",
        ),
    ),
    Example(
        Sentence("Three classes: softmax and cross entropy"),
        ExpressionSource(
            "scores = x @ W + b\ncross_entropy(scores, y)",
            (
                Declaration("x", "input", "batch, 2", "[[0, 1], [1, 0], [1, 1], [2, 1], [0, 2], [2, 0]]"),
                Declaration("W", "parameter", "2, 3", "glorot"),
                Declaration("b", "parameter", "3", "zeros"),
                Declaration("y", "target", "batch", "[0, 1, 2, 2, 0, 1]"),
            ),
            title="three classes",
        ),
    ),
    Example(
        Sentence("Attention: where to look"),
        ExpressionSource(
            "Q = x @ Wq\nK = x @ Wk\nV = x @ Wv\nA = softmax(Q @ K.T / 2)\nmean((A @ V - y)**2)",
            (
                Declaration("x", "input", "3, 4", "normal:1"),
                Declaration("Wq", "parameter", "4, 4", "glorot"),
                Declaration("Wk", "parameter", "4, 4", "glorot"),
                Declaration("Wv", "parameter", "4, 2", "glorot"),
                Declaration("y", "target", "3, 2", "normal:2"),
            ),
            "adam:0.01",
            title="attention",
        ),
    ),
)
"""In the order in which they grow."""
