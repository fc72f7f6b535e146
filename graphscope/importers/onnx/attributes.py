"""Attributes of an ONNX node as plain values, and those that ONNX gives where the file is silent."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphscope.errors import ModelError
from graphscope.importers.onnx import tensors

if TYPE_CHECKING:
    from onnx import AttributeProto, NodeProto


def given(node: NodeProto, folder: Path | None) -> dict[str, Any]:
    """The attributes of a node: numbers, texts, tuples of them, arrays for tensors, graphs as they are."""
    return {attribute.name: _value(attribute, folder) for attribute in node.attribute}


def _value(attribute: AttributeProto, folder: Path | None) -> Any:
    from onnx import helper

    if attribute.ref_attr_name:
        raise ModelError(
            "the attribute {name} refers to an attribute of a function that is not there; the file is damaged",
            name=tensors.shown(attribute.name),
        )
    try:
        return _plain(helper.get_attribute_value(attribute), folder)
    except ValueError as error:
        raise ModelError(
            "the attribute {name} has a type that ONNX does not know; the file is damaged",
            name=tensors.shown(attribute.name),
        ) from error


def _plain(value: Any, folder: Path | None) -> Any:
    from onnx import TensorProto

    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, TensorProto):
        return tensors.array(value, folder)
    if isinstance(value, (str, int, float)) or not hasattr(value, "__iter__"):
        return value
    return tuple(_plain(each, folder) for each in value)


@cache
def defaults(kind: str, domain: str) -> Mapping[str, Any]:
    """What ONNX says for the attributes that a node of this kind leaves out."""
    from onnx import defs, helper

    try:
        schema = defs.get_schema(kind, domain=domain)
    except defs.SchemaError:
        return {}
    return {
        name: _plain(helper.get_attribute_value(attribute.default_value), None)
        for name, attribute in schema.attributes.items()
        if attribute.default_value.type
    }
