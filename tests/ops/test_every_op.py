"""What holds for every op, checked on every row of the table in cases/."""

from __future__ import annotations

import json
import re
from dataclasses import fields, replace
from pathlib import Path
from string import Formatter
from typing import Any

import numpy as np
import pytest

import graphscope
from graphscope.graph.spec import TensorSpec
from graphscope.ops import registered
from graphscope.ops.base import Op
from tests.fakes import FAKE, TESTED, open_tested
from tests.ops.cases import CASES, Case
from tests.ops.conftest import only
from tests.ops.running import (
    NUMPY,
    assert_same,
    floating,
    forward,
    gradients,
    graph_outputs,
    is_tensor,
    vjp,
    weights,
)

NOT_COMPUTED = ("Unknown", "Call", "If", "Loop", "Scan")
"""Stands for what a file has and GraphScope does not compute; hold bodies, which run in place of a kernel."""
OURS = [
    kind
    for kind in registered().values()
    if kind.__module__.startswith("graphscope.") and kind.__name__ not in NOT_COMPUTED
]


def differentiable(case: Case) -> bool:
    """Whether the op has a gradient, something floating to start it from, and something to hand it to."""
    arrays = case.arrays("float64")
    return case.op.signature.differentiable and bool(floating(case, arrays)) and floating_outputs(case) > 0


def floating_outputs(case: Case) -> int:
    """How many outputs the loss can depend on."""
    return sum(spec.floating for spec in case.op.specs(*case.specs(case.arrays("float64"))))


def test_every_registered_op_has_a_row_in_the_table() -> None:
    assert {kind.__name__ for kind in OURS} == {case.op.name for case in CASES}


def test_no_two_rows_have_the_same_name() -> None:
    names = [case.id for case in CASES]
    assert sorted(set(names)) == sorted(names)


def test_the_shape_rule_says_what_comes_out(case: Case) -> None:
    for dtype in ("float32", "float64"):
        _assert_foretold(case, dtype)


def _assert_foretold(case: Case, dtype: str) -> None:
    arrays = case.arrays(dtype)
    specs = case.op.specs(*case.specs(arrays))
    out = forward(case.op, NUMPY.xp, [*arrays, *case.draws(arrays)])
    made = [np.asarray(each) for each in graph_outputs(case.op, out)]
    assert [each.dtype.name for each in made] == [spec.dtype for spec in specs]
    for each, spec in zip(made, specs, strict=True):
        told = tuple(
            size if case.waits and said is None else said
            for said, size in zip(spec.shape, each.shape, strict=True)
        )
        assert told == each.shape


@only(lambda case: not case.known)
def test_the_shape_rule_keeps_its_word_when_sizes_are_only_names(case: Case) -> None:
    arrays = case.arrays("float64")
    specs, real = case.specs(arrays), case.op.specs(*case.specs(arrays))
    sizes = {
        size for spec in specs if spec is not None and spec.value is None for size in spec.shape if size != 1
    }
    for hidden in ({size} for size in sizes):
        named = [_hide(spec, hidden) for spec in specs]
        said = case.op.specs(*named)
        assert len(said) == len(real)
        for spec, truth in zip(said, real, strict=True):
            _assert_consistent(spec, truth)


def _hide(spec: TensorSpec | None, sizes: set[Any]) -> TensorSpec | None:
    """The spec with some sizes replaced by names."""
    if spec is None or spec.value is not None:
        return spec
    return spec.like(shape=tuple(f"n{size}" if size in sizes else size for size in spec.shape))


def _assert_consistent(spec: TensorSpec, truth: TensorSpec) -> None:
    """Numbers and names must be right; an open size may be anything."""
    assert spec.rank == truth.rank
    assert spec.dtype == truth.dtype
    for said, size in zip(spec.shape, truth.shape, strict=True):
        assert said in (None, size, f"n{size}")


@only(lambda case: differentiable(case) and case.smooth)
def test_gradients_equal_central_differences(case: Case) -> None:
    arrays = case.arrays("float64")
    inputs = [*arrays, *case.draws(arrays)]
    out, made = gradients(case, "float64")
    g = weights(graph_outputs(case.op, out))
    for slot in floating(case, arrays):
        if made[slot] is not None:
            expected = _central_differences(case.op, inputs, slot, g)
            np.testing.assert_allclose(made[slot], expected, rtol=2e-7, atol=2e-8)


