"""Runs one of ONNX's operator tests: opens its model, steps it, compares what comes out."""

# pyright: reportReturnType=false

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import numpy as np

import graphscope as gs
from graphscope.errors import GraphScopeError
from graphscope.importers.onnx import reading, source

Result = Literal["passed", "failed", "refused"]


@dataclass(frozen=True)
class Outcome:
    """What became of a test.

    Args:
        reason: for one that is refused GraphScope's own sentence, for one that failed what differs.
    """

    name: str
    operator: str
    result: Result
    reason: str = ""


@cache
def cases() -> tuple[Any, ...]:
    """Every operator test of the installed onnx, by name."""
    from onnx.backend.test.case.node import collect_testcases

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = collect_testcases(None)
    return tuple(sorted(found, key=lambda case: case.name))


def chosen(words: Sequence[str]) -> tuple[Any, ...]:
    """The tests of some operators (``Gemm``), or whose name begins so (``test_gemm``); without words, all."""
    return tuple(
        case
        for case in cases()
        if not words or any(operator(case) == word or case.name.startswith(word) for word in words)
    )


def operator(case: Any) -> str:
    """The operator that a test is about: where it comes as the ops of its definition, by the test's name."""
    kinds = dict.fromkeys(node.op_type for node in case.model.graph.node)
    if "_expanded" not in case.name:
        return next(reversed(kinds))
    return _by_name().get(case.name.split("_expanded")[0], next(iter(kinds)))


@cache
def _by_name() -> dict[str, str]:
    plain = (case for case in cases() if "_expanded" not in case.name)
    return {case.name: next(reversed([node.op_type for node in case.model.graph.node])) for case in plain}


def run(case: Any) -> Outcome:
    """Open, step and compare; only what differs, or breaks, is a failure."""
    about = operator(case)
    try:
        for inputs, outputs in case.data_sets:
            _compare(_computed(case, inputs), outputs, case)
    except GraphScopeError as error:
        cause: BaseException | None = error
        while cause.__cause__ is not None:
            cause = cause.__cause__
        if isinstance(cause, GraphScopeError):
            return Outcome(case.name, about, "refused", _told(cause))
        return Outcome(case.name, about, "failed", f"{error} [{type(cause).__name__}: {cause}]")
    except AssertionError as error:
        return Outcome(case.name, about, "failed", " ".join(str(error).split())[:300])
    except Exception as error:  # noqa: BLE001 - whatever else breaks is a failure to be told
        return Outcome(case.name, about, "failed", f"{type(error).__name__}: {error}"[:300])
    return Outcome(case.name, about, "passed")


def _told(error: GraphScopeError) -> str:
    """Why a node is not computed, without which node it is."""
    reason = error.sentence.fields.get("reason")
    return str(error.sentence) if reason is None or "kind" not in error.sentence.fields else str(reason)


def _computed(case: Any, inputs: Sequence[Any]) -> list[Any]:
    model = reading.read(source.prepare(case.model, None, case.name))
    proto = case.model.graph
    names = [info.name for info in proto.input if info.name not in {each.name for each in proto.initializer}]
    data = dict(zip(names, map(_array, inputs), strict=False))
    with gs.open(model, inputs={name: data[name] for name in model.graph.inputs if name in data}) as session:
        session.iterate()
        return [session.value(info.name) for info in proto.output if info.name]


def _array(data: Any) -> Any:
    """Most tests have arrays, some ONNX's own tensors."""
    from onnx import TensorProto, numpy_helper

    return numpy_helper.to_array(data) if isinstance(data, TensorProto) else np.asarray(data)


def _compare(found: Sequence[Any], wanted: Sequence[Any], case: Any) -> None:
    for made, right in zip(found, map(_array, wanted), strict=True):
        assert made.dtype == right.dtype, f"type {made.dtype} instead of {right.dtype}"
        assert made.shape == right.shape, f"shape {made.shape} instead of {right.shape}"
        if not _drawn(case.name):
            np.testing.assert_allclose(made, right, rtol=case.rtol, atol=case.atol)


def _drawn(name: str) -> bool:
    """Whether numbers are drawn; ONNX leaves open which, so only their type and shape can be compared."""
    return name.startswith(("test_bernoulli", "test_training_dropout")) and "zero_ratio" not in name
