"""Which group each node of an ONNX file belongs to, told by PyTorch's exporters, tf2onnx, or the nodes' names."""

from __future__ import annotations

import re
from ast import literal_eval
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from graphscope.graph.scope import Scope

if TYPE_CHECKING:
    from onnx import GraphProto, NodeProto

KEY = "pkg.torch.onnx.name_scopes"
"""Where PyTorch's newer exporter writes the modules around a node."""
DEEPEST = 16
LONGEST = 80
_NOISE = re.compile(r"^(StatefulPartitionedCall|PartitionedCall)(_\d+)?$")
"""What TensorFlow's conversion puts around everything."""


def scopes(graph: GraphProto) -> Mapping[str, Scope]:
    """The group of each node, by the names of its outputs."""
    found = [_scope(node) for node in graph.node]
    shared = _shared(found)
    pairs = zip(graph.node, found, strict=True)
    return {name: scope[shared:] for node, scope in pairs for name in node.output if name}


def _shared(scopes: list[Scope]) -> int:
    """How many groups hold everything, so that they would only be a frame around the picture."""
    named = [scope for scope in scopes if scope]
    if not named or len(named) < len(scopes):
        return 0
    depth = min(map(len, named))
    return next((k for k in range(depth) if len({scope[k] for scope in named}) > 1), depth)


def _scope(node: NodeProto) -> Scope:
    told = next((entry.value for entry in node.metadata_props if entry.key == KEY), "")
    path = _of_modules(told) if told else _of_name(node.name)
    return tuple(part if len(part) <= LONGEST else f"{part[:LONGEST]}…" for part in path[:DEEPEST])


def _of_modules(told: str) -> Scope:
    """``['', 'blocks.0', 'blocks.0.norm', 'node_1']`` as ``('blocks.0', 'norm')``: the last is the node itself."""
    try:
        given: Any = literal_eval(told) if len(told) < 10_000 else ()
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return ()
    if not isinstance(given, (list, tuple)):
        return ()
    return _short([str(each) for each in cast("list[Any]", given)[:-1]])


def _short(modules: list[str]) -> Scope:
    """Full module paths as names within one another: ``blocks.0.norm`` in ``blocks.0`` is ``norm``; but a number
    alone says little: ``blocks.0`` in ``blocks`` stays."""
    path: list[str] = []
    before = ""
    for full in modules:
        if full and full != before and not full.startswith("_empty_nn_module_stack"):
            own = full.removeprefix(f"{before}.")
            path.append(full.rsplit(".", 2)[-2] + f".{own}" if own.isdigit() and before else own)
            before = full
    return tuple(path)


def _of_name(name: str) -> Scope:
    """``/encoder/encoder.0/MatMul`` as ``('encoder', 'encoder.0')``."""
    parts = [part for part in name.split(";", 1)[0].split("/")[:-1] if part and not _NOISE.match(part)]
    return tuple(parts)
