"""What comes from outside in an iteration: data and random draws, fixed by the seed and its number alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from graphscope.backends.base import Backend
from graphscope.engine.feeding import Feeding
from graphscope.engine.kernels import Cells, Kernel, op_of
from graphscope.engine.plan import NUMBER, PlanStep
from graphscope.graph.graph import Graph
from graphscope.graph.spec import TensorSpec
from graphscope.model.seeds import generator


@dataclass(frozen=True)
class Sources:
    """Binds the steps that bring something in."""

    graph: Graph
    feeding: Feeding
    backend: Backend
    seed: int

    def data(self, step: PlanStep) -> Kernel:
        """The closure that puts the iteration's batch on the device."""
        cells_of = dict(zip(self.graph.inputs, cast("tuple[int, ...]", step.writes), strict=True))

        def take(cells: Cells) -> None:
            for name, array in self._on_device(cells[NUMBER]).items():
                cells[cells_of[name]] = array

        return _once(take, tuple(cells_of.values())) if self.feeding.fixed else take

    def _on_device(self, number: int) -> Mapping[str, Any]:
        return {name: self.backend.put(array) for name, array in self.feeding.take(number).items()}

    def random(self, step: PlanStep) -> Kernel:
        """The closure that draws on the host, so that every backend gets the same numbers."""
        op, told = op_of(step), step.step
        draw = cast("Any", op).draw
        writes = cast("tuple[int, ...]", step.writes)

        def run(cells: Cells) -> None:
            source = generator(self.seed, "draw", cells[NUMBER], *told.frame, told.node or "")
            specs = (
                _sized(spec, None if cell is None else cells[cell])
                for spec, cell in zip(step.specs, step.operands, strict=True)
            )
            for cell, array in zip(writes, draw(source, *specs), strict=True):
                cells[cell] = self.backend.put(array)

        return run


def _sized(spec: TensorSpec | None, array: Any) -> TensorSpec | None:
    """The spec with the sizes that the array turned out to have."""
    return spec if spec is None or spec.static else spec.like(shape=tuple(array.shape))


def _once(take: Kernel, writes: tuple[int, ...]) -> Kernel:
    """Data that never changes is put on the device once."""
    held: list[Any] = []

    def run(cells: Cells) -> None:
        if not held:
            take(cells)
            held.extend(cells[cell] for cell in writes)
        for cell, array in zip(writes, held, strict=True):
            cells[cell] = array

    return run
