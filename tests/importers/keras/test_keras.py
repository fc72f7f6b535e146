"""Keras files give the numbers that Keras gives: outputs, loss, every gradient."""

# pyright: reportArgumentType=false, reportCallIssue=false

import json
import zipfile

import numpy as np
import pytest

import graphscope as gs
from graphscope.errors import GraphScopeError, ModelError
from graphscope.importers.keras import files, layers, network, read
from graphscope.importers.keras.files import Stored
from tests.importers.keras.networks import CASES

pytestmark = pytest.mark.filterwarnings("ignore")


def drawn(model, seed=0):
    """The model with weights that are nowhere the same, and running averages that are not those of the start."""
    dice = np.random.default_rng(seed)
    for weight in model.weights:
        if "seed" not in weight.path:
            array = dice.normal(0, 0.4, weight.shape)
            weight.assign(np.abs(array) + 0.5 if "variance" in weight.path else array)
    return model


def fed(case):
    dice = np.random.default_rng(1)
    if case.numbers:
        return [dice.integers(0, case.numbers, shape).astype("int32") for shape in case.shapes]
    return [dice.normal(0, 1, shape).astype("float32") for shape in case.shapes]


def outputs(stored, arrays, title="t"):
    """What a model without loss gives."""
    model = network.model(Stored(stored.config, {}, stored.weights), title)
    with gs.open(model, inputs=dict(zip(model.graph.inputs, arrays, strict=True))) as session:
        session.iterate()
        return [session.value(name) for name in model.graph.outputs]


@pytest.mark.parametrize("suffix", [".keras", ".h5"])
@pytest.mark.parametrize("name", CASES)
def test_outputs_are_those_of_keras(keras, tmp_path, name, suffix):
    case = CASES[name]
    model = drawn(case.make(keras))
    path = tmp_path / f"m{suffix}"
    model.save(path)
    arrays = fed(case)
    wanted = model.predict(arrays if len(arrays) > 1 else arrays[0], verbose=0)
    found = outputs(files.load(path), arrays)
    for mine, theirs in zip(found, wanted if isinstance(wanted, list) else [wanted], strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=2e-5, atol=4e-6)


LOSSES = {
    "mse": ("mse", "numbers", None),
    "mae": ("mae", "numbers", None),
    "huber": ("huber", "numbers", None),
    "binary": ("binary_crossentropy", "shares", "sigmoid"),
    "categorical": ("categorical_crossentropy", "shares", "softmax"),
    "sparse": ("sparse_categorical_crossentropy", "classes", "softmax"),
    "logits": ("SparseCategoricalCrossentropy", "classes", None),
    "categorical logits": ("CategoricalCrossentropy", "shares", None),
    "binary logits": ("BinaryCrossentropy", "shares", None),
}


@pytest.mark.parametrize("name", LOSSES)
def test_loss_and_every_gradient_are_those_of_keras(keras, tmp_path, name):
    L = keras.layers
    told, kind, activation = LOSSES[name]
    loss = getattr(keras.losses, told)(from_logits=True) if "logits" in name else told
    i = keras.Input((6, 6, 1))
    x = L.Conv2D(3, 3, kernel_regularizer=keras.regularizers.L1L2(0.01, 0.02))(i)
    x = L.BatchNormalization()(x)
    x = L.Flatten()(L.MaxPooling2D()(L.Activation("tanh")(x)))
    model = drawn(keras.Model(i, L.Dense(4, activation)(x)))
    model.compile("sgd", loss)
    path = tmp_path / "m.keras"
    model.save(path)
    dice = np.random.default_rng(2)
    x = dice.normal(0, 1, (7, 6, 6, 1)).astype("float32")
    shares = dice.dirichlet(np.ones(4), 7).astype("float32")
    y = {"numbers": shares * 3, "shares": shares, "classes": dice.integers(0, 4, 7)}[kind]
    wanted, gradients = by_keras(model, x, y)
    opened = read(path)
    with gs.open(opened, inputs={"input_layer": x, "target": y} if "input_layer" in opened.graph.inputs else
                 dict(zip(opened.graph.inputs, (x, y), strict=True))) as session:  # fmt: skip
        session.iterate()
        assert session.loss == pytest.approx(wanted, rel=2e-5)
        for mine, theirs in zip(opened.graph.parameters, gradients, strict=True):
            np.testing.assert_allclose(session.gradient(mine), theirs, rtol=2e-4, atol=2e-6, err_msg=mine)


TRAINED = [
    name for name, case in CASES.items() if len(case.shapes) == 1 and name not in ("written", "picture")
]
"""Networks of one input that have weights."""


