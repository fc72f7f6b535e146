"""What stands for an operation of a file that GraphScope cannot compute."""

from __future__ import annotations

from graphscope.errors import KernelError
from graphscope.graph.spec import Dim, TensorSpec
from graphscope.ops.base import Op


class Unknown(Op):
    """An operation that is drawn but not computed; a step that comes to it stops and says why.

    Source: a model file.

    Args:
        kind: what the file calls it.
        reason: why it is not computed, a sentence in English.
        shapes: the shape of each output, as the file tells it.
        dtypes: the type of each output.
    """

    kind: str = ""
    reason: str = ""
    shapes: tuple[tuple[Dim, ...], ...] = ((),)
    dtypes: tuple[str, ...] = ("float32",)

    outputs = ("*outs",)
    says = "This operation of the file is not computed here, so there is no {outs}."
    backward_says = "What is not computed has no slope: backward does not come here."
    why = "GraphScope computes only what it knows to compute rightly."
    formulas = {"outs": "not computed"}

    @property
    def title(self) -> str:
        """What its card says: the file's own word for it."""
        return self.kind

    def infer(self, *xs: TensorSpec) -> tuple[TensorSpec, ...]:
        return tuple(map(TensorSpec, self.shapes, self.dtypes))

    def forward(self, xp, *xs):
        raise KernelError("{kind} is not computed here: {reason}", kind=self.kind, reason=self.reason)
