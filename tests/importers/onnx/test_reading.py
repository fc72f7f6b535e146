"""What becomes of an ONNX file: groups, names, weights, buffers, folded shapes, what cannot be computed."""

# pyright: reportArgumentType=false, reportCallIssue=false

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import graphscope as gs
from graphscope.errors import KernelError
from graphscope.importers import read
from graphscope.model.model import Model

pytest.importorskip("onnx", reason="onnx is not installed")

from tests.importers.onnx.files import held, model, node, value, written


def opened(folder: Path, *nodes: Any, **told: Any) -> Model:
    return read(written(folder, model(nodes, **told)))


def kinds(read_model: Model) -> list[str]:
    return [each.op.name for each in read_model.graph.nodes]


# ---- groups and names ---------------------------------------------------------------------------------------


def test_modules_that_pytorch_notes_become_groups(tmp_path: Path) -> None:
    one = node("Relu", "x", "a")
    two = node("Tanh", "a", "y")
    for each, told in ((one, "['', 'blocks', 'blocks.0', 'relu']"), (two, "['', 'head', 'tanh']")):
        entry = each.metadata_props.add()
        entry.key, entry.value = "pkg.torch.onnx.name_scopes", told
    made = opened(tmp_path, one, two)
    assert [each.scope for each in made.graph.nodes] == [("blocks", "blocks.0"), ("head",)]


def test_slashes_in_names_become_groups_without_what_holds_everything(tmp_path: Path) -> None:
    one = node("Relu", "x", "a", name="StatefulPartitionedCall/net/dense/Relu")
    two = node("Tanh", "a", "y", name="StatefulPartitionedCall/net/head/Tanh")
    made = opened(tmp_path, one, two)
    assert [each.scope for each in made.graph.nodes] == [("dense",), ("head",)]


def test_groups_survive_the_conversion_of_an_old_file(tmp_path: Path) -> None:
    made = opened(tmp_path, node("Relu", "x", "a", name="/part/Relu"), node("Tanh", "a", "y"), opset=13)
    assert [each.scope for each in made.graph.nodes] == [("part",), ()]


def test_a_damaged_note_of_modules_is_no_group(tmp_path: Path) -> None:
    one = node("Relu", "x", "y")
    entry = one.metadata_props.add()
    entry.key, entry.value = "pkg.torch.onnx.name_scopes", "__import__('os').abort()"
    assert opened(tmp_path, one).graph.nodes[0].scope == ()


@pytest.mark.parametrize("name", ['{"a": [1]}', "<b>y</b>", "a:0", "\u202egnol", "a\x07b", "y/"])
def test_names_of_the_file_are_kept_as_plain_text(tmp_path: Path, name: str) -> None:
    odd = node("Relu", "x", "y")
    odd.output[0] = name
    made = read(written(tmp_path, model([odd, node("Identity", "x", "z")], outputs=[value(name)])))
    assert name in made.graph.by_name


def test_nodes_without_names_and_with_the_same_name_are_told_apart(tmp_path: Path) -> None:
    made = opened(tmp_path, node("Relu", "x", "a", name="n"), node("Gemm", "a w b", "y", name="n"),
                  numbers=[held("w", np.eye(3)), held("b", np.ones(3))])  # fmt: skip
    names = [each.name for each in made.graph.nodes]
    assert len(set(names)) == len(names)
    assert made.graph.outputs == ("y",)


# ---- numbers ------------------------------------------------------------------------------------------------


def test_floating_numbers_are_parameters_statistics_buffers_and_settings_constants(tmp_path: Path) -> None:
    statistics = [held("mean", np.zeros(3)), held("var", np.ones(3))]
    weights = [held("scale", np.ones(3)), held("bias", np.zeros(3)), held("shift", np.ones(3))]
    made = opened(
        tmp_path,
        node("BatchNormalization", "x scale bias mean var", "a"),
        node("Add", "a shift", "b"),
        node("Pow", "b two", "c"),
        node("Add", "c eps", "y"),
        numbers=[*statistics, *weights, held("two", 2.0), held("eps", 1e-5)],
    )
    assert set(made.graph.parameters) == {"scale", "bias", "shift"}
    assert set(made.graph.buffers) == {"mean", "var"}
    assert set(made.graph.constants) == {"two", "eps"}


def test_a_constant_is_a_weight_only_where_a_weight_belongs(tmp_path: Path) -> None:
    made = opened(
        tmp_path,
        node("Constant", "", "raw", value=held("", np.arange(9).reshape(3, 3))),
        node("Transpose", "raw", "w", perm=[1, 0]),
        node("MatMul", "x w", "a"),
        node("Constant", "", "c", value=held("", np.ones(3))),
        node("Add", "a c", "y"),
    )
    assert made.graph.parameters == ("raw",)
    assert made.graph.constants == ("c",)
    assert kinds(made) == ["Transpose", "MatMul", "Add"]


def test_a_weight_that_is_one_number_everywhere_takes_no_memory(tmp_path: Path) -> None:
    shape = held("shape", [1000, 50_000], "int64")
    made = opened(tmp_path, node("ConstantOfShape", "shape", "w", value=held("", [0.5])),
                  node("MatMul", "x w", "y"), numbers=[shape], inputs=[value("x", (2, 1000))])  # fmt: skip
    weight = made.arrays["w"]
    assert isinstance(weight, np.ndarray)
    assert weight.shape == (1000, 50_000)
    assert weight.strides == (0, 0)


