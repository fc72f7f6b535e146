"""Which lines of code have breakpoints, and which breakpoint a click beside a line sets."""

from __future__ import annotations

from collections.abc import Iterable

from graphscope.debug import breakpoints
from graphscope.debug.breakpoints import Breakpoint
from graphscope.errors import GraphScopeError
from graphscope.graph.graph import Graph
from graphscope.service.tasks.breakpoints import BreakpointTold
from graphscope.view.code.lines import Code, Line


def stop_at(code: Code, line: Line, graph: Graph) -> str | None:
    """The text of the breakpoint that a line gets; None where no step belongs to it.

    A line of the author's program is told as such; a line that was made from the graph by where it begins.
    """
    kinds = {graph.by_name[name].kind for name in line.values}
    if not code.built and (line.nodes or "parameter" in kinds):
        return str(Breakpoint("line", f"{code.title}:{line.number}"))
    if line.nodes:
        return str(Breakpoint("node", line.nodes[0]))
    changing = (name for name in line.values if graph.by_name[name].kind != "constant")
    found = next(changing, None)
    return None if found is None else str(Breakpoint("value", found))


def stops(
    code: Code, codes: Iterable[Code], told: Iterable[BreakpointTold]
) -> dict[int, list[BreakpointTold]]:
    """The breakpoints of each line: those of the line, of its operations, and of its values.

    Args:
        codes: all ways to write the model; a breakpoint of a line of one has its place in the others too.
    """
    written = next((each for each in codes if not each.built), None)
    found: dict[int, list[BreakpointTold]] = {}
    for each in told:
        number = _line_of(each, code, written)
        if number is not None:
            found.setdefault(number, []).append(each)
    return found


def _line_of(told: BreakpointTold, code: Code, written: Code | None) -> int | None:
    try:
        point = breakpoints.read(told.text)
    except GraphScopeError:
        return None
    match point.where:
        case "node":
            return code.of_node.get(point.name)
        case "value":
            return code.of_value.get(point.name)
        case "line":
            return _moved(point.name, code, written)
        case _:
            return None


def _moved(name: str, code: Code, written: Code | None) -> int | None:
    """Where what a line of the program makes begins in the code that is shown."""
    file, _, number = name.rpartition(":")
    line = written.by_number.get(int(number)) if written is not None and number.isdecimal() else None
    if written is None or line is None or file not in ("", written.title):
        return None
    nodes = (code.of_node.get(each) for each in line.nodes)
    values = (code.of_value.get(each) for each in line.values)
    return next((place for place in (*nodes, *values) if place is not None), None)
