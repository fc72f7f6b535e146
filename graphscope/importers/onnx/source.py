"""An ONNX file as it is read: parsed, held to limits, and brought to the newest opset."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from graphscope.errors import ModelError
from graphscope.graph.scope import Scope
from graphscope.graph.spec import TensorSpec
from graphscope.importers.onnx import converting, functions, order, scopes, shapes

if TYPE_CHECKING:
    from onnx import FunctionProto, ModelProto

LARGEST = 2**31 - 1
"""Bytes: what one protocol buffer can hold at most."""


@dataclass(frozen=True, eq=False)
class Source:
    """A model file of the newest opset.

    Args:
        folder: where its data files may lie.
        title: what the model is called.
        groups: the group of each node, by the names of its outputs.
        opset: the opset in which it still is because ONNX cannot convert it; None for the newest.
    """

    proto: ModelProto
    folder: Path | None
    title: str
    groups: Mapping[str, Scope]
    opset: int | None = None

    @cached_property
    def functions(self) -> Mapping[tuple[str, str], FunctionProto]:
        """The functions of the file, by domain and name."""
        return {(each.domain, each.name): each for each in self.proto.functions}

    @cached_property
    def inferred(self) -> Mapping[str, TensorSpec]:
        """What ONNX finds out of the values that nodes make; only asked where a node is not computed here."""
        return shapes.inferred(self.proto)


def load(path: Path) -> Source:
    """The model of a file.

    Raises:
        ModelError: it is damaged, too large, or of an opset that cannot be brought to the newest.
    """
    if path.stat().st_size > LARGEST:
        raise ModelError("{file} is larger than an ONNX file can be; is it damaged?", file=path.name)
    return prepare(parse(path.read_bytes(), path.name), path.parent, path.stem)


def parse(data: bytes, name: str) -> ModelProto:
    """The protocol buffer in the bytes of a file.

    Raises:
        ModelError: it is not one.
    """
    from google.protobuf.message import DecodeError
    from onnx import ModelProto

    model = ModelProto()
    try:
        model.ParseFromString(data)
    except (DecodeError, RuntimeError) as error:
        raise _damaged(name) from error
    if not model.HasField("graph") or not (model.graph.node or model.graph.output):
        raise _damaged(name)
    return model


def _damaged(name: str) -> ModelError:
    return ModelError(
        "{file} is no ONNX model or is damaged; export the model again, or copy the file again", file=name
    )


def prepare(model: ModelProto, folder: Path | None, title: str) -> Source:
    """The model in the newest opset.

    Raises:
        ModelError: it is damaged, too large, or cannot be brought there.
    """
    budget = order.Budget()
    order.check(model.graph, budget)
    functions.check_count(model, order.MOST_NODES)
    groups = scopes.scopes(model.graph)
    opset = next((each.version for each in model.opset_import if each.domain in ("", "ai.onnx")), None)
    converted, behind = converting.newest(model, opset)
    return Source(converted, folder, title, groups, behind)
