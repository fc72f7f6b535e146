"""Formulas read off the kernels: the mathematics that ran, in the graph's names."""

from __future__ import annotations

import numpy as np
import pytest

from graphscope import ops
from graphscope.backends.base import open_backend
from graphscope.engine.record import record
from graphscope.graph.spec import TensorSpec
from graphscope.ops.base import Op
from graphscope.view.formula import Formula, formula, formula_of, inner_lines

XP = open_backend("numpy").xp
XOR = {"x": "h", "w": "W2", "out": "m2"}


def spec(*shape: int | str, dtype: str = "float32") -> TensorSpec:
    return TensorSpec(shape, dtype)


def texts(lines: tuple) -> list[str]:
    return [line.text for line in lines]


def right(kernel, *, rank: int = 2, **calls) -> str:
    """The right-hand side that a kernel of one operand prints."""

    class Probe(Op, abstract=True):
        def infer(self, x: TensorSpec) -> TensorSpec:
            return x.like()

        def forward(self, xp, x):
            return kernel(xp, x)

    x = np.full((2, 2, 2)[:rank], 0.5)
    printed = formula_of(record(Probe(), "forward", [x], xp=XP))
    return printed.lines[0].text.removeprefix("out = ")


def test_a_matrix_product_and_its_gradients() -> None:
    assert formula(ops.MatMul(), [spec(4, 4), spec(4, 1)]).lines[0].text == "out = x · w"
    backward = formula(ops.MatMul(), [spec(4, 4), spec(4, 1)], method="vjp")
    assert texts(backward.lines) == ["∇x = ∇out · wᵀ", "∇w = xᵀ · ∇out"]


def test_the_graph_s_names_and_the_shapes_below_them() -> None:
    backward = formula(ops.MatMul(), [spec(4, 4), spec(4, 1)], XOR, method="vjp")
    assert texts(backward.lines) == ["∂L/∂h = ∂L/∂m2 · W2ᵀ", "∂L/∂W2 = hᵀ · ∂L/∂m2"]
    assert texts(backward.shapes) == ["[4×4] = [4×1] · [1×4]", "[4×1] = [4×4] · [4×1]"]


def test_only_the_gradients_that_are_wanted() -> None:
    backward = formula(ops.MatMul(), [spec(4, 4), spec(4, 1)], XOR, method="vjp", needs=(False, True))
    assert texts(backward.lines) == ["∂L/∂W2 = hᵀ · ∂L/∂m2"]
    assert [line.slot for line in backward.lines] == [1]


def test_a_broadcast_operand_gets_a_sum_and_symbolic_sizes_keep_their_name() -> None:
    names = {"x": "m", "y": "b", "out": "s"}
    backward = formula(ops.Add(), [spec("batch", 4), spec(4)], names, method="vjp")
    assert texts(backward.lines) == ["∂L/∂m = ∂L/∂s", "∂L/∂b = Σ₀ ∂L/∂s"]
    assert texts(backward.shapes) == ["[4] = Σ₀ [batch×4]"]


def test_the_sum_stands_before_a_formula_written_by_hand_too() -> None:
    backward = formula(ops.Maximum(), [spec(4, 3), spec(3)], method="vjp")
    assert backward.lines[1].text.startswith("∇y = Σ₀(∇out ⊙ [y > x]")


def test_the_author_s_names_are_explained_below() -> None:
    forward = formula(ops.Softmax(), [spec(4, 3)])
    assert texts(forward.lines) == ["out = e / Σ₋₁ e"]
    assert texts(forward.where) == ["e = exp(x − max₋₁(x))"]
    backward = formula(ops.Softmax(), [spec(4, 3)], method="vjp")
    assert texts(backward.lines) == ["∇x = out ⊙ (∇out − Σ₋₁(∇out ⊙ out))"]


def test_a_value_used_twice_has_two_parts_of_one_gradient() -> None:
    backward = formula(ops.Mul(), [spec(), spec()], {"x": "a", "y": "a", "out": "b"}, method="vjp")
    assert texts(backward.lines) == ["∂L/∂a (1/2) = ∂L/∂b · a", "∂L/∂a (2/2) = ∂L/∂b · a"]


def test_a_gradient_with_parts_elsewhere_says_which_part_it_is() -> None:
    given = {"method": "vjp", "parts": {"x": (2, 3)}}
    backward = formula(ops.Tanh(), [spec(3)], {"x": "z", "out": "h"}, **given)  # type: ignore[arg-type]
    assert texts(backward.lines) == ["∂L/∂z (2/3) = ∂L/∂h ⊙ (1 − h²)"]


def test_a_mean_shows_how_many_it_divides_by() -> None:
    assert formula(ops.ReduceMean(), [spec(4, 3)]).lines[0].text == "out = Σ x / 12"
    assert formula(ops.ReduceMean(axes=(0,)), [spec(4, 3)]).lines[0].text == "out = Σ₀ x / 4"


def test_an_update_makes_the_next_parameter() -> None:
    names = {"p": "W1", "out": "W1"}
    forward = formula(ops.SGD(lr=0.5), [spec(4, 3), spec(4, 3)], names)
    assert texts(forward.lines) == ["W1′ = W1 − 0.5 · ∂L/∂W1"]
    assert [span.kind for span in forward.lines[0].spans if "∂" in span.text] == ["gradient"]