def _central_differences(op: Op, arrays: list[Any], slot: int, g: tuple[Any, ...]) -> np.ndarray:
    """d(g · out)/d(operand), element by element."""
    h, base = 1e-5, arrays[slot]
    found = np.empty(base.shape)
    for index in np.ndindex(base.shape):
        values = []
        for side in (h, -h):
            moved = base.copy()
            moved[index] += side
            out = graph_outputs(op, forward(op, NUMPY.xp, [*arrays[:slot], moved, *arrays[slot + 1 :]]))
            values.append(sum(float(np.sum(a * b)) for a, b in zip(g, out, strict=True) if a is not None))
        found[index] = (values[0] - values[1]) / (2 * h)
    return found


NOT_LEARNED = {"BatchNorm": 3, "SoftmaxCrossEntropy": 2, "NegativeLogLikelihood": 2}
"""From which operand on nothing is learned, in PyTorch neither: statistics, the weights of classes."""


@only(lambda case: differentiable(case) and case.op.name != "Cast")
def test_every_floating_operand_gets_a_gradient_of_its_own_shape_and_type(case: Case) -> None:
    arrays = case.arrays("float32")
    _, made = gradients(case, "float32")
    for slot in floating(case, arrays):
        if slot >= NOT_LEARNED.get(case.op.name, len(arrays)):
            continue
        assert made[slot].shape == arrays[slot].shape
        assert made[slot].dtype == arrays[slot].dtype


@only(lambda case: case.op.signature.wants_needs and differentiable(case))
def test_a_gradient_is_the_same_whatever_else_is_wanted(case: Case) -> None:
    arrays = case.arrays("float64")
    out, every = gradients(case, "float64")
    g = weights(graph_outputs(case.op, out))
    for slot in floating(case, arrays):
        needs = tuple(each == slot for each in range(len(arrays)))
        alone = vjp(case.op, NUMPY.xp, g, out, arrays, needs)
        np.testing.assert_array_equal(alone[slot], every[slot])


@only(lambda case: case.op.signature.several and differentiable(case) and floating_outputs(case) > 1)
def test_a_part_that_the_loss_does_not_use_counts_as_zero(case: Case) -> None:
    arrays = case.arrays("float64")
    arrays = [*arrays, *case.draws(arrays)]
    out = forward(case.op, NUMPY.xp, arrays)
    g = weights(graph_outputs(case.op, out))
    first = next(slot for slot, each in enumerate(g) if each is not None)
    absent_one = tuple(None if slot == first else each for slot, each in enumerate(g))
    zeros = tuple(np.zeros_like(each) if slot == first else each for slot, each in enumerate(g))
    needs = (True,) * len(arrays)
    absent = vjp(case.op, NUMPY.xp, absent_one, out, arrays, needs)
    np.testing.assert_array_equal(absent[0], vjp(case.op, NUMPY.xp, zeros, out, arrays, needs)[0])


def test_kernels_leave_their_operands_as_they_were(case: Case) -> None:
    arrays = case.arrays("float64")
    before = [np.array(array) if is_tensor(array) else array for array in arrays]
    gradients(case, "float64")  # the operands are read-only: writing would raise
    for array, copy in zip(arrays, before, strict=True):
        if is_tensor(array):
            assert not array.flags.writeable
            np.testing.assert_array_equal(array, copy)


@pytest.fixture(scope="module", params=[name for name in TESTED if name not in ("numpy", FAKE)])
def backend(request: pytest.FixtureRequest) -> Any:
    return open_tested(request.param)  # the fake GPU: test_every_dtype_on_a_gpu.py


def test_every_backend_agrees_with_numpy(case: Case, backend: Any) -> None:
    for dtype in ("float32", "float64"):
        assert_same(gradients(case, dtype, backend), gradients(case, dtype), dtype)


