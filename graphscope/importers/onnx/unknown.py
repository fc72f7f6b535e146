"""Nodes that GraphScope cannot compute: drawn all the same, and told of in one sentence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from graphscope.errors import Sentence
from graphscope.graph.spec import TensorSpec
from graphscope.importers.onnx.tensors import shown
from graphscope.ops.unknown import Unknown

if TYPE_CHECKING:
    from onnx import NodeProto

_TOLD = 8
"""So many kinds at most are listed."""


class Stranger(NamedTuple):
    """A node that cannot be computed.

    Args:
        waits: whether only because it reads from another one.
    """

    kind: str
    reason: Sentence
    waits: bool


def kind(node: NodeProto) -> str:
    """The operator of a node, with its domain where that is not ONNX's own."""
    return shown(node.op_type if node.domain in ("", "ai.onnx") else f"{node.domain}.{node.op_type}")


def op(kind: str, reason: str, specs: Sequence[TensorSpec | None]) -> Unknown:
    """The op that stands for a node; an output of which nothing is known is drawn as a number."""
    known = [TensorSpec() if spec is None else spec for spec in specs]
    return Unknown(kind, reason, tuple(spec.shape for spec in known), tuple(spec.dtype for spec in known))


def note(strangers: Sequence[Stranger]) -> Sentence:
    """What is told of them when the file is opened."""
    counts = Counter(each.kind for each in strangers if not each.waits)
    told = [f"{kind} ×{count}" if count > 1 else kind for kind, count in counts.most_common(_TOLD)]
    if len(counts) > _TOLD:
        told.append("…")
    return Sentence(
        "some nodes of this file cannot be computed here: {kinds}. All are drawn, and steps go up to the first of "
        "them ({reason})",
        kinds=", ".join(told),
        reason=strangers[0].reason,
    )
