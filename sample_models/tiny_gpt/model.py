"""A very small GPT that learns to sort: one block, two heads, sixteen numbers for each token."""

import numpy as np

import graphscope as gs

NUMBERS = 4  # so many are to be sorted
DIGITS = 6  # each is one of 0 … 5
SEPARATOR = DIGITS  # the token between the numbers and the answer

TOKENS = 2 * NUMBERS  # 4 numbers, the separator, 3 numbers of the answer: the 4th is only predicted
WIDTH = 16
HEADS = 2
SIZE = WIDTH // HEADS


def build():
    g = gs.Builder("tiny gpt")

    tokens = g.input("tokens", ("batch", TOKENS), dtype="int64", gradient=False)
    answer = g.input("answer", ("batch", NUMBERS), dtype="int64", gradient=False)

    with g.scope("embedding"):
        what = gs.layers.Embedding(DIGITS + 1, WIDTH, name="token")(tokens).named("what")
        where = g.parameter("where", gs.initializers.Normal(0.1), (TOKENS, WIDTH))
        stream = (what + where).named("stream 0")

    with g.scope("block"):
        stream = (stream + attention(g, norm(g, "norm 1", stream))).named("stream 1")
        stream = (stream + thinking(g, norm(g, "norm 2", stream))).named("stream 2")

    with g.scope("head"):
        last = g.call(gs.ops.Slice((NUMBERS,), (TOKENS,), (1,)), norm(g, "norm 3", stream), name="answers")
        scores = gs.layers.Dense(DIGITS, name="scores of digits")(last).named("scores")

    g.loss(gs.losses.cross_entropy, scores, answer)
    g.optimizer(gs.optimizers.Adam(lr=0.01))
    g.feed(sorting_task(), batch=16)
    return g.build()


def norm(g, name, x):
    """Each token brought to mean 0 and deviation 1, then scaled and shifted."""
    with g.scope(name):
        scale = g.parameter(g.qualified("scale"), np.ones(WIDTH))
        bias = g.parameter(g.qualified("bias"), np.zeros(WIDTH))
        return g.call(gs.ops.LayerNorm(), x, scale, bias, name=g.qualified("out"))


def attention(g, x):
    """Each token asks those before it, and takes from them what answers."""
    with g.scope("attention"):
        query, key, value = (by_head(g, name, x) for name in ("query", "key", "value"))
        turned = g.call(gs.ops.Transpose((0, 1, 3, 2)), key, name="key turned")
        likeness = (query @ turned / np.sqrt(SIZE)).named("likeness")
        masked = (likeness + g.constant("mask", later_is_hidden())).named("masked")
        weights = g.call(gs.ops.Softmax(), masked, name="attention weights")
        found = (weights @ value).named("found")
        together = g.call(gs.ops.Transpose((0, 2, 1, 3)), found, name="heads side by side")
        joined = g.call(gs.ops.Reshape((-1, TOKENS, WIDTH)), together, name="joined")
        return gs.layers.Dense(WIDTH, name="mix")(joined).named("from others")


def by_head(g, name, x):
    """[sample, head, token, number]"""
    all_heads = gs.layers.Dense(WIDTH, name=name)(x)
    split = g.call(gs.ops.Reshape((-1, TOKENS, HEADS, SIZE)), all_heads, name=f"{name} split")
    return g.call(gs.ops.Transpose((0, 2, 1, 3)), split, name=f"{name} by head")


def later_is_hidden():
    """0 where a token may look, −10⁹ where it would look ahead."""
    return np.triu(np.full((TOKENS, TOKENS), -1e9), k=1)


def thinking(g, x):
    """Each token on its own: wider, bent, narrow again."""
    with g.scope("thinking"):
        wide = gs.layers.Dense(4 * WIDTH, "gelu", name="wide")(x)
        return gs.layers.Dense(WIDTH, name="narrow")(wide).named("from itself")


def sorting_task():
    """5 1 4 1 | 1 1 4 → 1 1 4 5"""
    rng = np.random.default_rng(0)
    numbers = rng.integers(0, DIGITS, (2048, NUMBERS))
    answer = np.sort(numbers, axis=1)
    separator = np.full((len(numbers), 1), SEPARATOR)
    return {"tokens": np.hstack([numbers, separator, answer[:, :-1]]), "answer": answer}
