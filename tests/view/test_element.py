"""One element explained: its terms, its numbers, and a result that a calculator confirms."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from graphscope import ops
from graphscope.backends.base import open_backend
from graphscope.engine.record import record
from graphscope.errors import InputError
from graphscope.graph.spec import TensorSpec
from graphscope.ops.base import Op
from graphscope.view.element import Equation, element, has_rule
from graphscope.view.text import Text, korean
from tests.view.calculator import confirms

XP = open_backend("numpy").xp
XOR = {"x": "h", "w": "W2", "out": "m2"}


def plain(spans: tuple) -> str:
    return "".join(span.text for span in spans)


def backward(op: Op, operands: list, gradient: Any, out: Any = None) -> Any:
    with XP.errstate():
        results = [op.forward(XP, *operands)] if out is None else [out]  # type: ignore[attr-defined]
    return record(op, "vjp", operands, xp=XP, gradients=[np.asarray(gradient)], results=results)


def of_kernel(kernel: Any, x: np.ndarray, index: tuple[int, ...]) -> Equation:
    """The equation of an element of what a kernel of one operand makes."""

    class Probe(Op, abstract=True):
        def infer(self, x: TensorSpec) -> TensorSpec:
            return x.like()

        def forward(self, xp, x):
            return kernel(xp, x)

    return element(record(Probe(), "forward", [x], xp=XP), 0, index)


def xor_step_9() -> Equation:
    """Backward of ``m2 = h @ W2`` in XOR, with the numbers of the design's picture."""
    h = np.zeros((4, 4), "float32")
    w = np.asarray([[1.2], [0.3], [-1.493104], [2.3]], "float32")
    g = np.asarray([[0.1], [-0.091288], [0.2], [-0.05]], "float32")
    return element(backward(ops.MatMul(), [h, w], g), 0, (1, 2), XOR)


def test_the_gradient_of_xor_s_hidden_layer() -> None:
    equation = xor_step_9()
    assert equation.left.text == "∂L/∂h[1,2]"
    assert plain(equation.symbolic) == "∂L/∂m2[1,0] · W2[2,0]"
    assert plain(equation.numbers) == "(−0.091288) · (−1.493104)"
    assert (equation.relation, equation.result) == ("=", "0.13630")
    assert confirms(plain(equation.numbers), equation.result)
    assert [line.text for line in equation.lines] == [
        "∂L/∂h[1,2] = ∂L/∂m2[1,0] · W2[2,0]",
        "= (−0.091288) · (−1.493104)",
        "= 0.13630",
    ]


def test_each_term_knows_the_cells_that_it_stands_for() -> None:
    equation = xor_step_9()
    spots = [span.spot for span in equation.symbolic if span.spot]
    assert [(spot.quantity, spot.name, spot.index) for spot in spots] == [
        ("gradient", "m2", (1, 0)),
        ("value", "W2", (2, 0)),
    ]
    assert [span.spot for span in equation.numbers if span.spot] == spots
    assert equation.left.spot is not None
    assert (equation.left.spot.name, equation.left.spot.index) == ("h", (1, 2))


def test_a_long_sum_shows_its_four_largest_terms_and_the_rest_together() -> None:
    rng = np.random.default_rng(1)
    x, w = rng.normal(size=(2, 62)).astype("float32"), rng.normal(size=(62, 3)).astype("float32")
    equation = element(record(ops.MatMul(), "forward", [x, w], xp=XP), 0, (1, 2))
    products = x[1].astype(float) * w[:, 2]
    assert len(equation.terms) == 4
    assert [abs(term.value) for term in equation.terms] == pytest.approx(sorted(abs(products))[:-5:-1])
    assert plain(equation.symbolic).endswith(" + …")
    assert equation.rest is not None
    assert equation.rest.count == 58
    assert equation.check is not None
    assert str(equation.rest.sentence) == f"… 58 more, together {equation.rest.total}"
    assert str(equation.check.sentence).startswith("Σ = ")
    assert confirms(plain(equation.numbers), equation.result)


