"""Brings an ONNX file to the newest opset, so that every operator has one meaning."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphscope.errors import ModelError, Sentence
from graphscope.importers.onnx import shapes
from graphscope.importers.onnx.rule import RefusalError

if TYPE_CHECKING:
    from onnx import ModelProto, NodeProto


def newest(model: ModelProto, opset: int | None) -> tuple[ModelProto, int | None]:
    """The model in the newest opset.

    Returns:
        also the opset that it still has where ONNX cannot convert it; None where it is the newest.

    Raises:
        ModelError: it is of a newer one, in which operators may mean something else.
    """
    from onnx import ModelProto, defs, version_converter

    wanted = defs.onnx_opset_version()
    if opset is None or opset == wanted:
        return model, None
    if opset > wanted:
        raise ModelError(
            "the file is of opset {given}, and the newest that is known here is {wanted}; install a newer onnx, or "
            "export the model with opset {wanted}",
            given=opset,
            wanted=wanted,
        )
    try:
        made = version_converter.convert_version(shapes.light(model), wanted)
    except Exception:  # noqa: BLE001 - whatever it is, nodes that mean the same in both can still be read
        return model, opset
    held = {tensor.name for tensor in made.graph.initializer}
    back = ModelProto()
    back.CopyFrom(made)
    own = {info.name for info in model.graph.input}
    inputs = [info for info in made.graph.input if info.name in own]
    del back.graph.input[:]
    back.graph.input.extend(inputs)
    back.graph.initializer.extend(tensor for tensor in model.graph.initializer if tensor.name not in held)
    back.functions.extend(model.functions[len(back.functions) :])
    return back, None


def check_meaning(node: NodeProto, opset: int | None) -> None:
    """Hold a node of an old opset to meaning what the newest means.

    Raises:
        RefusalError: it may mean something else.
    """
    from onnx import defs

    if opset is None or node.domain not in ("", "ai.onnx"):
        return
    try:
        old, new = defs.get_schema(node.op_type, opset), defs.get_schema(node.op_type)
        same = old.since_version == new.since_version
    except defs.SchemaError:
        return
    if not same:
        raise RefusalError(
            "{reason}",
            reason=Sentence(
                "the file has {op} of opset {old}, and ONNX could not bring it to opset {new}; export the model "
                "again with a newer opset",
                op=node.op_type,
                old=opset,
                new=defs.onnx_opset_version(),
            ),
        )
