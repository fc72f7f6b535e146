"""Nine real topologies that onnx brings along, with random weights, against onnxruntime."""

from __future__ import annotations

from math import prod
from pathlib import Path
from typing import Any

import numpy as np
import pytest

onnx = pytest.importorskip("onnx", reason="onnx is not installed")
pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")

from tests.importers.onnx.oracle import agree  # noqa: E402

FOLDER = Path(onnx.__file__).parent / "backend" / "test" / "data" / "light"
FILES = sorted(FOLDER.glob("light_*.onnx"))
LARGE = 5_000_000
"""Weights of more elements stay one number everywhere: they would take half a gigabyte."""


def with_random_weights(path: Path, target: Path) -> None:
    """The file with numbers in place of its constant weights, so that every element of the output is another."""
    model = onnx.load(path)
    shapes = {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    rng = np.random.default_rng(11)
    kept: list[Any] = []
    for node in model.graph.node:
        shape = tuple(map(int, shapes.get(node.input[0], ()))) if node.op_type == "ConstantOfShape" else ()
        if not shape or prod(shape) > LARGE:
            kept.append(node)
            continue
        model.graph.initializer.append(onnx.numpy_helper.from_array(_numbers(rng, shape), node.output[0]))
    del model.graph.node[:]
    model.graph.node.extend(kept)
    onnx.save(model, target)


def _numbers(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    if len(shape) < 2:  # a variance must be positive
        return rng.uniform(0.5, 1.5, shape).astype("float32")
    return (rng.standard_normal(shape) * (2 / prod(shape[1:])) ** 0.5).astype("float32")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_real_topology_gives_onnxruntimes_numbers(path: Path, tmp_path: Path) -> None:
    target = tmp_path / path.name
    with_random_weights(path, target)
    with agree(target) as session:
        assert session.graph.parameters
        last = session.value(session.graph.outputs[-1])
        assert last is not None
        assert np.ptp(last) > 0


def test_onnx_brings_all_nine() -> None:
    assert len(FILES) == 9
