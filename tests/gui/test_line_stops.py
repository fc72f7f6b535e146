"""Breakpoints stand beside the lines that they are about, in the author's code and in that made from the graph."""

from __future__ import annotations

import pytest

import graphscope as gs
from graphscope.errors import Sentence
from graphscope.graph.graph import Graph
from graphscope.gui.line_stops import stop_at, stops
from graphscope.service.tasks.breakpoints import BreakpointTold
from graphscope.view.code.lines import Code
from graphscope.view.source import codes


@pytest.fixture(scope="module")
def model():
    with gs.open("xor") as session:
        return session.model


@pytest.fixture
def both(model) -> tuple[Code, ...]:
    return codes(model)


def told(text: str) -> BreakpointTold:
    return BreakpointTold(text, Sentence("{text}", text=text), "", enabled=True)


def stop(code: Code, graph: Graph, name: str) -> str | None:
    return stop_at(code, code.by_number[code.of_value[name]], graph)


def test_a_line_of_the_program_gets_a_breakpoint_of_that_line(both, model) -> None:
    number = both[0].of_node["m1"]
    assert stop(both[0], model.graph, "m1") == f"line:model.py:{number}"
    assert stop(both[0], model.graph, "W1") == f"line:model.py:{both[0].of_value['W1']}"


def test_a_line_of_an_input_stops_where_the_input_gets_its_data(both, model) -> None:
    assert stop(both[0], model.graph, "x") == "value:x"


def test_a_line_made_from_the_graph_stops_where_it_begins(both, model) -> None:
    assert stop(both[1], model.graph, "h") == "node:m1"
    assert stop(both[1], model.graph, "x") == "value:x"


@pytest.mark.parametrize("sample", ["xor", "digits_cnn", "linear_regression", "apple_shop"])
def test_every_breakpoint_that_a_line_gets_is_one_that_the_session_takes(sample) -> None:
    with gs.open(sample) as session:
        for code in codes(session.model):
            for line in code.lines:
                text = stop_at(code, line, session.graph)
                assert text is not None
                assert str(session.breakpoints.add(text)) == text


def test_a_constant_s_line_gets_none() -> None:
    g = gs.Builder("constant")
    g.call(gs.ops.Neg(), g.constant("c", [1.0, 2.0]), name="y")
    model = g.build()
    (code,) = codes(model)[-1:]
    assert stop(code, model.graph, "c") is None


def test_breakpoints_stand_in_both_ways_to_write_the_model(both) -> None:
    line = both[0].of_node["s1"]
    points = [told(text) for text in (f"line:model.py:{line}", "node:h", "value:W2", "op:Tanh", "nan")]
    assert {
        number: [each.text for each in found] for number, found in stops(both[0], both, points).items()
    } == {
        line: [f"line:model.py:{line}"],
        both[0].of_node["h"]: ["node:h"],
        both[0].of_value["W2"]: ["value:W2"],
    }
    built = stops(both[1], both, points)
    assert [each.text for each in built[both[1].of_node["h"]]] == [f"line:model.py:{line}", "node:h"]
    assert [each.text for each in built[both[1].of_node["m2"]]] == ["value:W2"]


@pytest.mark.parametrize(
    "text", ["line:other.py:15", "line:model.py:1", "line:model.py:x", "nothing at all", "node:zzz"]
)
def test_what_has_no_line_stands_nowhere(both, text: str) -> None:
    assert stops(both[0], both, [told(text)]) == {}


def test_a_line_may_be_told_without_its_file(both) -> None:
    number = both[0].of_node["m1"]
    assert list(stops(both[0], both, [told(f"line:{number}")])) == [number]