def test_a_file_without_data_steps_at_once_and_says_so(tmp_path: Path) -> None:
    path = written(tmp_path, model([node("Relu", "x", "y")]))
    with gs.open(path) as session:
        session.iterate()
        assert session.value("y") is not None
        assert "made up" in str(session.model.notes[0].sentence)


# ---- folding ------------------------------------------------------------------------------------------------


def reshaping(*wanted: Any) -> list[Any]:
    """Nodes that give x (batch×3×4) the shape [batch, 12] by asking for its sizes, as exporters write it."""
    return [
        node("Shape", "x", "sizes"),
        node("Gather", "sizes first", "size", axis=0),
        node("Unsqueeze", "size axis", "one"),
        node("Concat", "one rest", "shape", axis=0),
        *wanted,
    ]


NUMBERS = [held("first", 0, "int64"), held("axis", [0], "int64"), held("rest", [12], "int64")]


def test_the_arithmetic_of_shapes_is_folded_away_even_with_a_named_size(tmp_path: Path) -> None:
    made = opened(tmp_path, *reshaping(node("Reshape", "x shape", "y")), numbers=NUMBERS,
                  inputs=[value("x", ("batch", 3, 4))])  # fmt: skip
    assert kinds(made) == ["Reshape"]
    assert made.graph.value("y").spec.shape == ("batch", 12)
    for batch in (1, 5):
        with gs.open(made, inputs={"x": np.ones((batch, 3, 4), "float32")}) as session:
            session.iterate()
            assert np.shape(session.value("y")) == (batch, 12)


def test_sizes_that_are_wanted_for_themselves_stay(tmp_path: Path) -> None:
    made = opened(tmp_path, *reshaping(), numbers=NUMBERS, inputs=[value("x", ("batch", 3, 4))],
                  outputs=[value("shape", (2,), 7)])  # fmt: skip
    with gs.open(made, inputs={"x": np.ones((5, 3, 4), "float32")}) as session:
        session.iterate()
        np.testing.assert_array_equal(session.value("shape"), [5, 12])


def test_an_output_that_is_a_number_of_the_file_can_be_stepped_to(tmp_path: Path) -> None:
    made = opened(tmp_path, node("Constant", "", "y", value=held("", [1.0, 2.0])), outputs=[value("y", (2,))])
    with gs.open(made) as session:
        session.iterate()
        np.testing.assert_array_equal(session.value("y"), [1, 2])


def test_a_known_choice_is_only_the_body_that_runs(tmp_path: Path) -> None:
    from onnx import helper

    bodies = {
        name: helper.make_graph([node(kind, "x", f"{name}_out")], name, [], [value(f"{name}_out")])
        for name, kind in (("then_branch", "Relu"), ("else_branch", "Tanh"))
    }
    made = opened(tmp_path, node("If", "yes", "y", **bodies), numbers=[held("yes", True, "bool")])
    assert kinds(made) == ["Relu"]
    assert made.graph.outputs == ("y",)


# ---- what cannot be computed --------------------------------------------------------------------------------


def strange(folder: Path) -> Path:
    nodes = [node("Relu", "x", "a"), node("Wobble", "a", "b", domain="my.own"), node("Tanh", "b", "y")]
    return written(folder, model(nodes, domains=["my.own"]))


def test_an_unknown_operator_is_drawn_and_told_of(tmp_path: Path) -> None:
    made = read(strange(tmp_path))
    assert [each.op.title for each in made.graph.nodes] == ["relu", "my.own.Wobble", "Tanh"]
    assert "my.own.Wobble. All are drawn" in str(made.notes[0].sentence)


def test_steps_go_up_to_an_unknown_operator(tmp_path: Path) -> None:
    with gs.open(strange(tmp_path)) as session:
        with pytest.raises(KernelError, match=r"my\.own\.Wobble is not among the operators"):
            session.iterate()
        session.step(3)
        assert session.value("a") is not None


def test_an_attribute_that_no_rule_knows_is_refused(tmp_path: Path) -> None:
    made = opened(tmp_path, node("Relu", "x", "y", twist=3))
    assert "its attribute twist is not known here" in str(made.notes[0].sentence)


def test_a_function_of_the_file_is_a_group_of_its_nodes(tmp_path: Path) -> None:
    from onnx import helper

    body = [node("Mul", "v k", "scaled"), node("Relu", "scaled", "w")]
    body[0].attribute.extend([])
    made_function = helper.make_function(
        "own", "Bend", ["v", "k"], ["w"], body, [helper.make_opsetid("", 28)]
    )
    path = written(tmp_path, model([node("Bend", "x k", "y", domain="own", name="bend")],
                                   numbers=[held("k", [1.0, 2.0, 3.0])], functions=[made_function],
                                   domains=["own"]))  # fmt: skip
    made = read(path)
    assert kinds(made) == ["Mul", "Relu"]
    assert {each.scope for each in made.graph.nodes} == {("bend",)}
    assert made.graph.parameters == ("k",)
