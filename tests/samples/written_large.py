"""The large samples written once more in plain PyTorch, every value by the name that it has in the sample."""

from __future__ import annotations

from math import sqrt
from typing import Any

import torch

from tests.samples.written import Tensors, Written, adam, dense, sgd

functional = torch.nn.functional


def residual_block(p: Tensors) -> Tensors:
    made: Tensors = {}
    made["stem.conv2d"] = functional.conv2d(p["image"], p["stem.weight"], p["stem.bias"], padding=1)
    x = made["x"] = torch.relu(made["stem.conv2d"])
    first = made["block.conv 1.conv2d"] = functional.conv2d(x, p["block.conv 1.weight"], padding=1)
    h = normalized(made, p, "block.norm 1", first, "block.norm 1.running_batch_norm.out")
    h = made["block.relu 1"] = torch.relu(h)
    second = made["block.conv 2.conv2d"] = functional.conv2d(h, p["block.conv 2.weight"], padding=1)
    made["sum"] = x + normalized(made, p, "block.norm 2", second, "branch")
    made["out"] = torch.relu(made["sum"])
    made["pool"] = functional.max_pool2d(made["out"], 2)
    made["flatten"] = made["pool"].flatten(1)
    made |= dense(p, made["flatten"], "output", "scores")
    return {**made, "loss": functional.cross_entropy(made["scores"], p["label"])}


def normalized(made: Tensors, p: Tensors, layer: str, x: Any, out: str) -> Any:
    """Batch normalization, with its running averages."""
    axes = (0, 2, 3)
    averages = {"mean": x.mean(axes), "variance": x.var(axes, correction=0)}
    for name, seen in averages.items():
        made[f"{layer}.running_batch_norm.running_{name}"] = 0.9 * p[f"{layer}.{name}"] + 0.1 * seen
    scale, bias = p[f"{layer}.scale"], p[f"{layer}.bias"]
    made[out] = functional.batch_norm(x, None, None, scale, bias, training=True)
    return made[out]


def rnn_unrolled(p: Tensors) -> Tensors:
    made: Tensors = {f"x at.outs[{time}]": p["x"][:, time] for time in range(8)}
    h = p["h0"]
    for time in range(1, 9):
        given = made[f"x{time} U"] = made[f"x at.outs[{time - 1}]"] @ p["U"]
        kept = made[f"h{time - 1} W"] = h @ p["W"]
        made[f"time {time}.add"] = given + kept
        made[f"z{time}"] = made[f"time {time}.add"] + p["b"]
        h = made[f"h{time}"] = torch.tanh(made[f"z{time}"])
    made |= dense(p, h, "output", "prediction")
    return {**made, "loss": functional.mse_loss(made["prediction"], p["y"])}


def lstm(p: Tensors) -> Tensors:
    made: Tensors = {f"x at.outs[{time}]": p["x"][:, time] for time in range(6)}
    h, c = p["h0"], p["c0"]
    for t in range(1, 7):
        scope = f"time {t}"
        made[f"{scope}.matmul"] = made[f"x at.outs[{t - 1}]"] @ p["U"]
        made[f"{scope}.matmul_2"] = h @ p["W"]
        made[f"{scope}.add"] = made[f"{scope}.matmul"] + made[f"{scope}.matmul_2"]
        made[f"z{t}"] = made[f"{scope}.add"] + p["b"]
        parts = torch.chunk(made[f"z{t}"], 4, dim=1)
        made |= {f"parts{t}.outs[{place}]": part for place, part in enumerate(parts)}
        i = made[f"i{t}"] = torch.sigmoid(parts[0])
        f = made[f"f{t}"] = torch.sigmoid(parts[1])
        a = made[f"a{t}"] = torch.tanh(parts[2])
        o = made[f"o{t}"] = torch.sigmoid(parts[3])
        made[f"{scope}.mul"], made[f"{scope}.mul_2"] = f * c, i * a
        c = made[f"c{t}"] = made[f"{scope}.mul"] + made[f"{scope}.mul_2"]
        made[f"tanh c{t}"] = torch.tanh(c)
        h = made[f"h{t}"] = o * made[f"tanh c{t}"]
    made |= dense(p, h, "output", "prediction")
    return {**made, "loss": functional.mse_loss(made["prediction"], p["y"])}


def tiny_gpt(p: Tensors) -> Tensors:
    made: Tensors = {"what": functional.embedding(p["tokens"], p["embedding.token.table"])}
    made["stream 0"] = made["what"] + p["where"]
    attend(made, p, layer_normalized(made, p, "block.norm 1", "stream 0"))
    made["stream 1"] = made["stream 0"] + made["from others"]
    x = layer_normalized(made, p, "block.norm 2", "stream 1")
    made |= dense(p, x, "block.thinking.wide")
    made["block.thinking.wide.gelu"] = functional.gelu(made["block.thinking.wide.add"])
    made |= dense(p, made["block.thinking.wide.gelu"], "block.thinking.narrow", "from itself")
    made["stream 2"] = made["stream 1"] + made["from itself"]
    made["answers"] = layer_normalized(made, p, "head.norm 3", "stream 2")[:, 4:]
    made |= dense(p, made["answers"], "head.scores of digits", "scores")
    return {**made, "loss": functional.cross_entropy(made["scores"].flatten(0, 1), p["answer"].flatten())}


