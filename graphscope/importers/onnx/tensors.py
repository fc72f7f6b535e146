"""Tensors of an ONNX file as arrays: types and sizes are checked before any memory is taken."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from graphscope.errors import ModelError
from graphscope.importers.onnx.rule import TYPES, RefusalError

if TYPE_CHECKING:
    from onnx import TensorProto

CODES: Mapping[int, str] = {
    1: "float32",
    2: "uint8",
    3: "int8",
    4: "uint16",
    5: "int16",
    6: "int32",
    7: "int64",
    8: "text",
    9: "bool",
    10: "float16",
    11: "float64",
    12: "uint32",
    13: "uint64",
    14: "complex64",
    15: "complex128",
    16: "bfloat16",
    17: "float8e4m3fn",
    18: "float8e4m3fnuz",
    19: "float8e5m2",
    20: "float8e5m2fnuz",
    21: "uint4",
    22: "int4",
    23: "float4e2m1",
    24: "float8e8m0",
    25: "uint2",
    26: "int2",
}
"""ONNX's numbers for element types."""
_WIDE = {"float16": 4, "int8": 4, "int16": 4, "int32": 4, "uint8": 4, "uint16": 4, "bool": 4}
"""Bytes of an element where numbers are not raw: small types are kept as 32-bit integers."""


def dtype(code: int) -> str:
    """NumPy's name of an ONNX element type; types that NumPy lacks have ONNX's name."""
    return CODES.get(code, f"type {code}")


def array(tensor: TensorProto, folder: Path | None) -> np.ndarray:
    """The numbers of a tensor.

    Args:
        folder: where the model file is, for numbers that lie in a file beside it.

    Raises:
        ModelError: sizes or types that cannot be, or numbers that are not where they should be.
    """
    from onnx import numpy_helper

    kind = dtype(tensor.data_type)
    shape = tuple(tensor.dims)
    if kind not in TYPES:
        raise RefusalError(
            "{name} holds numbers of type {dtype}, which are not computed with here",
            name=shown(tensor.name),
            dtype=kind,
        )
    if any(size < 0 for size in shape):
        raise _damaged(tensor, shape)
    if tensor.data_location == 1:
        _load(tensor, folder)
    if _bytes(tensor, kind) != prod(shape) * (np.dtype(kind).itemsize if _raw(tensor) else _wide(kind)):
        raise _damaged(tensor, shape)
    try:
        made = numpy_helper.to_array(tensor)
    except (ValueError, TypeError) as error:
        raise _damaged(tensor, shape) from error
    made = made.astype(kind, copy=False)
    made.setflags(write=False)
    return made


def shown(name: str) -> str:
    """A name of the file in a sentence, of bearable length."""
    return name if len(name) <= 80 else f"{name[:80]}…"


def _raw(tensor: TensorProto) -> bool:
    return tensor.HasField("raw_data")


def _wide(kind: str) -> int:
    return _WIDE.get(kind, np.dtype(kind).itemsize)


def _bytes(tensor: TensorProto, kind: str) -> int:
    """How many bytes of numbers there are."""
    if _raw(tensor):
        return len(tensor.raw_data)
    fields = {"float32": tensor.float_data, "float64": tensor.double_data, "int64": tensor.int64_data}
    if kind in ("uint32", "uint64"):
        return len(tensor.uint64_data) * np.dtype(kind).itemsize
    return len(fields.get(kind, tensor.int32_data)) * _wide(kind)


def _damaged(tensor: TensorProto, shape: tuple[int, ...]) -> ModelError:
    return ModelError(
        "the numbers of {name} do not fill its shape ({shape}); the file is damaged",
        name=shown(tensor.name),
        shape="×".join(map(str, shape)) or "scalar",
    )


def _load(tensor: TensorProto, folder: Path | None) -> None:
    """Read the numbers of a tensor from their own file, which must lie in the model's folder."""
    from onnx import external_data_helper

    place = next((entry.value for entry in tensor.external_data if entry.key == "location"), "")
    try:
        if folder is None:
            raise ValueError
        external_data_helper.load_external_data_for_tensor(tensor, str(folder))
        tensor.data_location = 0  # type: ignore[assignment]
    except Exception as error:
        raise ModelError(
            "the numbers of {name} should be in the file “{place}” in the model's own folder, but they cannot "
            "be read from there; put the file beside the model",
            name=shown(tensor.name),
            place=shown(place),
        ) from error
