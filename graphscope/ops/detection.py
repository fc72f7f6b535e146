"""Detection: of boxes that lie on the same thing, the one with the best score is kept."""

from __future__ import annotations

from typing import Any

from graphscope.errors import ShapeError
from graphscope.graph.spec import TensorSpec, same_size
from graphscope.ops.base import Op
from graphscope.ops.filling import plain_number


class NonMaxSuppression(Op):
    """out = sample, class and number of each box that no better box of its class overlaps too much; no gradient.

    The best box is taken, those that overlap it are left out, then the best of the rest is taken, and so on.
    How many are taken is only known once the scores are: a GPU must be waited for.

    Source: ONNX operator ``NonMaxSuppression`` 11.

    Args:
        most: so many boxes of a class of a sample are taken at most.
        overlap: the share of their union that two boxes may have in common.
        least: a box must have a better score than this; None for any.
        centered: whether boxes are x, y of the middle, width, height, else y, x of two opposite corners.
    """

    most: int = 0
    overlap: float = 0.0
    least: float | None = None
    centered: bool = False

    host = ("most", "overlap", "least")
    symbol = "best boxes"
    says = "Take the boxes in {boxes} with the best {scores} that do not overlap each other too much to get {out}."
    backward_says = "Which boxes are taken jumps and has no slope, so no gradient passes."
    why = "Taking a box or not is a choice, not an amount: a small change of the scores almost never changes it."
    formulas = {"out": "nms(boxes, scores)"}

    def infer(self, boxes: TensorSpec, scores: TensorSpec, most=None, overlap=None, least=None) -> TensorSpec:
        fits = boxes.rank == scores.rank == 3 and same_size(boxes.shape[2], 4)
        if not fits or not all(map(same_size, boxes.shape[:2], scores.shape[::2])):
            raise ShapeError(
                "{operation}: the boxes ({boxes}) must be sample × box × 4 and the scores ({scores}) sample × class × "
                "box",
                operation=self.title,
                boxes=boxes,
                scores=scores,
            )
        nothing = (most is None and self.most <= 0) or scores.size == 0
        return TensorSpec((0 if nothing else None, 3), "int64")

    def forward(self, xp, boxes, scores, most=None, overlap=None, least=None):
        samples, classes, count = scores.shape
        rounds = min(max(int(_chosen(most, self.most)), 0), count)
        if not rounds or not samples * classes:
            return xp.zeros((0, 3), dtype=xp.int64)
        low, high = _corners(xp, boxes, self.centered)
        floor = _chosen(least, self.least)
        left = scores > (-xp.inf if floor is None else floor)
        number = xp.reshape(xp.arange(count), (1, 1, count))
        picked, valid = [], []
        for _ in range(rounds):
            best = xp.argmax(xp.where(left, scores, -xp.inf), axis=2, keepdims=True)
            here = number == best
            valid.append(xp.any(here & left, axis=2))
            picked.append(best[:, :, 0])
            shared = _shared(xp, low, high, here)
            left = left & ~here & ~(shared > _chosen(overlap, self.overlap))
        found = xp.nonzero(xp.stack(valid, axis=2))
        names = xp.reshape(xp.stack(picked, axis=2), (-1,))
        flat = (found[0] * classes + found[1]) * rounds + found[2]
        return xp.astype(xp.stack([found[0], found[1], xp.take(names, flat, axis=0)], axis=1), xp.int64)


def _chosen(given: Any, field: Any) -> Any:
    return field if given is None else plain_number(given)


def _corners(xp, boxes, centered):
    """The lower and the upper corner of each box, [sample, 1, box, 2]."""
    one, two = xp.expand_dims(boxes[:, :, :2], axis=1), xp.expand_dims(boxes[:, :, 2:], axis=1)
    if centered:
        return one - two / 2, one + two / 2
    return xp.minimum(one, two), xp.maximum(one, two)


def _shared(xp, low, high, here):
    """What each box has in common with the chosen one of its class, as a share of their union."""
    mask = xp.expand_dims(here, axis=3)
    from_, to = (xp.sum(xp.where(mask, corner, 0), axis=2, keepdims=True) for corner in (low, high))
    sides = xp.minimum(high, to) - xp.maximum(low, from_)
    common = xp.prod(xp.where(sides < 0, 0, sides), axis=3)
    union = xp.prod(high - low, axis=3) + xp.prod(to - from_, axis=3) - common
    return common / xp.where(union > 0, union, 1)