@pytest.mark.parametrize("name", TRAINED)
def test_every_gradient_of_every_network_is_that_of_keras(keras, tmp_path, name):
    case = CASES[name]
    model = drawn(case.make(keras))
    model.compile("sgd", "mse")
    model.save(tmp_path / "m.keras")
    (x,) = fed(case)
    y = np.random.default_rng(4).normal(size=(len(x), *model.output_shape[1:])).astype("float32")
    wanted, gradients = by_keras(model, x, y)
    opened = read(tmp_path / "m.keras")
    with gs.open(opened, inputs=dict(zip(opened.graph.inputs, (x, y), strict=True))) as session:
        session.iterate()
        assert session.loss == pytest.approx(wanted, rel=2e-5)
        found = {name: session.gradient(name) for name in opened.graph.parameters}
    theirs = [each for each in gradients if each is not None]
    assert len(found) == len(gradients)
    for mine, wanted in zip(found, theirs, strict=True):
        np.testing.assert_allclose(found[mine], wanted, rtol=5e-4, atol=5e-6, err_msg=mine)


def by_keras(model, x, y):
    import torch

    with torch.enable_grad():
        out = model(torch.tensor(x), training=True)
        loss = model.compute_loss(torch.tensor(x), torch.tensor(y), out)
        loss.backward()
    return float(loss), [_gradient(weight) for weight in model.trainable_weights]


def _gradient(weight):
    return None if weight.value.grad is None else weight.value.grad.numpy()


def test_running_averages_move_as_in_keras(keras, tmp_path):
    L = keras.layers
    model = drawn(
        keras.Sequential([keras.Input((3,)), L.Dense(4), L.BatchNormalization(momentum=0.7), L.Dense(1)])
    )
    model.compile(keras.optimizers.SGD(0.1), "mse")
    model.save(tmp_path / "m.keras")
    dice = np.random.default_rng(3)
    x, y = dice.normal(0, 1, (8, 3)).astype("float32"), dice.normal(0, 1, (8, 1)).astype("float32")
    opened = read(tmp_path / "m.keras")
    session = gs.open(opened, inputs=dict(zip(opened.graph.inputs, (x, y), strict=True)))
    for _ in range(3):
        model.train_on_batch(x, y)
        session.iterate()
    norm = next(layer for layer in model.layers if "batch" in layer.name)
    mean = next(name for name in opened.graph.values if name.endswith("moving_mean"))
    np.testing.assert_allclose(session.value(mean), norm.moving_mean.numpy(), rtol=1e-4, atol=1e-6)
    for mine, theirs in zip(opened.graph.parameters, model.trainable_weights, strict=True):
        np.testing.assert_allclose(session.value(mine), theirs.numpy(), rtol=1e-4, atol=1e-6, err_msg=mine)


OPTIMIZERS = {
    "sgd": ("SGD", {"learning_rate": 0.1}),
    "momentum": ("SGD", {"learning_rate": 0.1, "momentum": 0.9}),
    "nesterov": ("SGD", {"learning_rate": 0.1, "momentum": 0.9, "nesterov": True}),
    "adam": ("Adam", {"learning_rate": 0.01, "epsilon": 1e-12}),
    "amsgrad": ("Adam", {"learning_rate": 0.01, "amsgrad": True, "epsilon": 1e-12}),
    "adamw": ("AdamW", {"learning_rate": 0.01, "weight_decay": 0.1, "epsilon": 1e-12}),
    "clipped": ("SGD", {"learning_rate": 0.5, "global_clipnorm": 0.1}),
}
"""Keras adds ε to another root of Adam's than PyTorch, from which ours is: with a small one they are the same."""


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_weights_move_as_in_keras(keras, tmp_path, name):
    kind, options = OPTIMIZERS[name]
    model = drawn(CASES["dense"].make(keras))
    model.compile(getattr(keras.optimizers, kind)(**options), "mse")
    model.save(tmp_path / "m.keras")
    dice = np.random.default_rng(5)
    x, y = dice.normal(0, 1, (8, 6)).astype("float32"), dice.normal(0, 1, (8, 2)).astype("float32")
    opened = read(tmp_path / "m.keras")
    session = gs.open(opened, inputs=dict(zip(opened.graph.inputs, (x, y), strict=True)))
    for _ in range(3):
        model.train_on_batch(x, y)
        session.iterate()
    for mine, theirs in zip(opened.graph.parameters, model.trainable_weights, strict=True):
        np.testing.assert_allclose(session.value(mine), theirs.numpy(), rtol=1e-3, atol=1e-5, err_msg=mine)


def test_weights_bear_the_names_that_keras_gives_them(keras, tmp_path):
    CASES["nested"].make(keras).save(tmp_path / "m.keras")
    names = read(tmp_path / "m.keras").graph.parameters
    assert any(name.endswith("b.a.dense.kernel") or ".b.a.dense" in f".{name}" for name in names)


