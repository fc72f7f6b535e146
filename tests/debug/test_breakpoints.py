"""The text of breakpoints reads back as the same breakpoint, and each kind is about the steps that it should be."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphscope.app import opening
from graphscope.debug import matching
from graphscope.debug.breakpoints import NAMED, NAN, Breakpoint, read, told
from graphscope.debug.session import Session
from graphscope.engine.step import PHASES
from graphscope.errors import ExpressionError, InputError
from tests.engine.examples import nested, session, square_plus, xor

ANY_NAME = st.text(min_size=1, max_size=12) | st.sampled_from(
    [
        "what if",
        "if x",
        "a if b",
        "x@forward",
        "@backward",
        'say "so"',
        "a\\b",
        " a ",
        "conv 1.weight",
        "가중치",
        "\0",
    ]
)
POINTS = st.builds(
    Breakpoint,
    st.sampled_from([where for where in NAMED if where not in ("phase", "iteration")]),
    ANY_NAME,
    st.none() | st.sampled_from(PHASES),
    st.sampled_from(["", "loss > 1", "norm(W1[0:1]) < 2"]),
    st.booleans(),
)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(POINTS)
def test_the_text_of_a_breakpoint_reads_back_as_the_same_one(point: Breakpoint) -> None:
    assert read(str(point)) == point


@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("node:m2", Breakpoint("node", "m2")),
        ("node:m2@backward", Breakpoint("node", "m2", "backward")),
        ("node:m2@backward if loss > 1", Breakpoint("node", "m2", "backward", "loss > 1")),
        ("  NODE: m2   if  loss>1 ", Breakpoint("node", "m2", None, "loss>1")),
        ("group:Dense 1", Breakpoint("group", "Dense 1")),
        ('node:"a if b"@forward if loss > 1', Breakpoint("node", "a if b", "forward", "loss > 1")),
        ("value:W1@m", Breakpoint("value", "W1@m")),
        ("value:W1@m@update", Breakpoint("value", "W1@m", "update")),
        ("line:model.py:12", Breakpoint("line", "model.py:12")),
        ("op:Log", Breakpoint("op", "Log")),
        ("phase:backward", Breakpoint("phase", "backward")),
        ("iteration:20 if loss > 1", Breakpoint("iteration", "20", None, "loss > 1")),
        ("if loss < 0.1", Breakpoint("anywhere", "", None, "loss < 0.1")),
        ("nan", NAN),
        ("off nan", Breakpoint("nan", enabled=False)),
        ("off if loss < 0.1", Breakpoint("anywhere", "", None, "loss < 0.1", enabled=False)),
    ],
)
def test_a_text_means_what_it_says(text: str, point: Breakpoint) -> None:
    assert read(text) == point
    assert read(str(point)) == point


@pytest.mark.parametrize(
    "text",
    [
        "",
        "m2",
        "node",
        "node:",
        'node:"',
        'node:"a"b',
        "nan:x",
        "anywhere:x",
        "step:3",
        ":",
        "@",
        "off",
        "nan@backward",
    ],
)
def test_what_is_no_breakpoint_is_refused_with_examples(text: str) -> None:
    with pytest.raises(InputError, match="node:m2, value:W1"):
        read(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("phase:inference", "prepare, forward, backward, update"),
        ("phase:backward@forward", "a phase is one of"),
        ("iteration:x", "iteration:20"),
        ("iteration:-1", "iteration:20"),
        ("iteration:²", "iteration:20"),
        ("nan if loss > 1", "takes no condition"),
    ],
)
def test_what_a_kind_does_not_have_is_refused(text: str, expected: str) -> None:
    with pytest.raises(InputError, match=expected):
        read(text)


def test_a_condition_that_cannot_be_read_is_refused_with_its_column() -> None:
    with pytest.raises(ExpressionError, match="column 7"):
        read("node:m2 if loss >")


def test_a_breakpoint_is_told_in_words() -> None:
    assert str(told(read("node:m2@backward"))) == "operation m2, only Backward"
    assert str(told(read("phase:update"))) == "start of Update"
    assert str(told(read("iteration:20"))) == "start of iteration 20"


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("node:m2", "before"),
        ("node:m2 if loss > 1", "after"),
        ("value:W1 if loss > 1", "after"),
        ("group:hidden if loss > 1", "before"),
        ("phase:update if loss > 1", "before"),
        ("iteration:3 if loss > 1", "before"),
        ("if loss > 1", "after"),
        ("nan", "after"),
    ],
)
def test_a_plain_breakpoint_stops_before_its_step_and_one_on_data_after(text: str, time: str) -> None:
    assert read(text).time == time


# ---- which steps ----------------------------------------------------------------------------------------------


def steps_of(text: str, run: Session) -> list[str]:
    """The steps that a breakpoint is about, as ``kind node`` or ``kind value``."""
    plan = run.history.locate(run.position)[0].plan
    point = matching.checked(read(text), run)
    steps = (plan.steps[index].step for index in matching.steps(point, run.model, plan))
    return [f"{step.kind} {step.node or step.value or '-'}" for step in steps]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("node:m2", ["forward m2", "backward m2"]),
        ("node:m2@backward", ["backward m2"]),
        ("value:h", ["forward h", "backward m2"]),
        ("value:h@forward", ["forward h"]),
        ("value:W1", ["backward m1", "update W1"]),
        ("value:W1@update", ["update W1"]),
        ("value:x", ["data -", "backward m1"]),
        ("value:y", ["data -"]),
        ("op:matmul", ["forward m1", "forward m2", "backward m2", "backward m1"]),
        ("op:SGD", ["update W1", "update b1", "update W2", "update b2"]),
        ("group:hidden", ["forward m1", "backward h", "update W1"]),
        ("group:output@forward", ["forward m2"]),
        ("phase:prepare", ["data -"]),
        ("phase:backward", ["seed loss"]),
        ("iteration:7", ["data -"]),
        ("if loss < 1", ["forward loss"]),
        ("if norm(grad(W2)) > 1", ["backward m2"]),
        ("if iteration > 3", ["data -"]),
        ("if iteration > 3 and loss < 1", ["data -", "forward loss"]),
    ],
)
def test_a_breakpoint_is_about_the_steps_of_its_kind(text: str, found: list[str]) -> None:
    assert steps_of(text, session(xor())) == found


def test_a_condition_on_the_position_is_asked_after_every_step() -> None:
    run = session(xor())
    assert len(steps_of("if position == 12", run)) == len(run.iteration_steps)


def test_every_sum_of_contributions_writes_a_gradient() -> None:
    kinds = [step.split()[0] for step in steps_of("value:p", session(square_plus()))]
    assert kinds == ["backward", "accumulate", "accumulate"]


def test_a_group_is_entered_once_a_phase_and_again_when_it_was_left() -> None:
    run = session(nested())
    assert [step.split()[0] for step in steps_of("group:block1", run)] == ["forward", "backward", "update"]
    assert [step.split()[0] for step in steps_of("group:block1/b", run)] == ["forward", "backward", "update"]


def test_a_line_of_the_program_stands_for_what_it_made() -> None:
    run = opening.open("xor")
    node = run.graph.node("m2")
    assert node.origin is not None
    for text in (f"line:{node.origin.line}", f"line:model.py:{node.origin.line}"):
        assert "forward m2" in steps_of(text, run)
    with pytest.raises(InputError, match="never happens"):
        steps_of(f"line:other.py:{node.origin.line}", run)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("node:m9", "did you mean"),
        ("value:W9", "did you mean"),
        ("op:Log", "it has MatMul, Add"),
        ("group:middle", "it has hidden, output"),
        ("line:1", "never happens"),
        ("node:m2@update", "never happens"),
        ("node:m2 if los < 1", "did you mean loss"),
        ("if W1 > 0", "any"),
    ],
)
def test_what_the_model_does_not_have_is_refused_with_what_it_has(text: str, expected: str) -> None:
    with pytest.raises(InputError, match=expected):
        matching.checked(read(text), session(xor()))


def test_names_are_told_as_the_model_writes_them() -> None:
    run = session(xor())
    assert str(matching.checked(read("op:tanh"), run)) == "op:Tanh"
    assert str(matching.checked(read("node:loss"), run)) == f"node:{run.graph.node('loss').name}"


@pytest.mark.parametrize(
    ("text", "values", "groups"),
    [
        ("node:m2", ("m2",), ()),
        ("value:W1", ("W1",), ()),
        ("op:MatMul", ("m1", "m2"), ()),
        ("group:hidden", (), (("hidden",),)),
        ("phase:backward", (), ()),
    ],
)
def test_a_breakpoint_is_drawn_on_what_it_is_about(
    text: str, values: tuple[str, ...], groups: tuple[tuple[str, ...], ...]
) -> None:
    model = session(xor()).model
    assert matching.values(read(text), model) == values
    assert matching.groups(read(text), model) == groups
