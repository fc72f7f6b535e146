"""Damaged and malicious ONNX files: one sentence each, soon, and nothing read from outside the folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import graphscope as gs
from graphscope.errors import GraphScopeError, ModelError
from graphscope.importers import read
from graphscope.importers.onnx.order import MOST_NODES

pytest.importorskip("onnx", reason="onnx is not installed")

from tests.importers.onnx.files import held, model, node, value, written


def refused(path: Path) -> str:
    with pytest.raises(ModelError) as error:
        read(path)
    return str(error.value)


@pytest.mark.parametrize("content", [b"", b"\x00" * 40, b"PK\x03\x04 a zip", b"\xff" * 300, b"<html></html>"])
def test_what_is_no_model_is_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "m.onnx"
    path.write_bytes(content)
    assert "is no ONNX model or is damaged" in refused(path)


def test_a_file_that_was_cut_off_is_told(tmp_path: Path) -> None:
    whole = written(tmp_path, model([node("Add", "x w", "y")], numbers=[held("w", np.ones(500))]))
    data = whole.read_bytes()
    told: list[str] = []
    for length in range(3, len(data), 97):
        whole.write_bytes(data[:length])
        try:
            read(whole)
        except GraphScopeError as error:
            told.append(str(error))
    assert told
    assert all(told)


def test_nodes_that_wait_for_each_other_are_told(tmp_path: Path) -> None:
    path = written(
        tmp_path, model([node("Add", "x b", "a"), node("Add", "a x", "b"), node("Relu", "a", "y")])
    )
    assert "wait for each other in a circle" in refused(path)


def test_nodes_out_of_order_are_put_in_order(tmp_path: Path) -> None:
    made = read(written(tmp_path, model([node("Tanh", "a", "y"), node("Relu", "x", "a")], opset=17)))
    assert [each.op.name for each in made.graph.nodes] == ["Relu", "Tanh"]


def test_a_value_that_is_made_twice_is_told(tmp_path: Path) -> None:
    path = written(tmp_path, model([node("Relu", "x", "y"), node("Tanh", "x", "y")]))
    assert "makes the value “y” twice" in refused(path)


def test_a_value_that_nothing_makes_is_told(tmp_path: Path) -> None:
    assert "nothing makes the value “gone”" in refused(written(tmp_path, model([node("Add", "x gone", "y")])))


@pytest.mark.parametrize("dims", [(-4,), (4, 10**12), (2**40, 2**40), (3,)])
def test_sizes_that_the_numbers_do_not_fill_are_told(tmp_path: Path, dims: tuple[int, ...]) -> None:
    tensor = held("w", np.ones(4))
    del tensor.dims[:]
    tensor.dims.extend(dims)
    path = written(tmp_path, model([node("Add", "x w", "y")], numbers=[tensor]))
    assert "do not fill its shape" in refused(path)


def test_numbers_of_an_unknown_type_are_not_computed_with(tmp_path: Path) -> None:
    tensor = held("w", np.ones(4))
    tensor.data_type = 99
    made = read(written(tmp_path, model([node("Add", "x w", "y")], numbers=[tensor])))
    assert "w holds numbers of type type 99" in str(made.notes[0].sentence)


def beside(folder: Path, place: str) -> Path:
    """A model whose weights should lie in another file."""
    from onnx import external_data_helper

    tensor = held("w", np.arange(3))
    external_data_helper.set_external_data(tensor, location=place, offset=0, length=12)
    tensor.ClearField("raw_data")
    tensor.data_location = 1  # type: ignore[assignment]
    return written(folder, model([node("Add", "x w", "y")], numbers=[tensor]))


def test_numbers_in_a_file_beside_the_model_are_read(tmp_path: Path) -> None:
    (tmp_path / "w.bin").write_bytes(np.arange(3, dtype="float32").tobytes())
    weights = read(beside(tmp_path, "w.bin")).arrays["w"]
    np.testing.assert_array_equal(np.asarray(weights), [0, 1, 2])


@pytest.mark.parametrize("place", ["../secret.bin", "/etc/passwd", "gone.bin", "a/../../secret.bin", ""])
def test_numbers_anywhere_else_are_not_read(tmp_path: Path, place: str) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    (tmp_path / "secret.bin").write_bytes(np.ones(3, "float32").tobytes())
    assert "in the model's own folder" in refused(beside(folder, place))


def test_numbers_behind_a_link_are_not_read(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    (tmp_path / "secret.bin").write_bytes(np.ones(3, "float32").tobytes())
    (folder / "w.bin").symlink_to(tmp_path / "secret.bin")
    assert "in the model's own folder" in refused(beside(folder, "w.bin"))


def test_functions_that_multiply_are_stopped_by_a_budget(tmp_path: Path) -> None:
    from onnx import helper

    opsets = [helper.make_opsetid("", 28), helper.make_opsetid("own", 1)]
    levels: list[Any] = []
    for level in range(6):
        inside = "Relu" if level == 0 else f"f{level - 1}"
        domain = "" if level == 0 else "own"
        steps = [node(inside, f"v{k}", f"v{k + 1}", domain=domain) for k in range(12)]
        levels.append(helper.make_function("own", f"f{level}", ["v0"], ["v12"], steps, opsets))
    made = model([node("f5", "x", "y", domain="own")], functions=levels, domains=["own"])
    assert f"more than {MOST_NODES} nodes" in refused(written(tmp_path, made))


def test_a_function_that_calls_itself_is_told(tmp_path: Path) -> None:
    from onnx import helper

    own = helper.make_function(
        "own", "f", ["v"], ["w"], [node("f", "v", "w", domain="own")], [helper.make_opsetid("own", 1)]
    )
    path = written(tmp_path, model([node("f", "x", "y", domain="own")], functions=[own], domains=["own"]))
    assert "nested too deeply" in refused(path)


def test_a_size_bomb_is_not_allocated(tmp_path: Path) -> None:
    shape = held("shape", [10**6, 10**6], "int64")
    path = written(tmp_path, model([node("ConstantOfShape", "shape", "y")], numbers=[shape],
                                   outputs=[value("y", (10**6, 10**6))]))  # fmt: skip
    with gs.open(path) as session, pytest.raises(GraphScopeError, match="is free"):
        session.iterate()


def test_an_input_without_a_shape_is_told(tmp_path: Path) -> None:
    made = model([node("Relu", "x", "y")])
    made.graph.input[0].type.tensor_type.ClearField("shape")
    assert "does not say how many axes input x has" in refused(written(tmp_path, made))
