"""ONNX's choices and loops."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from graphscope import ops
from graphscope.errors import GraphScopeError, ModelError, Sentence
from graphscope.graph.graph import Graph, Node, Value
from graphscope.graph.spec import TensorSpec
from graphscope.importers.onnx.bodies import Body, closed
from graphscope.importers.onnx.operand import Operand
from graphscope.importers.onnx.rule import OnnxNode, Outputs, RefusalError, Rule
from graphscope.ops import control

_NUMBER, _CONDITION = TensorSpec((), "int64"), TensorSpec((), "bool")


def _if(node: OnnxNode) -> Outputs:
    """Both bodies; one that cannot be computed is drawn as one node, and only steps that come to it stop."""
    condition = node.input(0)
    bodies = [_branch(node, name) for name in ("then_branch", "else_branch")]
    good = [each for each in bodies if not isinstance(each, GraphScopeError)]
    if not good:
        raise next(each for each in bodies if isinstance(each, GraphScopeError))
    places = range(len(node.outputs))
    both = closed(good, [body.graph(places, ()) for body in good], 0)
    graphs = iter(both.graphs)
    made = [
        _stand_in(both.graphs[0], name, each) if isinstance(each, GraphScopeError) else next(graphs)
        for name, each in zip(("then_branch", "else_branch"), bodies, strict=True)
    ]
    results = node.call(control.If(*made), condition, *both.operands)
    for each in (each for each in bodies if isinstance(each, GraphScopeError)):
        node.workshop.lament("If", each)
    return tuple(results)


def _branch(node: OnnxNode, name: str) -> Body | GraphScopeError:
    """A body, or why it cannot be computed."""
    try:
        return node.body(name, ())
    except ModelError as error:
        if not isinstance(error, RefusalError):
            raise
        return error
    except GraphScopeError as error:
        return error


def _stand_in(other: Graph, name: str, error: GraphScopeError) -> Graph:
    """One node in place of a body that cannot be computed, with results like those of the other body."""
    specs = [other.value(each).spec for each in other.outputs]
    names = tuple(f"{name}.{place}" for place in range(len(specs)))
    shapes, dtypes = tuple(spec.shape for spec in specs), tuple(spec.dtype for spec in specs)
    op = ops.Unknown(name, str(error.sentence), shapes, dtypes)
    leaves = tuple(value for value in other.table if value.kind == "input")
    values = (Value(each, spec) for each, spec in zip(names, specs, strict=True))
    return Graph(other.name, (*leaves, *values), (Node(name, op, (), names),), names)


def _loop(node: OnnxNode) -> Outputs:
    count, condition = node.optional(0), node.optional(1)
    starts = [node.input(slot) for slot in range(2, len(node.inputs))]
    body = _settled(node, (_NUMBER, _CONDITION), starts, 1)
    places = range(1, len(body.proto.output))
    states = range(2, 2 + len(starts))
    conditional = not _goes_on(body, body.graph(places, range(2 + len(starts))))
    if conditional:
        graph = body.graph((0, *places), (0, 1, *states))
    else:
        graph = body.graph(places, (0, *states))
    whole = closed([body], [graph], len(starts) + (2 if conditional else 1))
    if condition is not None and condition.known and bool(condition.array):
        condition = None
    if condition is None and conditional:
        condition = node.constant(True, "bool", "condition")
    op = control.Loop(whole.graphs[0], len(starts), _trips(count), conditional)
    return tuple(node.call(op, None if op.trips is not None else count, condition, *starts, *whole.operands))


def _trips(count: Operand | None) -> int | None:
    """How often a loop runs at most, where the file says so; its largest numbers mean without end."""
    if count is None or count.array is None:
        return None
    return max(int(count.array.reshape(())), 0)


def _goes_on(body: Body, graph: Graph) -> bool:
    """Whether a loop's body has no say in whether there is another trip."""
    asked = body.formals[1]
    if any(asked in node.inputs for node in graph.nodes):
        return False
    result = body.result(0)
    if result.known:
        return bool(result.array)
    handed = body.graph((0,), range(len(body.formals)))
    passes = all(isinstance(node.op, ops.Identity) for node in handed.nodes)
    return passes and (not handed.nodes or handed.nodes[0].inputs == (asked,))


def _scan(node: OnnxNode) -> Outputs:
    sequences = node.attribute("num_scan_inputs")
    given = node.all_inputs()
    states = len(given) - sequences
    results = len(node.outputs) - states
    axes = _counted(node, "scan_input_axes", sequences)
    backward = _counted(node, "scan_input_directions", sequences)
    stacked_axes = _counted(node, "scan_output_axes", results)
    stacked_backward = _counted(node, "scan_output_directions", results)
    layers = [_layer(each.spec, axis) for each, axis in zip(given[states:], axes, strict=True)]
    body = _settled(node, (), given[:states], 0, after=layers)
    graph = body.graph(range(len(body.proto.output)), range(len(given)))
    whole = closed([body], [graph], len(given))
    op = control.Scan(
        whole.graphs[0],
        states,
        sequences,
        axes,
        tuple(map(bool, backward)),
        stacked_axes,
        tuple(map(bool, stacked_backward)),
    )
    return tuple(node.call(op, *given, *whole.operands))


def _counted(node: OnnxNode, attribute: str, count: int) -> tuple[int, ...]:
    """An attribute of one number each, 0 where left out."""
    found: tuple[int, ...] = tuple(node.attribute(attribute, (0,) * count))
    if len(found) != count:
        node.refuse(Sentence("{attribute} should have {count} numbers", attribute=attribute, count=count))
    return found


def _layer(spec: TensorSpec, axis: int) -> TensorSpec:
    return control.layer(spec, axis)


def _settled(
    node: OnnxNode,
    before: Sequence[TensorSpec],
    starts: Sequence[Operand],
    skip: int,
    *,
    after: Sequence[TensorSpec] = (),
) -> Body:
    """A loop's body, read for shapes of its states that hold in every trip: sizes that change are open.

    Args:
        skip: how many of its outputs come before the new states.
    """
    states = [each.spec.like() for each in starts]
    for _ in range(2 + sum(spec.rank for spec in states)):
        body: Body = node.body("body", (*before, *states, *after))
        made = [body.result(skip + place).spec for place in range(len(states))]
        wider = [control.common(node.kind, *pair) for pair in zip(states, made, strict=True)]
        if wider == states:
            return body
        states = [spec.like() for spec in wider]
    return node.body("body", (*before, *states, *after))


NODES: Mapping[str, Rule] = {"If": _if, "Loop": _loop, "Scan": _scan}