def test_a_formula_written_by_hand_wins_and_names_what_is_fixed() -> None:
    shapes = [spec(2), spec(2), spec(2), spec(2), spec()]
    names = {"p": "W1", "out": "W1", "m": "W1@m", "v": "W1@v", "t": "W1@t"}
    forward = formula(ops.Adam(lr=0.5), shapes, names)
    assert texts(forward.lines)[1:] == [
        "W1@m′ = β₁ W1@m + (1 − β₁) ∂L/∂W1",
        "W1@v′ = β₂ W1@v + (1 − β₂) (∂L/∂W1)²",
        "W1@t′ = W1@t + 1",
    ]
    assert texts(forward.where) == ["lr = 0.5", "ε = 1e−8", "β₁ = 0.9", "β₂ = 0.999"]


def test_operands_of_an_op_that_takes_any_number() -> None:
    specs, names = [spec(2, 3), spec(2, 1)], {"xs[0]": "a", "xs[1]": "b", "out": "c"}
    assert formula(ops.Concat(axis=1), specs, names).lines[0].text == "c = concat₁(a, b)"
    backward = formula(ops.Concat(axis=1), specs, names, method="vjp")
    assert texts(backward.lines) == ["∂L/∂a = (∂L/∂c)[:, 0:3, …]", "∂L/∂b = (∂L/∂c)[:, 3:4, …]"]


@pytest.mark.parametrize(
    ("kernel", "text"),
    [
        (lambda xp, x: x - (x - x), "x − (x − x)"),
        (lambda xp, x: (x - x) - x, "x − x − x"),
        (lambda xp, x: x / (x * x), "x / x²"),
        (lambda xp, x: x / (x * (x + 1)), "x / (x ⊙ (x + 1))"),
        (lambda xp, x: (x + 1) * (1 - x), "(x + 1) ⊙ (1 − x)"),
        (lambda xp, x: -(x + 1), "−(x + 1)"),
        (lambda xp, x: x - -x, "x − (−x)"),
        (lambda xp, x: (-x) ** 2, "(−x)²"),
        (lambda xp, x: x ** (x + 1), "x^(x + 1)"),
        (lambda xp, x: x**-1, "x⁻¹"),
        (lambda xp, x: x**0.5, "√x"),
        (lambda xp, x: xp.sqrt(x + 1e-5), "√(x + 0.00001)"),
        (lambda xp, x: xp.matmul(x, x) * x, "(x · x) ⊙ x"),
        (lambda xp, x: xp.matmul(x * x, x), "x² · x"),
        (lambda xp, x: xp.matmul(x * (x + 1), x), "(x ⊙ (x + 1)) · x"),
        (lambda xp, x: (x > 0) * x, "[x > 0] ⊙ x"),
        (lambda xp, x: xp.astype((x > 0) & (x < 1), x.dtype), "[x > 0 ∧ x < 1]"),
        (lambda xp, x: xp.where(~(x > 0), x, 0), "where(¬[x > 0], x, 0)"),
        (lambda xp, x: xp.abs(x) + xp.floor(x), "|x| + ⌊x⌋"),
        (lambda xp, x: 2 * xp.sum(x, axis=(0, 1)), "2 · Σ₀,₁ x"),
        (lambda xp, x: xp.sum(x, axis=0) ** 2, "(Σ₀ x)²"),
        (lambda xp, x: x[0:1, None], "x[0:1, new]"),
        (lambda xp, x: xp.permute_dims(x, (1, 0)), "xᵀ"),
        (lambda xp, x: xp.matrix_transpose(x + 1), "(x + 1)ᵀ"),
        (lambda xp, x: xp.stack([x, x], axis=0), "stack₀(x, x)"),
        (lambda xp, x: x + xp.ones_like(x), "x + 1"),
        (lambda xp, x: xp.clip(x, 0, 1), "clip(x, 0, 1)"),
        (lambda xp, x: xp.einsum("ij,jk->ik", x, x), "einsum(“ij,jk->ik”, x, x)"),
        (lambda xp, x: xp.log1p(xp.expm1(x)), "ln(1 + exp(x) − 1)"),
        (lambda xp, x: xp.astype(x, xp.float32), "cast(x, float32)"),
        (lambda xp, x: xp.broadcast_to(x, (2, 2, 2)), "broadcast(x, 2×2×2)"),
    ],
)
def test_brackets_stand_where_they_are_needed_and_nowhere_else(kernel, text: str) -> None:
    assert right(kernel) == text


def test_every_piece_of_a_line_knows_what_it_stands_for() -> None:
    line = formula(ops.MatMul(), [spec(4, 4), spec(4, 1)], XOR, method="vjp").lines[0]
    known = [(span.text, span.kind, span.spot.quantity, span.spot.name) for span in line.spans if span.spot]
    assert known == [
        ("∂L/∂h", "gradient", "gradient", "h"),
        ("∂L/∂m2", "gradient", "gradient", "m2"),
        ("W2", "value", "value", "W2"),
    ]
    assert [span.text for span in line.spans if span.kind == "operator"] == [" = ", " · ", "ᵀ"]


def test_stepping_into_a_kernel_shows_each_call_as_a_line() -> None:
    x = np.asarray([[0.5, 1.0]])
    trace = record(ops.Softmax(), "vjp", [x], xp=XP, gradients=[x], results=[x])
    assert texts(inner_lines(trace, {"x": "z", "out": "p"})) == [
        "t₁ = ∂L/∂p ⊙ p",
        "t₂ = Σ₋₁ t₁",
        "t₃ = ∂L/∂p − t₂",
        "∂L/∂z = p ⊙ t₃",
    ]


def test_a_formula_is_a_value() -> None:
    first = formula(ops.Tanh(), [spec(3)])
    assert first == formula(ops.Tanh(), [spec(3)])
    assert isinstance(first, Formula)
    assert first.text == "out = tanh(x)"