def test_a_frozen_layer_is_not_trained(keras, tmp_path):
    L = keras.layers
    model = keras.Sequential(
        [keras.Input((3,)), L.Dense(4, name="still", trainable=False), L.Dense(1, name="moves")]
    )
    model.compile("sgd", "mse")
    model.save(tmp_path / "m.keras")
    assert read(tmp_path / "m.keras").graph.parameters == ("moves.kernel", "moves.bias")


# ---- damaged files -------------------------------------------------------------------------------------------


def stored(tmp_path, config, weights=b""):
    path = tmp_path / "m.keras"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("config.json", config if isinstance(config, (str, bytes)) else json.dumps(config))
        if weights:
            file.writestr("model.weights.h5", weights)
    return path


def chain(*told):
    entry = {"class_name": "InputLayer", "config": {"name": "i", "batch_shape": [None, 3]}}
    return {"class_name": "Sequential", "config": {"name": "m", "layers": [entry, *told]}}


def test_layers_that_nobody_knows_are_listed_with_their_counts(tmp_path):
    own = {"class_name": "Mine", "config": {"name": "a"}}
    twice = chain(own, {**own, "config": {"name": "b"}}, {"class_name": "Lambda", "config": {"name": "c"}})
    with pytest.raises(ModelError, match=r"Mine \(2×\), Lambda \(1×\)"):
        read(stored(tmp_path, twice))


@pytest.mark.parametrize(
    "config",
    [
        "",
        "[]",
        "nonsense",
        {"class_name": "Sequential"},
        {"class_name": "Mine", "config": {}},
        {"class_name": "Sequential", "config": {"layers": []}},
        {"class_name": "Functional", "config": {"layers": [], "input_layers": [], "output_layers": []}},
        {"class_name": "Functional", "config": {"layers": [{"class_name": 3}]}},
        chain({"class_name": "Dense", "config": {"name": "d", "units": "four"}}),
        chain({"class_name": "Dense", "config": {"name": "d", "units": 4}}),
        chain({"class_name": "Dropout", "config": {"name": "d", "rate": 7}}),
        chain({"class_name": "Activation", "config": {"name": "d", "activation": "__import__"}}),
        chain({"class_name": "Reshape", "config": {"name": "d", "target_shape": [0, -1, -1]}}),
    ],
    ids=lambda config: json.dumps(config)[-70:],
)
def test_what_is_no_model_is_refused_in_a_sentence(tmp_path, config):
    with pytest.raises(GraphScopeError):
        gs.open(stored(tmp_path, config))


def test_models_in_models_without_end_are_refused(tmp_path):
    told = {"class_name": "Dense", "config": {"name": "d", "units": 1}}
    for depth in range(200):
        told = {"class_name": "Sequential", "config": {"name": f"m{depth}", "layers": [told]}}
    with pytest.raises(ModelError, match="models lie in models without end"):
        read(stored(tmp_path, told))


def test_layers_that_multiply_are_stopped_by_a_budget(keras, tmp_path, monkeypatch):
    CASES["nested"].make(keras).save(tmp_path / "m.keras")
    monkeypatch.setattr(network, "MOST_NODES", 3)
    with pytest.raises(ModelError, match="the layers of the file make more than 3 nodes"):
        read(tmp_path / "m.keras")


def test_weights_that_are_no_hdf5_are_refused(tmp_path):
    with pytest.raises(ModelError, match="is damaged or no file of Keras"):
        read(stored(tmp_path, chain(), b"not hdf5"))


def test_a_file_of_weights_alone_says_what_to_save(keras, tmp_path):
    CASES["dense"].make(keras).save_weights(tmp_path / "only.weights.h5")
    with pytest.raises(ModelError, match="holds weights but no architecture; save the whole model"):
        read(tmp_path / "only.weights.h5")


def test_every_layer_with_a_rule_is_in_the_table_of_networks(keras):
    used = {layer.__class__.__name__ for case in CASES.values() for layer in inner(case.make(keras))}
    assert {kind for kind in layers.rules() if kind not in used} <= ELSEWHERE


def inner(layer):
    yield layer
    held = [*getattr(layer, "layers", ()), *getattr(layer, "operations", ())]
    for each in held:
        yield from inner(each)


ELSEWHERE = {
    *("ActivityRegularization", "AlphaDropout", "GaussianDropout", "GaussianNoise"),  # training alone
    *("Dropout", "Identity", "Normalization", "Matmul", "TrueDivide", "Divide"),
}
"""Layers that have tests of their own, or that change no number."""