@only(lambda case: case.torch is not None)
def test_pytorch_agrees(case: Case) -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    arrays = case.arrays("float64")
    tensors = [_tensor(torch, array) for array in [*arrays, *case.draws(arrays)]]
    reference: Any = case.torch(torch, *tensors)  # type: ignore[misc]
    reference = tuple(reference) if isinstance(reference, (tuple, list)) else (reference,)
    out, made = gradients(case, "float64")
    shown = graph_outputs(case.op, out)
    for ours, theirs in zip(shown, reference, strict=True):
        np.testing.assert_allclose(ours, theirs.detach().numpy(), rtol=1e-9, atol=1e-9)
    if not made:
        return
    for theirs, each in zip(reference, weights(shown), strict=True):
        if each is not None and theirs.requires_grad:
            theirs.backward(torch.tensor(each), retain_graph=True)
    for ours, tensor in zip(made, tensors):  # noqa: B905
        if ours is not None and getattr(tensor, "grad", None) is not None:
            np.testing.assert_allclose(ours, tensor.grad.numpy(), rtol=1e-9, atol=1e-9)


def _tensor(torch: Any, array: Any) -> Any:
    if not is_tensor(array):
        return array
    return torch.tensor(array, requires_grad=array.dtype.kind == "f")


def test_an_op_is_a_value(case: Case) -> None:
    twin = replace(case.op)  # type: ignore[type-var]
    assert twin == case.op
    assert hash(twin) == hash(case.op)
    assert eval(repr(case.op), dict(registered()), {"inf": np.inf}) == case.op


@pytest.mark.parametrize("kind", OURS, ids=lambda kind: kind.__name__)
class TestWhatAnOpTellsPeople:
    def test_the_docstring_gives_formula_source_and_every_field(self, kind: type[Op]) -> None:
        document = kind.__doc__ or ""
        assert re.match(r"\S.* = ", document.split("\n")[0])
        assert "Source: " in document
        for name in (each.name for each in fields(kind)):  # type: ignore[arg-type]
            assert re.search(rf"^ +{name}: ", document, re.MULTILINE)

    def test_it_says_what_forward_and_backward_do_and_why(self, kind: type[Op]) -> None:
        assert kind.says.endswith(".")
        assert kind.why.endswith(".")
        steps = (".update", ".update_adaptive", ".clipping")  # nothing flows back through these
        assert kind.backward_says.endswith(".") or kind.__module__.endswith(steps)

    def test_sentences_use_only_operands_that_are_always_there_and_outputs(self, kind: type[Op]) -> None:
        always = {item.name for item in kind.signature.operands if not item.optional}
        outputs = {name.lstrip("*") for name in kind.outputs}
        for template in (kind.says, kind.backward_says, kind.why):
            assert _fields(template) <= always | outputs

    def test_every_sentence_is_there_in_korean_with_the_same_fields(self, kind: type[Op]) -> None:
        for template in filter(None, (kind.says, kind.backward_says, kind.why)):
            assert _fields(KOREAN[template]) == _fields(template)
            assert re.search("[가-힣]", KOREAN[template])

    def test_formulas_written_by_hand_are_of_outputs_and_operands(self, kind: type[Op]) -> None:
        outputs = {name.lstrip("*") for name in kind.outputs}
        assert set(kind.formulas) <= outputs | {item.name for item in kind.signature.operands}


def _fields(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


def _korean() -> dict[str, str]:
    """What the catalogue of ops and those of single families say, together."""
    folder = Path(graphscope.__file__).parent / "view" / "korean"
    read = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("ops*.json"))]
    return {english: korean for catalogue in read for english, korean in catalogue.items()}


KOREAN = _korean()


def test_the_korean_catalogues_hold_nothing_that_no_op_says() -> None:
    said = {text for kind in OURS for text in (kind.says, kind.backward_says, kind.why)}
    said |= {text for kind in OURS for text in kind.backward_parts.values()}
    assert set(KOREAN) <= said | _sentences_of_errors()


def _sentences_of_errors() -> set[str]:
    """String literals in the sources of the ops and of what drives them, where their errors are written."""
    import ast

    package = Path(graphscope.__file__).parent
    folders = (package / name for name in ("ops", "graph", "model", "engine", "view"))
    paths = (path for folder in folders for path in folder.rglob("*.py"))
    trees = (ast.parse(path.read_text(encoding="utf-8")) for path in paths)
    return {node.value for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant)}  # type: ignore[misc]
