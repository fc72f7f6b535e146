"""The code of a model: every line knows what it makes, and every step of a run knows its line."""

from __future__ import annotations

from pathlib import Path

import pytest

import graphscope as gs
from graphscope.app.samples import samples
from graphscope.importers import python_model
from graphscope.view.code.lines import Code
from graphscope.view.source import codes

SAMPLES = [sample.name for sample in samples()]


def steps_of(name: str) -> list[tuple[str, str | None, str]]:
    """Kind, name and line of every step of one iteration, as the program of a sample has it."""
    with gs.open(name) as session:
        code = codes(session.model)[0]
        session.iterate()
        lines = code.text.splitlines()
        numbers = [(step, code.of_step(step)) for step in session.iteration_steps]
    return [
        (step.kind, step.value or step.node, lines[number - 1].strip() if number else "")
        for step, number in numbers
    ]


@pytest.mark.parametrize("name", SAMPLES)
def test_the_program_of_a_sample_is_shown_as_it_was_written(name: str) -> None:
    with gs.open(name) as session:
        code = codes(session.model)[0]
    folder = next(sample.folder for sample in samples() if sample.name == name)
    assert (code.title, code.built) == ("model.py", False)
    assert code.text == (folder / "model.py").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", SAMPLES)
def test_every_node_input_and_parameter_of_a_sample_has_a_line_that_names_it(name: str) -> None:
    with gs.open(name) as session:
        graph = session.graph
        code = codes(session.model, graph)[0]
    assert set(code.of_node) == set(graph.nodes_by_name)
    assert set(code.of_value) == set(graph.values)
    lines = code.text.splitlines()
    for each in graph.inputs:
        assert f'"{each}"' in lines[code.of_value[each] - 1]


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("place", [0, 1])
def test_every_step_but_the_clearing_of_gradients_has_a_line(name: str, place: int) -> None:
    with gs.open(name) as session:
        session.iterate()
        code = codes(session.model, session.graph)[place]
        steps = session.iteration_steps
        inputs = session.graph.inputs
    without = {step.kind for step in steps if code.of_step(step) is None}
    assert without == ({"zero"} if inputs else {"data", "zero"})


def test_a_step_back_and_an_update_belong_to_the_lines_that_made_the_node_and_the_parameter() -> None:
    told = steps_of("xor")
    assert ("data", None, 'x = g.input("x", ("batch", 2))') in told
    assert ("forward", "m1", 'm1 = (x @ W1).named("m1")') in told
    assert ("seed", "loss", "g.loss(gs.losses.bce_with_logits, score, y)") in told
    assert ("backward", "m1", 'm1 = (x @ W1).named("m1")') in told
    assert ("update", "b1", 'b1 = g.parameter("b1", [0.0, 0.0, 0.0, 0.0])') in told


def test_an_addition_of_gradients_belongs_to_the_line_of_the_node_that_adds() -> None:
    assert ("accumulate", "x", 'square = (x * x).named("square")') in steps_of("fan_out")


def test_no_step_has_no_line() -> None:
    assert Code("", "", ()).of_step(None) is None


def test_what_other_files_made_is_in_no_line(tmp_path: Path) -> None:
    (tmp_path / "helping_hand.py").write_text("def half(x):\n    return x / 2.0\n", encoding="utf-8")
    path = tmp_path / "model.py"
    path.write_text(
        "import graphscope as gs\nfrom helping_hand import half\n\n\ndef build():\n    g = gs.Builder('two')\n"
        "    x = g.input('x', ())\n    y = half(x)\n    z = -y\n    return g.build()\n",
        encoding="utf-8",
    )
    code = codes(python_model.read(path))[0]
    assert code.title == "model.py"
    assert code.of_node == {"neg": 9}


def test_a_model_without_a_program_has_built_code_alone() -> None:
    place: dict[str, object] = {}
    program = "import graphscope as gs\ng = gs.Builder('typed')\ng.input('x', ())\nmodel = g.build()\n"
    exec(compile(program, "<typed>", "exec"), place)
    assert [code.built for code in codes(place["model"])] == [True]  # type: ignore[arg-type]