def layer_normalized(made: Tensors, p: Tensors, name: str, x: str) -> Any:
    """Each token normalized."""
    made[f"{name}.out"] = functional.layer_norm(made[x], (16,), p[f"{name}.scale"], p[f"{name}.bias"])
    return made[f"{name}.out"]


def attend(made: Tensors, p: Tensors, x: Any) -> None:
    """Attention with two heads."""
    for name in ("query", "key", "value"):
        made |= dense(p, x, f"block.attention.{name}")
        made[f"{name} split"] = made[f"block.attention.{name}.add"].unflatten(2, (2, 8))
        made[f"{name} by head"] = made[f"{name} split"].transpose(1, 2)
    made["key turned"] = made["key by head"].mT
    made["block.attention.matmul"] = made["query by head"] @ made["key turned"]
    made["likeness"] = made["block.attention.matmul"] / sqrt(8)
    made["masked"] = made["likeness"] + p["mask"]
    made["attention weights"] = made["masked"].softmax(-1)
    made["found"] = made["attention weights"] @ made["value by head"]
    made["heads side by side"] = made["found"].transpose(1, 2)
    made["joined"] = made["heads side by side"].flatten(2)
    made |= dense(p, made["joined"], "block.attention.mix", "from others")


def gan_2d(p: Tensors, *, walls: bool = True) -> Tensors:
    made = dense(p, p["noise"], "generator.first")
    made["generator.first.tanh"] = torch.tanh(made["generator.first.add"])
    made |= dense(p, made["generator.first.tanh"], "generator.last", "fake")
    wall = torch.Tensor.detach if walls else torch.clone
    made["fake seen"] = wall(made["fake"])
    weights = {name: p[name] for name in ("D.W1", "D.b1", "D.W2", "D.b2")}
    made |= {f"{name} still": wall(each) for name, each in weights.items()}
    scored(made, "discriminator learns.real", p["real"], *weights.values())
    scored(made, "discriminator learns.fake", made["fake seen"], *weights.values())
    scored(made, "generator learns.judged", made["fake"], *(made[f"{name} still"] for name in weights))
    penalized(made, "real loss", "discriminator learns.neg", made["real score"])
    penalized(made, "fake loss", "", made["fake score"])
    penalized(made, "G loss", "generator learns.neg", made["judged score"])
    made["D loss"] = made["real loss"] + made["fake loss"]
    return {**made, "loss": made["D loss"] + made["G loss"]}


def scored(made: Tensors, scope: str, x: Any, w1: Any, b1: Any, w2: Any, b2: Any) -> None:
    """What the discriminator says."""
    name = scope.rpartition(".")[2]
    made[f"{scope}.matmul"] = x @ w1
    made[f"{scope}.add"] = made[f"{scope}.matmul"] + b1
    made[f"{name} h"] = functional.leaky_relu(made[f"{scope}.add"], 0.2)
    made[f"{scope}.matmul_2"] = made[f"{name} h"] @ w2
    made[f"{name} score"] = made[f"{scope}.matmul_2"] + b2


def penalized(made: Tensors, loss: str, negative: str, score: Any) -> None:
    """The mean of ln(1 + exp(score)), or of −score where that has a name."""
    if negative:
        score = made[negative] = -score
    made[f"{loss} of each"] = functional.softplus(score, threshold=1000)
    made[loss] = made[f"{loss} of each"].mean()


def bouncing_ball(p: Tensors) -> Tensors:
    made: Tensors = {}
    height, speed = p["start"], p["throw"]
    for trip in (f"fall[{number}]" for number in range(10)):
        speed = made[f"{trip}.fallen speed"] = speed - 0.981
        made[f"{trip}.mul"] = speed * 0.1
        height = made[f"{trip}.fallen height"] = height + made[f"{trip}.mul"]
        below = made[f"{trip}.below the floor"] = height < 0
        made[f"{trip}.floor.choice"] = below.to(torch.int64)
        if below:
            then = f"{trip}.floor.then"
            made[f"{then}.neg"], made[f"{then}.neg_2"] = -p["bounce"], -p["bounce"]
            height = made[f"{then}.mul"] = made[f"{then}.neg"] * height
            speed = made[f"{then}.mul_2"] = made[f"{then}.neg_2"] * speed
        height, speed = height.clone(), speed.clone()
        made |= {f"{trip}.floor.outs[0]": height, f"{trip}.floor.outs[1]": speed}
    height, speed = height.clone(), speed.clone()
    miss = height - p["target"]
    return {**made, "fall.outs[0]": height, "fall.outs[1]": speed, "miss": miss, "loss": miss * miss}


LARGE = {
    "bouncing_ball": Written(bouncing_ball, sgd(0.01)),
    "residual_block": Written(residual_block, sgd(0.1)),
    "rnn_unrolled": Written(rnn_unrolled, sgd(0.1), clip=1.0),
    "lstm": Written(lstm, adam(0.02), clip=1.0),
    "tiny_gpt": Written(tiny_gpt, adam(0.01)),
    "gan_2d": Written(gan_2d, adam(0.01, beta1=0.0)),
}
"""The samples with a structure of their own."""
