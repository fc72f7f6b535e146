"""Layers as a Keras user writes them: names, groups, parameters, initializers, shapes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import graphscope as gs
from graphscope import ops
from graphscope.errors import InputError
from graphscope.model.handle import Handle

L = gs.layers


def start(*shape: Any, dtype: str | None = None) -> tuple[gs.Builder, Handle]:
    g = gs.Builder("model")
    return g, g.input("x", shape, dtype=dtype)


def test_xor_has_six_operations() -> None:
    g, x = start("batch", 2)
    y = g.input("y", ("batch", 1), gradient=False)
    g.loss(gs.losses.bce_with_logits, L.Dense(1, name="out")(L.Dense(4, "tanh", name="hidden")(x)), y)
    graph = g.build().graph
    assert [node.op.name for node in graph.nodes] == [
        "MatMul",
        "Add",
        "Tanh",
        "MatMul",
        "Add",
        "BinaryCrossEntropyWithLogits",
    ]
    assert graph.parameters == ("hidden.weight", "hidden.bias", "out.weight", "out.bias")
    assert [node.name for node in graph.nodes][:3] == ["hidden.matmul", "hidden.add", "hidden.tanh"]
    assert {node.scope for node in graph.nodes[:3]} == {("hidden",)}


def test_a_dense_layer_has_weights_of_inputs_by_units() -> None:
    g, x = start("batch", 3)
    assert L.Dense(5)(x).shape == ("batch", 5)
    assert {name: array.shape for name, array in g.build().initial(0).items()} == {
        "dense.weight": (3, 5),
        "dense.bias": (5,),
    }


def test_layers_without_a_name_are_numbered() -> None:
    g, x = start("batch", 3)
    for _ in range(3):
        x = L.Dense(3)(x)
    assert x.name == "dense_3.add"
    with g.scope("block"):
        assert L.Dense(2)(x).name == "block.dense.add"
        assert L.Dense(2)(x).name == "block.dense_2.add"


def test_a_layer_may_leave_out_its_bias() -> None:
    g, x = start("batch", 3)
    L.Dense(2, bias=False)(x)
    L.Conv2d(2, bias=False)(g.input("picture", ("batch", 1, 5, 5)))
    assert g.build().graph.parameters == ("dense.weight", "conv2d.weight")


def test_weights_before_a_relu_are_drawn_by_he_and_others_by_glorot() -> None:
    g, x = start("batch", 3)
    for activation in ("relu", "tanh", None, ops.LeakyRelu(0.3)):
        L.Dense(2, activation)(x)
    arrays = g.build().arrays
    drawn = [type(arrays[f"dense{number}.weight"]).__name__ for number in ("", "_2", "_3", "_4")]
    assert drawn == ["He", "Glorot", "Glorot", "He"]


def test_an_initializer_can_be_named_or_given() -> None:
    g, x = start("batch", 3)
    L.Dense(2, initializer="ones")(x)
    L.Dense(2, initializer=gs.initializers.Constant(0.5))(x)
    initial = g.build().initial(0)
    np.testing.assert_array_equal(initial["dense.weight"], np.ones((3, 2)))
    np.testing.assert_array_equal(initial["dense_2.weight"], np.full((3, 2), 0.5))


def test_an_unknown_activation_is_answered_with_those_there_are_the_nearest_first() -> None:
    _, x = start("batch", 3)
    with pytest.raises(InputError, match="no activation “thanh”; choose one of tanh, relu, leaky_relu"):
        L.Dense(2, "thanh")(x)


def test_an_unknown_initializer_is_answered_with_those_there_are() -> None:
    _, x = start("batch", 3)
    with pytest.raises(InputError, match="no initializer “xavier”; choose one of glorot, he"):
        L.Dense(2, initializer="xavier")(x)


def test_a_size_that_the_weights_need_must_be_known() -> None:
    _, x = start("batch", "features")
    with pytest.raises(InputError, match=r"Dense: axis -1 of x \(batch×features\) must have a known size"):
        L.Dense(2)(x)
    with pytest.raises(InputError, match=r"Conv2d: axis 1 of x"):
        L.Conv2d(2)(x)


def test_a_network_for_pictures_is_written_as_in_keras() -> None:
    g, x = start("batch", 1, 28, 28)
    network = L.Sequential(
        [
            L.Conv2d(8, 3, padding=1, activation="relu"),
            L.MaxPool2d(2),
            L.Conv2d(16, 3, activation="relu", name="second"),
            L.AvgPool2d(2, name="pool"),
            L.BatchNorm(),
            L.Dropout(0.2),
            L.Flatten(),
            L.Dense(10),
            L.Activation("softmax"),
        ]
    )
    out = network(x)
    graph = g.build().graph
    assert out.shape == ("batch", 10)
    assert [node.name for node in graph.nodes] == [
        "conv2d.conv2d",
        "conv2d.relu",
        "max_pool2d",
        "second.conv2d",
        "second.relu",
        "pool",
        "batch_norm.batch_norm",
        "dropout",
        "flatten",
        "dense.matmul",
        "dense.add",
        "softmax",
    ]
    assert graph.value("second.weight").spec.shape == (16, 8, 3, 3)
    assert graph.value("flatten").spec.shape == ("batch", 16 * 6 * 6)


def test_a_named_sequence_is_a_group_and_takes_functions_too() -> None:
    g, x = start("batch", 3)
    out = L.Sequential([L.Dense(3, name="fc"), lambda h: h * h], name="head")(x)
    assert out.name == "head.mul"
    assert g.build().graph.parameters == ("head.fc.weight", "head.fc.bias")
    assert g.build().graph.value("head.fc.matmul").scope == ("head", "fc")


@pytest.mark.parametrize("window", [1, 2, 3, (4, 5)])
def test_same_padding_keeps_height_and_width(window: Any) -> None:
    _, x = start("batch", 2, 9, 8)
    assert L.Conv2d(3, window, padding="same", dilation=2)(x).shape == ("batch", 3, 9, 8)


def test_same_padding_with_a_stride_is_refused() -> None:
    _, x = start("batch", 2, 9, 8)
    with pytest.raises(InputError, match="keeps the size only at stride 1"):
        L.Conv2d(3, stride=2, padding="same")(x)


def test_groups_that_do_not_divide_the_channels_are_refused() -> None:
    _, x = start("batch", 3, 9, 8)
    with pytest.raises(InputError, match="2 groups must divide both the 3 channels of x and the 4 filters"):
        L.Conv2d(4, groups=2)(x)


def test_an_embedding_looks_vectors_up() -> None:
    g, x = start("batch", "time", dtype="int64")
    assert L.Embedding(100, 16)(x).shape == ("batch", "time", 16)
    assert g.build().graph.parameters == ("embedding.table",)


def test_a_layer_is_a_value() -> None:
    assert L.Dense(4, "tanh") == L.Dense(4, "tanh")
    assert L.Dense(4, "tanh") != L.Dense(4, "relu")


def test_losses_and_optimizers_go_by_their_usual_names() -> None:
    assert gs.losses.mse == ops.MeanSquaredError()
    assert gs.losses.BY_NAME["cross_entropy"] == ops.SoftmaxCrossEntropy()
    assert gs.optimizers.SGD(lr=0.5) == ops.SGD(0.5)
    assert gs.optimizers.SGD(0.5, momentum=0.9) == ops.Momentum(0.5, 0.9)
    assert gs.optimizers.BY_NAME["adam"](lr=0.5) == ops.Adam(0.5)


def test_a_batch_norm_with_a_momentum_keeps_running_averages() -> None:
    g, x = start("batch", 2)
    g.loss(gs.losses.mse, L.BatchNorm(name="norm", momentum=0.75)(x), g.input("y", ("batch", 2)))
    data = np.array([[1.0, 10.0], [3.0, 30.0]])
    g.feed({"x": data, "y": data})
    session = gs.open(g.build(), dtype="float64")
    session.iterate()
    expected = {"norm.mean": 0.25 * data.mean(0), "norm.variance": 0.75 + 0.25 * data.var(0)}
    for name, average in expected.items():
        held = session.value(name)
        assert held is not None
        np.testing.assert_allclose(held, average)
