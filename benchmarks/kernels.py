"""Compares single ops, forward and backward, with PyTorch's of the same meaning: python -m benchmarks.kernels."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from benchmarks.engine import facts, measure, run_with_one_thread

if TYPE_CHECKING:
    from graphscope.ops.base import Op

Step = Callable[[], object]


@dataclass(frozen=True)
class Case:
    """One op on operands of these shapes, and PyTorch's way to say the same.

    Args:
        wanted: whether each operand wants a gradient; a picture that comes from outside does too.
        aim: the ratio of the two times that is wanted.
    """

    name: str
    op: Callable[[], Op]
    shapes: tuple[tuple[int, ...], ...]
    torch: Callable[..., Any]
    aim: float


def convolution(name: str, x: tuple[int, ...], w: tuple[int, ...], **fields: Any) -> Case:
    """A convolution with a bias."""

    def make() -> Op:
        from graphscope import ops

        return ops.Conv2d(
            **{key: value if key == "groups" else (value, value) for key, value in fields.items()}
        )

    def run(t: Any, x: Any, w: Any, b: Any) -> Any:
        return t.nn.functional.conv2d(x, w, b, **fields)

    return Case(name, make, (x, w, (w[0],)), run, 2.5)


def lstm(times: int, samples: int, features: int, units: int) -> Case:
    """An LSTM of one direction, with biases, from a state of zeros."""

    def make() -> Op:
        from graphscope import ops

        return ops.LSTM()

    def run(t: Any, x: Any, w: Any, r: Any, b: Any) -> Any:
        state = t.zeros(1, samples, units)
        flat = [w[0], r[0], *b[0].chunk(2)]
        return t.lstm(x, (state, state), flat, True, 1, 0.0, True, False, False)[0]

    shapes = ((times, samples, features), (1, 4 * units, features), (1, 4 * units, units), (1, 8 * units))
    name = f"LSTM: {times} times, {samples} samples, {features} → {units}"
    return Case(name, make, shapes, run, 1.5)


CASES = (
    convolution("conv 3×3: (32,1,28,28) → 8", (32, 1, 28, 28), (8, 1, 3, 3), padding=1),
    convolution("conv 3×3: (32,16,14,14) → 32", (32, 16, 14, 14), (32, 16, 3, 3), padding=1),
    convolution("conv 3×3: (1,64,56,56) → 64", (1, 64, 56, 56), (64, 64, 3, 3), padding=1),
    convolution("conv 7×7 /2: (1,3,224,224) → 64", (1, 3, 224, 224), (64, 3, 7, 7), stride=2, padding=3),
    convolution("conv 1×1: (4,256,14,14) → 256", (4, 256, 14, 14), (256, 256, 1, 1)),
    convolution("depthwise 3×3: (1,64,56,56)", (1, 64, 56, 56), (64, 1, 3, 3), padding=1, groups=64),
    convolution("conv 3×3 /2: (1,64,56,56) → 128", (1, 64, 56, 56), (128, 64, 3, 3), stride=2, padding=1),
    lstm(32, 32, 64, 64),
    lstm(50, 16, 128, 128),
    lstm(20, 1, 32, 32),
)


def ours(case: Case) -> Step:
    """Forward and backward as the engine calls them, with the backend's faster kernels."""
    from functools import partial

    from graphscope.backends.base import open_backend

    op, backend = case.op(), open_backend("numpy")

    def method(name: str) -> Callable[..., Any]:
        faster = backend.overrides.get((op.name, name))
        return getattr(op, name) if faster is None else partial(faster, op)

    forward, vjp = method("forward"), method("vjp")
    arrays, needs = numbers(case), (True,) * len(case.shapes)
    packed, several = op.signature.packed, op.signature.several

    def step() -> object:
        with backend.xp.errstate():
            out = forward(backend.xp, *arrays)
            first = out[0] if packed else out
            g = (ones[first.shape], *(None for _ in op.outputs[1:])) if several else ones[first.shape]
            return vjp(backend.xp, g, out, *arrays, needs=needs)

    ones = _Ones()
    return step


class _Ones(dict[tuple[int, ...], Any]):
    """A gradient for each shape."""

    def __missing__(self, shape: tuple[int, ...]) -> Any:
        import numpy as np

        self[shape] = np.ones(shape, np.float32)
        return self[shape]


def theirs(case: Case) -> Step:
    """The same in eager PyTorch, autograd asked directly."""
    import torch

    torch.set_num_threads(1)
    tensors = [torch.from_numpy(array).requires_grad_() for array in numbers(case)]

    def step() -> object:
        out = case.torch(torch, *tensors)
        return torch.autograd.grad(out, tensors, torch.ones_like(out))

    return step


def numbers(case: Case) -> list[Any]:
    """Small random operands, the same on both sides."""
    import numpy as np

    source = np.random.default_rng(0)
    return [(0.1 * source.normal(size=shape)).astype(np.float32) for shape in case.shapes]


def main(arguments: list[str]) -> int:
    """Measure every case and print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.kernels", description=__doc__)
    parser.add_argument("--rounds", type=int, default=21, help="interleaved rounds of each case (default 21)")
    parser.add_argument("--only", help="measure the cases whose name holds this")
    options = parser.parse_args(arguments)
    run_with_one_thread(arguments, "benchmarks.kernels")
    from graphscope.engine.allocator import keep_freed_memory

    print_facts(facts(tuned=keep_freed_memory()))
    for case in CASES:
        if options.only is None or options.only in case.name:
            row = measure(
                case.name, ours(case), (theirs(case),), rounds=options.rounds, aim=case.aim, first=3
            )
            print(
                f"{row.case:42} {row.graphscope:11.1f} {row.pytorch[0]:11.1f} {row.ratios[0]:6.2f} {case.aim:5.2f}",
                flush=True,
            )
    return 0


def print_facts(told: Mapping[str, str]) -> None:
    """What the figures depend on, and the head of the table."""
    print(*(f"{name}: {value}" for name, value in told.items()), sep="\n")
    print("\nmicroseconds of forward and backward, medians\n")
    print(f"{'case':42} {'GraphScope':>11} {'PyTorch':>11}  ratio   aim")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
