"""The small samples written once more in plain PyTorch, every value by the name that it has in the sample."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch

Tensors = dict[str, Any]
"""Data, parameters and buffers by the names of the sample; what is written takes them and gives the rest."""


@dataclass(frozen=True)
class Written:
    """A sample in PyTorch.

    Args:
        write: makes every value of a node.
        optimize: the optimizer of the parameters.
        clip: how long all gradients together are at most.
    """

    write: Callable[[Tensors], Tensors]
    optimize: Callable[[list[Any]], Any]
    clip: float | None = None


def sgd(rate: float) -> Callable[[list[Any]], Any]:
    """Plain gradient descent."""
    return lambda parameters: torch.optim.SGD(parameters, lr=rate)


def adam(rate: float, beta1: float = 0.9) -> Callable[[list[Any]], Any]:
    """Adam."""
    return lambda parameters: torch.optim.Adam(parameters, lr=rate, betas=(beta1, 0.999))


def apple_shop(p: Tensors) -> Tensors:
    apples = p["apple_price"] * p["apple_count"]
    oranges = p["orange_price"] * p["orange_count"]
    subtotal = apples + oranges
    return {"apples": apples, "oranges": oranges, "subtotal": subtotal, "total": subtotal * p["tax"]}


def fan_out(p: Tensors) -> Tensors:
    square = p["x"] * p["x"]
    return {"square": square, "y": square + p["x"]}


def linear_regression(p: Tensors) -> Tensors:
    scaled = p["x"] @ p["slope"]
    prediction = scaled + p["intercept"]
    error = prediction - p["y"]
    squared = error * error
    return {
        "scaled": scaled,
        "prediction": prediction,
        "error": error,
        "squared": squared,
        "loss": squared.mean(),
    }


def silent_broadcast(p: Tensors) -> Tensors:
    scaled = p["x"] @ p["slope"]
    prediction = scaled + p["intercept"]
    error = prediction - p["y"]
    squared = error.square()
    return {
        "matmul": scaled,
        "prediction": prediction,
        "error": error,
        "squared": squared,
        "loss": squared.mean(),
    }


def xor(p: Tensors) -> Tensors:
    m1 = p["x"] @ p["W1"]
    s1 = m1 + p["b1"]
    h = torch.tanh(s1)
    m2 = h @ p["W2"]
    score = m2 + p["b2"]
    loss = torch.nn.functional.binary_cross_entropy_with_logits(score, p["y"])
    return {"m1": m1, "s1": s1, "h": h, "m2": m2, "score": score, "loss": loss}


def dense(p: Tensors, x: Any, layer: str, out: str = "") -> Tensors:
    """A dense layer: its product, and its sum under its own name or another."""
    product = x @ p[f"{layer}.weight"]
    return {f"{layer}.matmul": product, out or f"{layer}.add": product + p[f"{layer}.bias"]}


def digits_softmax(p: Tensors) -> Tensors:
    made = dense(p, p["x"], "output", "scores")
    return {**made, "loss": torch.nn.functional.cross_entropy(made["scores"], p["y"])}


def digits_cnn(p: Tensors) -> Tensors:
    convolve, pool = torch.nn.functional.conv2d, torch.nn.functional.max_pool2d
    first = convolve(p["image"], p["conv 1.weight"], p["conv 1.bias"], padding=1)
    edges = torch.relu(first)
    smaller = pool(edges, 2)
    second = convolve(smaller, p["conv 2.weight"], p["conv 2.bias"], padding=1)
    shapes = torch.relu(second)
    smallest = pool(shapes, 2)
    flat = smallest.flatten(1)
    made = dense(p, flat, "output", "scores")
    return {
        "conv 1.conv2d": first,
        "conv 1.relu": edges,
        "pool 1": smaller,
        "conv 2.conv2d": second,
        "conv 2.relu": shapes,
        "pool 2": smallest,
        "flatten": flat,
        **made,
        "loss": torch.nn.functional.cross_entropy(made["scores"], p["label"]),
    }


def autoencoder(p: Tensors) -> Tensors:
    made = dense(p, p["x"], "encoder")
    code = torch.relu(made["encoder.add"])
    made |= {"code": code, **dense(p, code, "decoder")}
    copy = torch.sigmoid(made["decoder.add"])
    return {**made, "copy": copy, "loss": torch.nn.functional.mse_loss(copy, p["x"])}


def dying_relu(p: Tensors) -> Tensors:
    made = dense(p, p["x"], "hidden")
    h = torch.relu(made["hidden.add"])
    made |= {"h": h, **dense(p, h, "output", "scores")}
    return {**made, "loss": torch.nn.functional.cross_entropy(made["scores"], p["y"])}


def deep_sigmoid(p: Tensors, activation: str = "sigmoid") -> Tensors:
    made: Tensors = {}
    h = p["x"]
    for layer in (f"layer {number}" for number in range(1, 11)):
        made |= dense(p, h, layer)
        h = getattr(torch, activation)(made[f"{layer}.add"])
        made[f"{layer}.{activation}"] = h
    made |= dense(p, h, "output", "scores")
    return {**made, "loss": torch.nn.functional.cross_entropy(made["scores"], p["y"])}


def nan_lab(p: Tensors) -> Tensors:
    e = p["scores"].exp()
    total = e.sum(1, keepdim=True)
    shares = e / total
    logs = shares.log()
    picked = p["truth"] * logs
    row_sum = picked.sum(1)
    surprise = -row_sum
    return {
        "e": e,
        "total": total,
        "p": shares,
        "log p": logs,
        "picked": picked,
        "row sum": row_sum,
        "surprise": surprise,
        "loss": surprise.mean(),
    }


def batch_norm(p: Tensors) -> Tensors:
    x, scale, shift = p["x"], p["scale"], p["shift"]
    mean, variance = x.mean(0), x.var(0, correction=0)
    trained = torch.nn.functional.batch_norm(x, None, None, scale, shift, training=True)
    made = dense(p, trained, "training.output", "prediction")
    return {
        "by batch.out": trained,
        "new mean": 0.9 * p["mean"] + 0.1 * mean,
        "new variance": 0.9 * p["variance"] + 0.1 * variance,
        **made,
        "by averages": torch.nn.functional.batch_norm(x, p["mean"], p["variance"], scale, shift),
        "loss": torch.nn.functional.mse_loss(made["prediction"], p["y"]),
    }


SMALL = {
    "apple_shop": Written(apple_shop, sgd(0.0001)),
    "fan_out": Written(fan_out, sgd(0.1)),
    "linear_regression": Written(linear_regression, sgd(0.1)),
    "silent_broadcast": Written(silent_broadcast, sgd(0.1)),
    "xor": Written(xor, sgd(0.5)),
    "digits_softmax": Written(digits_softmax, sgd(0.5)),
    "digits_cnn": Written(digits_cnn, adam(0.01)),
    "autoencoder": Written(autoencoder, adam(0.01)),
    "dying_relu": Written(dying_relu, sgd(3.0)),
    "deep_sigmoid": Written(deep_sigmoid, sgd(0.02)),
    "nan_lab": Written(nan_lab, sgd(1.0)),
    "batch_norm": Written(batch_norm, sgd(0.05)),
}
"""The samples of one or a few layers."""
