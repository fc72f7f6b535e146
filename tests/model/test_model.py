"""A model is known by its content: equal graphs, arrays and data have equal digests."""

from __future__ import annotations

import graphscope as gs


def build(
    *, units: int = 4, lr: float = 0.1, batch: int | None = None, shuffle: bool = False, data: float = 0.0
) -> gs.Model:
    g = gs.Builder("digest")
    x, y = g.input("x", ("batch", 2)), g.input("y", ("batch", 1), gradient=False)
    g.loss(gs.losses.mse, gs.layers.Sequential([gs.layers.Dense(units, "tanh"), gs.layers.Dense(1)])(x), y)
    g.optimizer(gs.optimizers.SGD(lr))
    g.feed({"x": [[data, 1.0], [1.0, 1.0]], "y": [[1.0], [0.0]]}, batch=batch, shuffle=shuffle)
    return g.build()


def test_equal_models_have_equal_digests() -> None:
    first = build().digest()
    assert build().digest() == first


def test_where_a_model_was_written_does_not_matter() -> None:
    g, h = gs.Builder("model"), gs.Builder("model")
    x = g.input("x", (2,))
    _ = x + x
    y = h.input("x", (2,))
    _ = y + y
    assert g.build().graph != h.build().graph
    assert g.build().digest() == h.build().digest()


def test_whatever_changes_a_run_changes_the_digest() -> None:
    models = (
        build(),
        build(units=5),
        build(lr=0.2),
        build(batch=1),
        build(batch=1, shuffle=True),
        build(data=0.5),
    )
    digests = [model.digest() for model in models]
    assert len(set(digests)) == len(digests)
    assert build().digest(seed=1) != build().digest(seed=0)
