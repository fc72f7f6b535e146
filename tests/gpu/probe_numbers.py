"""What the fake CuPy claims of results, their types and their numbers, question by question."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from tests.gpu.probes import UNKNOWN, Probe, kind, numbers


def results() -> Iterator[Probe]:
    yield Probe("the sum of all", lambda cp, _: kind(cp.ones(3).sum()), "array () float64")
    yield Probe("the largest of all", lambda cp, _: kind(cp.max(cp.ones(3))), "array () float64")
    yield Probe("the mean of whole numbers", lambda cp, _: kind(cp.arange(3).mean()), "array () float64")
    yield Probe("the place of the largest", lambda cp, _: kind(cp.argmax(cp.ones(3))), "array () int64")
    yield Probe("whether any is true", lambda cp, _: kind(cp.any(cp.ones(3) > 0)), "array () bool")
    yield Probe("how many are not zero", lambda cp, _: kind(cp.count_nonzero(cp.ones(3))), "array () int64")
    yield Probe("one element", lambda cp, _: kind(cp.ones(3)[0]), "array () float64")
    yield Probe("one element of a matrix", lambda cp, _: kind(cp.ones((2, 2))[0, 1]), "array () float64")
    yield Probe("a Python number as an array", lambda cp, _: kind(cp.asarray(3.0)), "array () float64")
    yield Probe("a comparison", lambda cp, _: kind(cp.ones(2) < 2), "array (2,) bool")
    yield Probe("a product of vectors", lambda cp, _: kind(cp.ones(3) @ cp.ones(3)), "array () float64")
    yield Probe("arithmetic without axes", lambda cp, _: kind(cp.ones(3).sum() * 2), "array () float64")
    yield Probe("item()", lambda cp, _: kind(cp.ones(3).sum().item()), "float")
    yield Probe("a shape", lambda cp, _: kind(cp.ones(3).shape), "tuple")
    yield Probe("a dtype", lambda cp, _: isinstance(cp.ones(3).dtype, np.dtype), "True")
    yield Probe("the length", lambda cp, _: kind(len(cp.ones(3))), "int")
    yield Probe("the length of no axes", lambda cp, _: len(cp.ones(())), "raises TypeError")
    yield Probe("nonzero", lambda cp, _: kind(cp.nonzero(cp.ones(3))[0]), "array (3,) int64")
    yield Probe("iterating", lambda cp, _: kind(next(iter(cp.ones((2, 3))))), "array (3,) float64")
    yield Probe("a hash", lambda cp, _: hash(cp.ones(3)), "raises TypeError")
    yield Probe("the truth of several", lambda cp, _: bool(cp.ones(2)), "raises ValueError")
    yield Probe("float() of several", lambda cp, _: float(cp.ones(2)), "raises TypeError")
    yield Probe("broadcast shapes", lambda cp, _: cp.broadcast_shapes((2, 1), (3,)), "(2, 3)")
    yield Probe("shapes that do not fit", lambda cp, _: cp.ones(2) + cp.ones(3), "raises ValueError")
    yield Probe(
        "a product that does not fit", lambda cp, _: cp.ones((2, 3)) @ cp.ones((2, 3)), "raises ValueError"
    )


def promotion() -> Iterator[Probe]:
    def made(dtype: str, compute: Callable[[Any, Any], Any]) -> Callable[[Any, Any], str]:
        return lambda cp, _: str(compute(cp, cp.ones(2, dtype=dtype)).dtype)

    yield Probe("float32 + 1.0", made("float32", lambda cp, x: x + 1.0), "float32")
    yield Probe("float32 * 2", made("float32", lambda cp, x: x * 2), "float32")
    yield Probe("float16 * 2.0", made("float16", lambda cp, x: x * 2.0), "float16")
    yield Probe("float32 * numpy.float64(2)", made("float32", lambda cp, x: x * np.float64(2)), "float64")
    yield Probe(
        "float32 * a float64 array without axes",
        made("float32", lambda cp, x: x * cp.asarray(2.0)),
        "float64",
    )
    yield Probe("float32 + int32", made("float32", lambda cp, x: x + cp.ones(2, dtype="int32")), "float64")
    yield Probe("float32 + int64", made("float32", lambda cp, x: x + cp.ones(2, dtype="int64")), "float64")
    yield Probe(
        "float16 + float32", made("float16", lambda cp, x: x + cp.ones(2, dtype="float32")), "float32"
    )
    yield Probe("int32 + 1.0", made("int32", lambda cp, x: x + 1.0), "float64")
    yield Probe("int32 / int32", made("int32", lambda cp, x: x / x), "float64")
    yield Probe("int8 + int8", made("int8", lambda cp, x: x + x), "int8")
    yield Probe("uint8 + int8", made("uint8", lambda cp, x: x + cp.ones(2, dtype="int8")), "int16")
    yield Probe("uint64 + int64", made("uint64", lambda cp, x: x + cp.ones(2, dtype="int64")), "float64")
    yield Probe("bool + bool", made("bool", lambda cp, x: x + x), "bool")
    yield Probe("bool + 1", made("bool", lambda cp, x: x + 1), "int64")
    yield Probe("bool - bool", made("bool", lambda cp, x: x - x), "raises TypeError")
    yield Probe("int8 + 300", made("int8", lambda cp, x: x + 300), "raises OverflowError")
    yield Probe("exp(int32)", made("int32", lambda cp, x: cp.exp(x)), "float64")
    yield Probe("exp(int8)", made("int8", lambda cp, x: cp.exp(x)), "float16")
    yield Probe("sqrt(float16)", made("float16", lambda cp, x: cp.sqrt(x)), "float16")
    yield Probe("sum(int32)", made("int32", lambda cp, x: cp.sum(x)), "int64")
    yield Probe("sum(bool)", made("bool", lambda cp, x: cp.sum(x)), "int64")
    yield Probe("sum(float16)", made("float16", lambda cp, x: cp.sum(x)), "float16")
    yield Probe("prod(uint8)", made("uint8", lambda cp, x: cp.prod(x)), "uint64")
    yield Probe("mean(float32)", made("float32", lambda cp, x: cp.mean(x)), "float32")
    yield Probe("mean(int32)", made("int32", lambda cp, x: cp.mean(x)), "float64")
    yield Probe("var(float32)", made("float32", lambda cp, x: cp.var(x)), "float32")
    yield Probe("cumsum(int32)", made("int32", lambda cp, x: cp.cumsum(x)), "int64")
    yield Probe("where(c, float32, 0.0)", made("float32", lambda cp, x: cp.where(x > 0, x, 0.0)), "float32")
    yield Probe("where(c, float32, 0)", made("float32", lambda cp, x: cp.where(x > 0, x, 0)), "float32")
    yield Probe("maximum(float32, 0.0)", made("float32", lambda cp, x: cp.maximum(x, 0.0)), "float32")
    yield Probe("clip(float32, 0, 1)", made("float32", lambda cp, x: cp.clip(x, 0, 1)), "float32")
    yield Probe("power(float32, 2)", made("float32", lambda cp, x: x**2), "float32")
    yield Probe("arange(3)", lambda cp, _: str(cp.arange(3).dtype), "int64")
    yield Probe("full(2, 1)", lambda cp, _: str(cp.full(2, 1).dtype), "int64")
    yield Probe("zeros(2)", lambda cp, _: str(cp.zeros(2).dtype), "float64")
    yield Probe("result_type(float32, 1.0)", lambda cp, _: cp.result_type(cp.float32, 1.0), "float32")
    yield Probe("can_cast(float64, float32)", lambda cp, _: cp.can_cast(cp.float64, cp.float32), "False")


def empty() -> Iterator[Probe]:
    yield Probe("the sum of nothing", lambda cp, _: numbers(cp.zeros(0).sum()), "0.0")
    yield Probe("the product of nothing", lambda cp, _: numbers(cp.zeros(0).prod()), "1.0")
    yield Probe("all of nothing", lambda cp, _: numbers(cp.all(cp.zeros(0) > 0)), "True")
    yield Probe("the largest of nothing", lambda cp, _: cp.zeros(0).max(), "raises ValueError")
    yield Probe(
        "the place of the largest of nothing", lambda cp, _: cp.zeros(0).argmax(), "raises ValueError"
    )
    yield Probe(
        "the largest along an axis of nothing",
        lambda cp, _: cp.zeros((0, 3)).max(axis=0),
        "raises ValueError",
    )
    yield Probe(
        "the largest along another axis",
        lambda cp, _: kind(cp.zeros((0, 3)).max(axis=1)),
        "array (0,) float64",
    )
    yield Probe(
        "sums along an axis of nothing",
        lambda cp, _: numbers(cp.zeros((0, 3)).sum(axis=0)),
        "[0.0, 0.0, 0.0]",
    )
    yield Probe(
        "a product over nothing",
        lambda cp, _: numbers(cp.ones((2, 0)) @ cp.ones((0, 2))),
        "[[0.0, 0.0], [0.0, 0.0]]",
    )
    yield Probe("exp of nothing", lambda cp, _: kind(cp.exp(cp.zeros((0, 3)))), "array (0, 3) float64")
    yield Probe(
        "joining with nothing",
        lambda cp, _: kind(cp.concatenate([cp.zeros(0), cp.ones(2)])),
        "array (2,) float64",
    )
    yield Probe("reshaping nothing with -1", lambda cp, _: cp.zeros((0, 3)).reshape(-1, 3).shape, "(0, 3)")
    yield Probe("sorting nothing", lambda cp, _: kind(cp.sort(cp.zeros(0))), "array (0,) float64")


def special() -> Iterator[Probe]:
    nan = float("nan")

    def of(*values: float, dtype: str = "float64") -> Callable[[Any], Any]:
        return lambda cp: cp.asarray(np.array(values, dtype))

    yield Probe("max with NaN", lambda cp, _: numbers(of(1, nan, 2)(cp).max()), "nan")
    yield Probe("argmax with NaN", lambda cp, _: numbers(of(1, nan, 2)(cp).argmax()), "1")
    yield Probe("maximum with NaN", lambda cp, _: numbers(cp.maximum(of(1, nan)(cp), 0.0)), "[1.0, nan]")
    yield Probe("minimum with NaN", lambda cp, _: numbers(cp.minimum(of(1, nan)(cp), 0.0)), "[0.0, nan]")
    yield Probe("clip of NaN", lambda cp, _: numbers(cp.clip(of(nan, 5)(cp), 0.0, 1.0)), "[nan, 1.0]")
    yield Probe(
        "sign of NaN", lambda cp, _: numbers(cp.sign(of(nan, -2, 0)(cp))), "[nan, -1.0, 0.0]", "[0.0, -1.0, 0.0]",
        "the backend corrects it",
    )  # fmt: skip
    yield Probe("sorting NaN", lambda cp, _: numbers(cp.sort(of(nan, 2, 1)(cp))), "[1.0, 2.0, nan]")
    yield Probe("NaN equals NaN", lambda cp, _: numbers(of(nan)(cp) == of(nan)(cp)), "[False]")
    yield Probe("1 / 0", lambda cp, _: numbers(of(1, -1, 0)(cp) / 0.0), "[inf, -inf, nan]")
    yield Probe("exp(1000)", lambda cp, _: numbers(cp.exp(of(1000)(cp))), "[inf]")
    yield Probe("log(0), log(-1)", lambda cp, _: numbers(cp.log(of(0, -1)(cp))), "[-inf, nan]")
    yield Probe("0 · inf", lambda cp, _: numbers(of(0)(cp) * float("inf")), "[nan]")
    yield Probe("rounding a half", lambda cp, _: numbers(cp.round(of(0.5, 1.5, 2.5)(cp))), "[0.0, 2.0, 2.0]")
    yield Probe("-7 // 2", lambda cp, _: numbers(of(-7, dtype="int64")(cp) // 2), "[-4]")
    yield Probe("-7 % 3", lambda cp, _: numbers(of(-7, dtype="int64")(cp) % 3), "[2]")
    yield Probe("-7.5 % 3", lambda cp, _: numbers(of(-7.5)(cp) % 3), "[1.5]")
    yield Probe("7 // 0", lambda cp, _: numbers(of(7, dtype="int64")(cp) // 0), "[0]")
    yield Probe(
        "int32 too large", lambda cp, _: numbers(of(2**31 - 1, dtype="int32")(cp) + 1), "[-2147483648]"
    )
    yield Probe("uint8 below zero", lambda cp, _: numbers(of(0, dtype="uint8")(cp) - 1), "[255]")
    yield Probe("-1.5 as int64", lambda cp, _: numbers(of(-1.5, 1.5)(cp).astype("int64")), "[-1, 1]")
    yield Probe("300 as uint8", lambda cp, _: numbers(of(300, dtype="int64")(cp).astype("uint8")), "[44]")
    yield Probe(
        "2 ** -1 of whole numbers", lambda cp, _: of(2, dtype="int64")(cp) ** -1, "raises ValueError", UNKNOWN
    )
    yield Probe("1e300 as float32", lambda cp, _: numbers(of(1e300)(cp).astype("float32")), "[inf]")
    yield Probe("float32 denormals", lambda cp, _: numbers(of(1e-40, dtype="float32")(cp) > 0), "[True]")
    yield Probe("erf", lambda cp, _: _erf(cp, "float32"), "float32 0.8427")
    yield Probe(
        "einsum", lambda cp, _: numbers(cp.einsum("ij,jk->ik", cp.ones((1, 2)), cp.ones((2, 1)))), "[[2.0]]"
    )


def _erf(cp: Any, dtype: str) -> str:
    from importlib import import_module

    made = import_module("cupyx.scipy.special").erf(cp.ones(1, dtype=dtype))
    return f"{made.dtype} {float(made[0]):.4f}"
