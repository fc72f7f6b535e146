"""What the lessons say of later iterations and of other numbers at the top of a model is true."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pytest

import graphscope as gs
from graphscope.app import samples
from graphscope.debug.session import Session

torch: Any = pytest.importorskip("torch", reason="PyTorch is not installed: pip install torch")

from tests.samples import written, written_large  # noqa: E402
from tests.samples.trained import built, fed, trained  # noqa: E402
from tests.samples.written import SMALL, sgd  # noqa: E402
from tests.samples.written_large import LARGE  # noqa: E402


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def at_update(name: str, **knobs: Any) -> Session:
    """A session just before the first update."""
    session = gs.open(built(name, **knobs))
    while session.next.phase != "update":
        session.step()
    return session


def value(session: Session, name: str) -> np.ndarray:
    array = session.value(name)
    assert array is not None, name
    return array


def gradient(session: Session, name: str) -> np.ndarray:
    array = session.gradient(name)
    assert array is not None, name
    return array


def length(array: np.ndarray) -> float:
    return float(np.linalg.norm(array))


def loss(session: Session) -> float:
    return float(value(session, str(session.model.loss)))


def says(name: str, *texts: str) -> None:
    """Both lessons have these."""
    sample = samples.find(name)
    assert sample is not None
    for language in ("en", "ko"):
        for text in texts:
            assert text in sample.lesson(language), (language, text)


# ---- silent broadcast ----------------------------------------------------------------------------------------


def test_a_silent_broadcast_trains_a_right_line_flat() -> None:
    wrong = trained(built("silent_broadcast"), SMALL["silent_broadcast"], 100)
    assert f"{float(wrong['slope']):.2f} {float(wrong['loss']):.2f}" == "0.00 1.53"
    says("silent_broadcast", "0.00", "1.53", "0.0101", "0.00391", "(32, 32)")


def test_the_same_model_without_the_mistake_is_right_from_the_start() -> None:
    right = at_update("silent_broadcast", BUG=False)
    assert right.specs["error"].shape == (32, 1)
    assert f"{loss(right):.4f}" == "0.0101"
    assert f"{float(gradient(right, 'slope')[0, 0]):.5f}" == "0.00391"


# ---- autoencoder ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("code", "told"), [(2, "0.083"), (16, "0.026"), (64, "0.006")])
def test_a_wider_code_copies_better(code: int, told: str) -> None:
    made = trained(built("autoencoder", CODE=code), SMALL["autoencoder"], 200)
    assert f"{float(made['loss']):.3f}" == told
    says("autoencoder", told)


# ---- dying ReLU ----------------------------------------------------------------------------------------------


def silent(values: dict[str, Any]) -> np.ndarray:
    """The hidden units that are 0 for every digit there is."""
    digits = built("dying_relu").feed.data["x"]
    sums = digits @ values["hidden.weight"].numpy() + values["hidden.bias"].numpy()
    return np.flatnonzero((sums <= 0).all(axis=0))


@pytest.mark.parametrize(
    ("rate", "dead", "told"), [(0.1, 0, "1.25"), (1.0, 8, "0.58"), (3.0, 31, "2.34"), (10.0, 32, "2.67")]
)
def test_the_larger_the_steps_the_more_units_die(rate: float, dead: int, told: str) -> None:
    made = trained(built("dying_relu"), replace(SMALL["dying_relu"], optimize=sgd(rate)), 60)
    assert (len(silent(made)), f"{float(made['loss']):.2f}") == (dead, told)
    says("dying_relu", f"| {rate:g} | {dead} | {told} |")


def test_one_update_silences_seven_units_for_the_next_batch() -> None:
    model = built("dying_relu")
    after = trained(model, SMALL["dying_relu"], 1)
    h = written.dying_relu({**after, **fed(model, 1)})["h"]
    assert torch.nonzero((h == 0).all(0)).flatten().tolist() == [3, 4, 8, 12, 23, 24, 29, 30]


def test_a_unit_that_has_died_stays_dead() -> None:
    dead = [silent(trained(built("dying_relu"), SMALL["dying_relu"], count)) for count in (1, 2, 10, 60)]
    assert all(23 in units for units in dead)


def test_the_breakpoint_of_the_lesson_stops_where_the_unit_has_died() -> None:
    session = gs.open("dying_relu")
    session.breakpoints.add("if max(h[:, 23]) == 0")
    assert session.run(iterations=5).reason == "breakpoint"
    assert (session.last.iteration, session.last.node) == (1, "h") if session.last else False


# ---- deep sigmoid --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("activation", "initial", "ratio", "told"),
    [
        ("sigmoid", "glorot", "0.0000029", "2.31"),
        ("tanh", "glorot", "2.0", "1.04"),
        ("relu", "he", "0.63", "0.62"),
    ],
)
def test_another_activation_lets_the_first_layer_learn(
    activation: str, initial: str, ratio: str, told: str
) -> None:
    knobs = {"ACTIVATION": activation, "INITIALIZER": initial}
    session = at_update("deep_sigmoid", **knobs)
    first, tenth = (length(gradient(session, f"layer {number}.weight")) for number in (1, 10))
    assert f"{first / tenth:.{len(ratio.partition('.')[2])}f}" == ratio
    oracle = replace(SMALL["deep_sigmoid"], write=partial(written.deep_sigmoid, activation=activation))
    made = trained(built("deep_sigmoid", **knobs), oracle, 200)
    assert f"{float(made['loss']):.2f}" == told
    says("deep_sigmoid", f"| {activation}, {initial} | {ratio} | {told} |")


def test_the_first_of_ten_sigmoid_layers_hardly_moves() -> None:
    model = built("deep_sigmoid")
    made = trained(model, SMALL["deep_sigmoid"], 200)
    before = model.initial(0)["layer 1.weight"]
    assert length(made["layer 1.weight"].numpy() - before) < 0.001 * length(before)


# ---- NaN lab -------------------------------------------------------------------------------------------------


def test_f5_stops_at_the_exponential_and_then_at_the_division() -> None:
    session = gs.open("nan_lab")
    stopped: list[tuple[str, str | None]] = []
    for _ in range(2):
        reason = session.run().reason
        stopped.append((reason, session.last.node if session.last else None))
    assert stopped == [("problem", "e"), ("problem", "p")]


def test_nan_and_infinity_stand_where_pytorch_has_them_in_float32() -> None:
    session = at_update("nan_lab")
    leaves = {
        name: torch.tensor(np.array(value(session, name)), requires_grad=name == "scores")
        for name in ("scores", "truth")
    }
    made = written.nan_lab(leaves)
    for name in ("e", "total", "p", "log p", "picked", "loss"):
        np.testing.assert_allclose(value(session, name), made[name].detach(), rtol=1e-6)
    made["loss"].backward()
    np.testing.assert_allclose(gradient(session, "scores"), leaves["scores"].grad, rtol=1e-5)


def test_the_safe_way_is_finite_and_is_the_cross_entropy() -> None:
    session = at_update("nan_lab", SAFE=True)
    scores = torch.tensor(np.array(value(session, "scores")), requires_grad=True)
    expected = torch.nn.functional.cross_entropy(scores, torch.zeros(3, dtype=torch.int64))
    expected.backward()
    assert f"{loss(session):.5f}" == f"{float(expected.detach()):.5f}" == "0.36692"
    np.testing.assert_allclose(gradient(session, "scores"), scores.grad, atol=1e-7)
    says("nan_lab", "0.36692")


def test_float64_heals_both_rows_of_the_nan_lab() -> None:
    session = gs.open("nan_lab", dtype="float64")
    session.iterate()
    assert f"{loss(session):.5f}" == "0.36692"


# ---- batch normalization -------------------------------------------------------------------------------------


def test_running_averages_come_near_those_of_all_data() -> None:
    model = built("batch_norm")
    made, data = trained(model, SMALL["batch_norm"], 100), model.feed.data["x"]
    told = f"{made['mean'][1]:.1f} {data.mean(0)[1]:.1f} {made['variance'][1]:.0f} {data.var(0)[1]:.1f}"
    assert told == "51.7 50.5 92 100.3"
    says("batch_norm", *told.split())


def test_a_column_of_the_gradient_before_batch_normalization_sums_to_nothing() -> None:
    session = at_update("batch_norm")
    x, dx = value(session, "x"), gradient(session, "x")
    assert (abs(dx.sum(axis=0)) < 1e-5 * abs(dx).sum(axis=0)).all()
    assert x[:, 1].argmin() == 0
    assert f"{x[:, 1].mean():.2f}" == "50.74"


# ---- residual block ------------------------------------------------------------------------------------------


def test_the_residual_block_learns_with_and_without_its_shortcut() -> None:
    made = trained(built("residual_block"), LARGE["residual_block"], 100)
    assert f"{float(made['loss']):.2f}" == "0.17"
    without = at_update("residual_block", SHORTCUT=False)
    assert f"{loss(without):.5f}" == "2.95482"
    without.iterate(100)
    assert loss(without) < 0.2
    says("residual_block", "0.17", "2.95482")


# ---- recurrent networks --------------------------------------------------------------------------------------


def lengths(session: Session, name: str, count: int) -> list[float]:
    return [length(gradient(session, f"{name}{time}")) for time in range(1, count + 1)]


def test_a_gradient_grows_or_shrinks_with_each_step_back_in_time() -> None:
    longer = lengths(at_update("rnn_unrolled"), "h", 8)
    shorter = lengths(at_update("rnn_unrolled", STRETCH=0.8), "h", 8)
    assert f"{longer[0] / longer[-1]:.0f} {shorter[0] / shorter[-1]:.1f}" == "10 0.2"


def test_clipping_makes_all_gradients_together_as_long_as_the_limit() -> None:
    def together(session: Session) -> float:
        return float(np.sqrt(sum(length(gradient(session, each)) ** 2 for each in session.graph.parameters)))

    assert f"{together(at_update('rnn_unrolled', CLIP=1e9)):.1f}" == "6.2"
    session = gs.open("rnn_unrolled")
    session.iterate()
    assert together(session) == pytest.approx(1, abs=1e-5)
    says("rnn_unrolled", "6.2")


def test_the_unrolled_network_learns_to_remember() -> None:
    assert f"{float(trained(built('rnn_unrolled'), LARGE['rnn_unrolled'], 200)['loss']):.3f}" == "0.004"
    says("rnn_unrolled", "0.004")


def test_the_laid_out_memory_cell_is_the_lstm_of_pytorch() -> None:
    model = built("lstm")
    given = {name: torch.tensor(np.array(array)) for name, array in model.initial(0).items()} | fed(model, 0)
    network = torch.nn.LSTM(1, 4, batch_first=True, dtype=torch.float64)
    with torch.no_grad():
        network.weight_ih_l0.copy_(given["U"].T)
        network.weight_hh_l0.copy_(given["W"].T)
        network.bias_ih_l0.copy_(given["b"])
        network.bias_hh_l0.zero_()
        _, (h, c) = network(given["x"])
    session = gs.open(model, dtype="float64")
    session.iterate()
    np.testing.assert_allclose(value(session, "h6"), h[0], atol=1e-12)
    np.testing.assert_allclose(value(session, "c6"), c[0], atol=1e-12)


def test_a_memory_whose_gates_start_closed_hears_a_thousandth_of_the_loss() -> None:
    closed, opened = (lengths(at_update("lstm", KEEP=keep), "c", 6) for keep in (-2.0, 2.0))
    assert 0.0005 < closed[0] / closed[-1] < 0.0015
    assert f"{opened[0] / opened[-1]:.2f}" == "0.68"


@pytest.mark.parametrize(("keep", "told"), [(2.0, "0.03"), (-2.0, "0.29")])
def test_a_memory_cell_learns_faster_with_open_gates(keep: float, told: str) -> None:
    assert f"{float(trained(built('lstm', KEEP=keep), LARGE['lstm'], 100)['loss']):.2f}" == told
    says("lstm", told)


# ---- a loop --------------------------------------------------------------------------------------------------


def test_the_ball_bounces_once_in_the_third_moment_and_learns_where_to_end() -> None:
    session = at_update("bouncing_ball")
    below = [bool(value(session, f"fall[{trip}].below the floor")) for trip in range(10)]
    assert below == [trip == 2 for trip in range(10)]
    made = trained(built("bouncing_ball"), LARGE["bouncing_ball"], 20)
    assert f"{float(made['fall.outs[0]']):.2f} {float(made['bounce']):.2f}" == "1.00 1.01"
    says("bouncing_ball", "1.00", "1.01", "0.19")


# ---- tiny GPT and GAN ----------------------------------------------------------------------------------------


def test_the_tiny_gpt_learns_to_sort() -> None:
    model = built("tiny_gpt")
    made = trained(model, LARGE["tiny_gpt"], 200)
    right = made["scores"].argmax(-1) == fed(model, 199)["answer"]
    assert float(made["loss"]) < 0.1
    assert int(right.sum()) >= 60
    says("tiny_gpt", "0.1", "64")


def test_without_the_walls_the_generator_is_told_how_to_be_found_out() -> None:
    session = at_update("gan_2d", WALLS=False)
    assert f"{float(gradient(session, 'fake')[0, 0]):.5f}" == "0.00089"
    assert gradient(session, "D.W2 still").any()
    model = built("gan_2d", WALLS=False)
    oracle = replace(LARGE["gan_2d"], write=partial(written_large.gan_2d, walls=False))
    assert f"{float(trained(model, oracle, 1)['loss']):.5f}" == "2.00606"
    says("gan_2d", "0.00089")


def test_the_points_of_the_generator_come_near_the_arc() -> None:
    session = at_update("gan_2d")
    before = distance(session)
    session.iterate(1000)
    losses = [float(value(session, name)) for name in ("D loss", "G loss")]
    assert f"{before:.2f}" == "0.46"
    assert distance(session) < 0.1
    assert losses == pytest.approx([1.4, 0.7], abs=0.05)
    says("gan_2d", "0.46", "0.1", "1.4", "0.7")


def distance(session: Session) -> float:
    """How far the made-up points are from the circle on which the arc lies, in the mean."""
    points = value(session, "fake")
    return float(abs(np.hypot(points[:, 0], points[:, 1]) - 1).mean())