def test_a_sum_of_up_to_six_terms_is_whole() -> None:
    equation = of_kernel(lambda xp, x: xp.sum(x), np.arange(6.0), ())
    assert plain(equation.numbers) == "0 + 1 + 2 + 3 + 4 + 5"
    assert (equation.result, equation.rest, equation.check) == ("15", None, None)


def test_a_broadcast_operand_s_gradient_is_the_sum_over_what_it_met() -> None:
    x, b = np.zeros((3, 2)), np.zeros(2)
    trace = backward(ops.Add(), [x, b], [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    equation = element(trace, 1, (1,), {"x": "m", "y": "b", "out": "s"})
    assert equation.text == "∂L/∂b[1] = ∂L/∂s[0,1] + ∂L/∂s[1,1] + ∂L/∂s[2,1] = 2 + 4 + 6 = 12"
    moved = element(trace, 0, (2, 1), {"x": "m", "y": "b", "out": "s"})
    assert moved.text == "∂L/∂m[2,1] = ∂L/∂s[2,1] = 6"


def test_a_value_used_twice_tells_its_parts_apart() -> None:
    trace = backward(ops.Mul(), [np.asarray(3.0), np.asarray(3.0)], 1.5)
    equation = element(trace, 1, (), {"x": "x", "y": "x", "out": "y"})
    assert equation.text == "∂L/∂x (2/2) = ∂L/∂y · x = 1.5 · 3 = 4.5"


def test_softmax_is_explained_through_the_author_s_names() -> None:
    x = np.asarray([[0.0, 1.0, 2.0]])
    forward = element(record(ops.Softmax(), "forward", [x], xp=XP), 0, (0, 1))
    assert plain(forward.symbolic) == "e[0,1] / (e[0,0] + e[0,1] + e[0,2])"
    assert [plain(each.symbolic) for each in forward.where] == ["exp(x[0,1] − max(x[0,0], x[0,1], x[0,2]))"]
    gradient = element(backward(ops.Softmax(), [x], [[1.0, 0.0, 0.0]]), 0, (0, 1))
    assert plain(gradient.symbolic) == (
        "out[0,1] · (∇out[0,1] − (∇out[0,0] · out[0,0] + ∇out[0,1] · out[0,1] + ∇out[0,2] · out[0,2]))"
    )
    assert confirms(plain(gradient.numbers), gradient.result)


def test_a_long_sum_inside_an_equation_gets_a_line_of_its_own() -> None:
    x = np.linspace(0, 1, 10).reshape(1, 10)
    equation = element(record(ops.Softmax(), "forward", [x], xp=XP), 0, (0, 3))
    assert plain(equation.symbolic) == "e[0,3] / t₁[0,0]"
    assert [each.left.text for each in equation.where] == ["e[0,3]", "t₁[0,0]", "t₂[0,0]"]
    assert all(confirms(plain(each.numbers), each.result) for each in equation.where)


def test_what_stands_several_times_in_a_line_is_named_once() -> None:
    target = np.asarray([0])
    trace = record(ops.SoftmaxCrossEntropy(), "forward", [np.asarray([[1.0, 2.0, 3.0]]), target], xp=XP)
    equation = element(trace, 1, (0, 1))
    assert all(plain(each.symbolic).count("max(") <= 1 for each in equation.where)


def test_a_mean_divides_by_how_many_there_are() -> None:
    equation = element(record(ops.ReduceMean(), "forward", [np.asarray([1.0, 2.0, 6.0])], xp=XP), 0, ())
    assert equation.text == "out = (x[0] + x[1] + x[2]) / 3 = (1 + 2 + 6) / 3 = 3"
    assert len(equation.terms) == 3


def test_a_convolution_is_one_sum_of_products_and_the_border_does_not_count() -> None:
    x, w = np.arange(1.0, 10.0).reshape(1, 1, 3, 3), np.ones((1, 1, 2, 2))
    trace = record(ops.Conv2d(padding=(1, 1)), "forward", [x, w], xp=XP)
    corner = element(trace, 0, (0, 0, 0, 0))
    assert corner.text == "out[0,0,0,0] = x[0,0,0,0] · w[0,0,1,1] = 1 · 1 = 1"
    inner = element(trace, 0, (0, 0, 1, 1))
    assert inner.text.count("·") == 2 * 4, "four products, in signs and in numbers"
    assert inner.result == "12"


def test_a_bias_added_to_a_long_sum_stays_in_sight() -> None:
    x, w, b = np.ones((1, 3, 3, 3)), np.ones((1, 3, 3, 3)), np.asarray([0.5])
    equation = element(record(ops.Conv2d(), "forward", [x, w, b], xp=XP), 0, (0, 0, 0, 0))
    assert plain(equation.symbolic).endswith("+ … + b[0]")
    assert equation.result == "27.5"
    assert equation.rest is not None
    assert equation.rest.count == 23


def test_max_tells_which_one_won() -> None:
    x = np.asarray([[1.0, 5.0, 2.0]])
    equation = element(record(ops.ReduceMax(axes=(1,)), "forward", [x], xp=XP), 0, (0,))
    assert equation.text == "out[0] = max(x[0,0], x[0,1], x[0,2]) = max(1, 5, 2) = 5"
    assert equation.winner is not None
    assert equation.winner.text == "x[0,1]"


def test_the_winner_of_many_stands_for_all() -> None:
    x = np.arange(20.0)
    equation = element(record(ops.ReduceMax(), "forward", [x], xp=XP), 0, ())
    assert equation.text == "out = max(x[19], …) = max(19, …) = 19"
    assert equation.rest is not None
    assert str(equation.rest.sentence) == "… 19 more"


def test_a_branch_is_followed_and_told_why() -> None:
    trace = backward(ops.Relu(), [np.asarray([-2.0, 3.0])], [0.25, 0.5])
    closed, open_ = element(trace, 0, (0,)), element(trace, 0, (1,))
    assert closed.text == "∇x[0] = 0"
    assert str(closed.remarks[0]) == "x[0] > 0 does not hold: −2 ≤ 0"
    assert open_.text == "∇x[1] = ∇out[1] = 0.5"
    assert open_.conditions[0].holds


def test_a_condition_that_does_not_hold_is_never_printed_as_if_it_did() -> None:
    trace = backward(ops.Pow(), [np.asarray([3.0]), np.asarray([2.0])], [1.0], np.asarray([9.0]))
    (condition,) = element(trace, 0, (0,)).conditions
    assert str(condition.sentence) == "y[0] = 0 does not hold: 2 ≠ 0"
    close = backward(ops.Clip(high=1.0), [np.asarray([1.0000001])], [1.0])
    (condition,) = element(close, 0, (0,)).conditions
    assert str(condition.sentence) == "x[0] ≤ 1 does not hold: 1.0000001 > 1"
    nothing = backward(ops.Relu(), [np.asarray([np.nan])], [1.0])
    assert str(element(nothing, 0, (0,)).conditions[0].sentence) == "x[0] > 0 does not hold: ¬[nan > 0]"


def test_updates_follow_the_state() -> None:
    p, g = np.asarray([1.0]), np.asarray([0.5])
    sgd = element(record(ops.SGD(lr=0.5), "forward", [p, g], xp=XP), 0, (0,), {"p": "w", "out": "w"})
    assert sgd.text == "w′[0] = w[0] − 0.5 · ∂L/∂w[0] = 1 − 0.5 · 0.5 = 0.75"
    zero, t = np.zeros(1), np.asarray(0.0)
    adam = element(record(ops.Adam(lr=0.1), "forward", [p, g, zero, zero, t], xp=XP), 0, (0,))
    assert plain(adam.symbolic) == "p[0] − 0.1 · mean[0] / size[0]"
    assert {each.left.text for each in adam.where} == {"mean[0]", "size[0]", "m′[0]", "v′[0]", "t′"}
    assert adam.result == "0.9"


@pytest.mark.parametrize(
    ("p", "g", "told"),
    [
        (1.65718, -0.00017, "1.6572 − 0.5 · (−0.0002) = 1.6573"),
        (1.16281, -7.56336e-6, "1.16281 − 0.5 · (−7.56336e−6) = 1.162814"),
    ],
)
def test_an_update_is_printed_so_that_it_is_seen_and_closes_by_hand(p: float, g: float, told: str) -> None:
    trace = record(ops.SGD(lr=0.5), "forward", [np.asarray(p), np.asarray(g)], xp=XP)
    equation = element(trace, 0, ())
    assert equation.text.endswith(told)
    assert confirms(plain(equation.numbers), equation.result)


def test_a_number_that_another_backend_made_is_the_one_that_is_explained() -> None:
    x = np.asarray([1.0, 2.0], "float32")
    trace = record(ops.Exp(), "forward", [x], xp=XP)
    assert element(trace, 0, (1,), kept=np.float32(7.389057)).relation == "="
    wrong = element(trace, 0, (1,), kept=np.float32(7.5))
    assert (wrong.relation, wrong.result) == ("≈", "7.5")


def test_an_overflow_is_told_and_does_not_pretend_to_be_equal() -> None:
    trace = record(ops.Exp(), "forward", [np.asarray([120.0], "float32")], xp=XP)
    equation = element(trace, 0, (0,))
    assert equation.text == "out[0] = exp(x[0]) = exp(120) ≈ +Inf"
    assert "3.40282e38" in str(equation.note)


def test_not_a_number_recomputes_to_not_a_number() -> None:
    op = ops.Div()
    trace = record(op, "forward", [np.asarray([np.inf]), np.asarray([np.inf])], xp=XP)
    assert element(trace, 0, (0,)).text == "out[0] = x[0] / y[0] = +Inf / +Inf = nan"


def test_an_element_that_does_not_exist_is_refused() -> None:
    trace = record(ops.Exp(), "forward", [np.zeros(2)], xp=XP)
    for output, index in ((0, (2,)), (0, ()), (0, (-1,)), (1, (0,))):
        with pytest.raises(InputError, match="no element"):
            element(trace, output, index)


def test_a_function_without_a_rule_says_so_and_names_its_operands() -> None:
    equation = of_kernel(lambda xp, x: xp.nextafter(x, x), np.asarray([1.5]), (0,))
    assert not has_rule("nextafter")
    assert equation.text == "out[0] = nextafter(x, x) = 1.5"
    assert "nextafter is not explained" in str(equation.note)


KERNELS = {
    "flip": lambda xp, x: xp.flip(x, axis=1),
    "roll": lambda xp, x: xp.roll(x, 1, axis=0),
    "tile": lambda xp, x: xp.tile(x, (2, 1)),
    "repeat": lambda xp, x: xp.repeat(x, 2, axis=1),
    "moveaxis": lambda xp, x: xp.moveaxis(x, 0, 1),
    "unstack": lambda xp, x: xp.unstack(x, axis=0)[1],
    "stack and concat": lambda xp, x: xp.concat([xp.stack([x[0], 2 * x[1]]), x], axis=0),
    "windows": lambda xp, x: xp.sliding_windows(xp.pad(x, ((0, 0), (1, 1)), 7.0), (2,), (1,), (1,)),
    "triangles": lambda xp, x: xp.tril(x) + xp.triu(x, k=1),
    "broadcast_arrays": lambda xp, x: xp.broadcast_arrays(x, x[0])[1],
    "mask": lambda xp, x: x[x > 0.2],
    "index array": lambda xp, x: x[xp.asarray([1, 0]), :],
    "take along": lambda xp, x: xp.take_along_axis(x, xp.argmax(x, axis=1, keepdims=True), axis=1),
    "sort": lambda xp, x: xp.sort(x, axis=1),
    "sort down": lambda xp, x: xp.sort(x, axis=1, descending=True),
    "argmax": lambda xp, x: xp.argmax(x, axis=1),
    "cumulative": lambda xp, x: xp.cumulative_sum(x, axis=1),
    "prod": lambda xp, x: xp.prod(x, axis=1),
    "min": lambda xp, x: xp.min(x, axis=0),
    "any and all": lambda xp, x: xp.astype(xp.any(x > 0.5, axis=1) & xp.all(x < 9, axis=1), x.dtype),
    "count": lambda xp, x: xp.count_nonzero(x > 0.5, axis=1),
    "einsum": lambda xp, x: xp.einsum("ij,kj->ik", x, x + 1),
    "einsum dots": lambda xp, x: xp.einsum("...j,j", x, x[0]),
    "einsum diagonal": lambda xp, x: xp.einsum("ii->", xp.matmul(x, xp.matrix_transpose(x))),
    "vecdot": lambda xp, x: xp.vecdot(x, x + 1),
    "tensordot": lambda xp, x: xp.tensordot(x, xp.matrix_transpose(x), axes=1),
    "vector product": lambda xp, x: xp.matmul(x, x[0]),
    "scatter": lambda xp, x: xp.scatter_add((4, 3), xp.asarray([1, 1]), x, 0),
    "scatter along": lambda xp, x: xp.scatter_add((2, 4), xp.astype(x > 0.5, xp.int64), x, 1),
    "clip": lambda xp, x: xp.clip(x, 0.0, 0.5),
    "casts": lambda xp, x: xp.astype(xp.astype(x * 3, xp.int64), xp.bool),
    "made": lambda xp, x: x + xp.eye(2, 3) + xp.full((2, 3), 0.5) + xp.zeros_like(x) + xp.arange(3),
    "minus zero": lambda xp, x: 0 - xp.sum(x, axis=0),
    "connectives": lambda xp, x: ((x > 0) ^ (x < 0.5)) | ~(x == 0.3) & (x != 0.9),
    "slice": lambda xp, x: x[..., 1:][:, ::2],
}


@pytest.mark.parametrize("name", KERNELS)
def test_every_rule_gives_the_stored_element(name: str) -> None:
    x = np.asarray([[0.1, 0.9, 0.3], [0.75, -0.5, 2.25]])
    with XP.errstate():
        made = np.asarray(KERNELS[name](XP, x))
    for position in range(made.size):
        index = tuple(int(each) for each in np.unravel_index(position, made.shape))
        equation = of_kernel(KERNELS[name], x, index)
        assert equation.note is None
        assert float(equation.value) == made[index]
        assert equation.relation == "="
        for each in (equation, *equation.where):
            numbers = plain(each.numbers)
            assert not numbers or confirms(numbers, each.result), each.text


def test_a_long_recurrence_is_cut_where_it_can_still_be_read() -> None:
    def recurrence(xp, x):
        for _ in range(40):
            x = xp.tanh(xp.matmul(x, x))
        return x

    equation = of_kernel(recurrence, np.full((3, 3), 0.4), (0, 1))
    assert len(equation.where) == 8
    assert all(len(each.text) < 400 for each in (equation, *equation.where))
    assert all(confirms(plain(each.numbers), each.result) for each in equation.where if each.numbers)


def test_every_sentence_of_an_equation_has_a_korean_one() -> None:
    rest = element(record(ops.ReduceSum(), "forward", [np.arange(20.0)], xp=XP), 0, ()).remarks
    most = element(record(ops.ReduceMax(), "forward", [np.arange(20.0)], xp=XP), 0, ()).remarks
    branches = [
        element(backward(ops.Relu(), [np.asarray([-2.0, 3.0])], [1.0, 1.0]), 0, (i,)).remarks for i in (0, 1)
    ]
    big = element(record(ops.Exp(), "forward", [np.asarray([120], "float32")], xp=XP), 0, (0,)).remarks
    opaque = of_kernel(lambda xp, x: xp.nextafter(x, x), np.asarray([1.5]), (0,)).remarks
    told = [*rest, *most, *branches[0], *branches[1], *big, *opaque]
    assert {sentence.template for sentence in told} <= set(korean())
    assert Text("ko").tell(rest[0]) != str(rest[0])
    assert len({sentence.template for sentence in told}) == 7
