"""A model knows the program that made it, and the line of every input, parameter, constant and node."""

from __future__ import annotations

from pathlib import Path

import pytest

import graphscope as gs
from graphscope.importers import python_model
from graphscope.model import origin

PROGRAM = """import graphscope as gs


def build():
    g = gs.Builder("small", dtype="float64")
    x = g.input("x", (2,))
    w = g.parameter(
        "w", [1.0, 2.0]
    )
    g.loss(g.call(gs.ops.ReduceSum(), x * w * 2.0, name="total"))
    g.feed({"x": [1.0, 1.0]})
    return g.build()
"""


@pytest.fixture
def program(tmp_path: Path) -> Path:
    path = tmp_path / "model.py"
    path.write_text(PROGRAM, encoding="utf-8")
    return path


def test_every_input_parameter_and_constant_knows_its_line(program: Path) -> None:
    graph = python_model.read(program).graph
    lines = {value.name: value.origin.line for value in graph.table if value.origin is not None}
    assert lines == {"x": 6, "w": 7, "constant": 10}
    assert {value.origin.file for value in graph.table if value.origin is not None} == {str(program)}


def test_a_layer_s_parameters_come_from_the_line_that_applies_the_layer() -> None:
    g = gs.Builder("layer")
    gs.layers.Dense(3)(g.input("x", ("batch", 2)))
    graph = g.build().graph
    places = {value.origin for value in graph.table if value.kind != "node"}
    assert len(places) == 1
    assert {node.origin for node in graph.nodes} == places


def test_a_renamed_value_keeps_its_line() -> None:
    g = gs.Builder("renamed")
    x = g.input("x", (2,)).named("data")
    before = g._values["data"].origin
    assert before is not None
    assert g.build().graph.value(x.name).origin == before


def test_a_model_keeps_the_text_of_its_program_as_it_was_when_it_was_built(program: Path) -> None:
    model = python_model.read(program)
    program.write_text("raise SystemExit", encoding="utf-8")
    assert model.source == origin.Source(str(program), PROGRAM)


def test_a_program_that_was_changed_is_read_anew(program: Path) -> None:
    python_model.read(program)
    changed = PROGRAM.replace("small", "smaller")
    program.write_text(changed, encoding="utf-8")
    source = python_model.read(program).source
    assert source is not None
    assert source.text == changed


def test_a_model_whose_program_nobody_can_read_has_no_source() -> None:
    place: dict[str, object] = {}
    exec(compile(PROGRAM, "<typed>", "exec"), place)
    assert place["build"]().source is None  # type: ignore[operator]


def test_a_program_that_is_too_long_is_not_kept(program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(origin, "LONGEST", 20)
    assert python_model.read(program).source is None


def test_a_folder_beside_the_package_is_not_taken_for_it() -> None:
    package = origin._PACKAGE
    assert origin._ours(f"{package}model/builder.py")
    assert not origin._ours(f"{package[:-1]}_models/mine.py")


def test_the_samples_of_an_installed_package_are_programs_of_their_own() -> None:
    assert not origin._ours(str(Path(origin._PACKAGE) / "sample_models" / "xor" / "model.py"))


def test_neither_lines_nor_text_change_what_a_model_is(program: Path) -> None:
    first = python_model.read(program)
    program.write_text(f"\n\n# moved down\n{PROGRAM}", encoding="utf-8")
    second = python_model.read(program)
    assert first.source != second.source
    assert first.graph.table == second.graph.table
    assert first.digest() == second.digest()
