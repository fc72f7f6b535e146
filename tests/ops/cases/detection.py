"""Rows of boxes of which the best are kept; ONNX's own tests are the word on them, since PyTorch has none here."""

from __future__ import annotations

from collections.abc import Iterator

from graphscope import ops
from tests.ops.cases.base import Case, Host, exactly

BOXES = exactly([[0.0, 0.0, 1.0, 1.0], [1.0, 0.9, 0.0, 0.1], [0.0, 2.0, 1.0, 3.0], [0.0, 2.05, 1.0, 3.0]])
SCORES = exactly([[0.9, 0.75, 0.6, 0.95], [0.1, 0.8, 0.3, 0.2]])


def rows() -> Iterator[Case]:
    yield Case(ops.NonMaxSuppression(3, 0.5), (BOXES, SCORES), waits=True)
    yield Case(ops.NonMaxSuppression(2, 0.5, 0.25), (BOXES, SCORES), None, "floor", waits=True)
    hosts = (Host((2,)), Host((0.1,)), Host((0.15,)))
    yield Case(ops.NonMaxSuppression(centered=True), (BOXES, SCORES, *hosts), None, "as operands", waits=True)
    yield Case(ops.NonMaxSuppression(), (BOXES, SCORES), None, "none")
