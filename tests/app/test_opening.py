"""Opening a model: by a sample's name, a file or a model, with what can be changed on the way in."""

import numpy as np
import pytest

import graphscope as gs
from graphscope.app.opening import parse_size
from graphscope.errors import BackendError, GraphScopeError, InputError, ModelError, TrustError

MODEL = """
import graphscope as gs

def build():
    g = gs.Builder("mine")
    x = g.input("x", ("batch", 2))
    w = g.parameter("w", [[1.0], [2.0]])
    g.output((x @ w).named("y"))
    g.feed({"x": [[1, 2], [3, 4]]})
    return g.build()
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text(MODEL)
    return path


def value(session, name):
    array = session.value(name)
    assert array is not None
    return array


def gradient(session, name):
    array = session.gradient(name)
    assert array is not None
    return array


def test_a_name_that_is_neither_sample_nor_file_gets_the_samples_named():
    with pytest.raises(ModelError, match=r"no sample or file named “nothing”.*xor"):
        gs.open("nothing")


def test_a_python_model_does_not_run_without_trust(file):
    file.write_text("raise SystemExit('it ran')")
    with pytest.raises(TrustError, match=r"mine\.py is a program.*--trust"):
        gs.open(file)


def test_a_trusted_python_model_runs_forward_only_when_it_has_no_loss(file):
    with gs.open(file, trust=True) as session:
        session.run()
        assert value(session, "y").tolist() == [[5.0], [11.0]]
        assert session.gradient("w") is None
        assert [step.kind for step in session.iteration_steps] == ["data", "zero", "forward"]


@pytest.mark.parametrize(("loss", "expected"), [("sum", [[4.0], [6.0]]), ("mean", [[2.0], [3.0]])])
def test_a_loss_can_be_attached_to_a_model_that_has_none(file, loss, expected):
    with gs.open(file, trust=True, loss=loss) as session:
        session.run()
        assert gradient(session, "w").tolist() == expected


def test_a_loss_with_a_target_adds_an_input_for_it(file):
    with pytest.raises(InputError, match=r"input target .* has no data"):
        gs.open(file, trust=True, loss="mse")
    with gs.open(file, trust=True, loss="mse", inputs={"target": [[5.0], [10.0]]}) as session:
        session.run()
        assert session.loss == 0.5


def test_an_unknown_loss_names_the_known_ones(file):
    with pytest.raises(InputError, match=r"no value or loss “hinge”.*cross_entropy"):
        gs.open(file, trust=True, loss="hinge")


def test_a_loss_that_is_no_single_number_is_refused(file):
    with pytest.raises(InputError, match="the loss must be one number, but y is batch×1"):
        gs.open(file, trust=True, loss="y")


def test_an_optimizer_and_its_rate_can_be_named(file):
    with gs.open(file, trust=True, loss="sum", optimizer="sgd:0.5") as session:
        session.run()
        assert value(session, "w").tolist() == [[-1.0], [-1.0]]


def test_an_unknown_optimizer_names_the_known_ones():
    with pytest.raises(InputError, match=r"no optimizer “lion”.*adam"):
        gs.open("xor", optimizer="lion")


def test_dtype_replaces_every_floating_type_and_rounds_the_weights_once():
    with gs.open("xor", dtype="float64") as wide, gs.open("xor") as narrow:
        assert value(wide, "W1").dtype == np.float64
        assert np.array_equal(value(wide, "W1").astype(np.float32), value(narrow, "W1"))


def test_a_dtype_that_is_not_floating_is_refused():
    with pytest.raises(
        InputError,
        match="“int8” is no type that is computed with here; choose one of float64, float32, float16",
    ):
        gs.open("xor", dtype="int8")


def test_inputs_of_a_wrong_shape_are_told_with_both_shapes():
    with pytest.raises(InputError, match="input x should be batch×2 but the data is 4×3"):
        gs.open("xor", inputs={"x": np.zeros((4, 3))})


def test_inputs_that_disagree_on_the_batch_are_told():
    with pytest.raises(InputError, match="“batch” is 3 in x but 4 in y"):
        gs.open("xor", inputs={"x": np.zeros((3, 2))})


def test_an_unknown_input_names_the_known_ones():
    with pytest.raises(InputError, match="z is not an input of xor; its inputs are x, y"):
        gs.open("xor", inputs={"z": np.zeros(3)})


def test_data_with_nan_stops_at_the_data_and_the_session_goes_on():
    with gs.open("xor", inputs={"x": [[0, 0], [0, np.nan], [1, 0], [1, 1]]}) as session:
        stop = session.run()
        assert (stop.reason, stop.position) == ("problem", 1)
        assert stop.problem is not None
        assert "the data of x[1, 1] holds NaN" in str(stop.problem.sentence)
        assert session.run().position == 19


def test_a_seed_changes_the_initial_weights():
    with gs.open("xor", seed=1) as one, gs.open("xor", seed=1) as same, gs.open("xor", seed=2) as other:
        assert one.fingerprint() == same.fingerprint() != other.fingerprint()


def test_an_unknown_backend_is_told():
    with pytest.raises(BackendError):
        gs.open("xor", backend="abacus")


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("512 MB", 512 * 2**20),
        ("1.5GB", 3 * 2**29),
        ("7", 7),
        (9, 9),
        (1e3, 1000),
        ("2tb", 2**41),
        ("9" * 400 + " GB", 2**62),
    ],
)
def test_a_size_is_read(text, size):
    assert parse_size(text) == size


@pytest.mark.parametrize("text", ["", "much", "-1 MB", "3 apples"])
def test_a_size_that_is_none_is_refused(text):
    with pytest.raises(InputError, match="a size is a number with"):
        parse_size(text)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"source": None}, "is opened, not None"),
        ({"source": gs.Builder("b")}, "not Builder .of a builder, open what build"),
        ({"source": ""}, "no sample or file named “”"),
        ({"source": "a" * 5000}, "no sample or file named “aaa"),
        ({"source": "a\0b"}, "no sample or file named"),
        ({"dtype": "int8"}, "“int8” is no type"),
        ({"dtype": "bfloat16"}, "“bfloat16” is no type"),
        ({"seed": 1.5}, "the seed is a whole number, not 1.5"),
        ({"seed": None}, "the seed is a whole number, not None"),
        ({"memory": None}, "a size is a number with"),
        ({"memory": -1}, "a size is a number with"),
        ({"memory": float("nan")}, "a size is a number with"),
        ({"backend": None}, "the name of a backend is a text"),
        ({"inputs": {"x": [[1], [2, 3]]}}, "input x takes numbers"),
        ({"loss": ["h"]}, "no value or loss"),
        ({"optimizer": gs.optimizers.SGD}, "an operation that updates"),
        ({"optimizer": "sgd:nan"}, "lr of an optimizer is a number"),
    ],
)
def test_options_that_make_no_sense_are_told(options, told):
    with pytest.raises(GraphScopeError, match=told):
        gs.open(**{"source": "xor", **options})


def test_options_may_be_numpys():
    with (
        gs.open("xor", seed=np.int64(3), dtype=np.float64) as one,  # pyright: ignore[reportArgumentType]
        gs.open("xor", seed=3, dtype="float64") as other,
    ):
        assert one.fingerprint() == other.fingerprint()


def test_every_public_name_is_there():
    for name in gs.__all__:
        assert getattr(gs, name) is not None
    with pytest.raises(AttributeError, match="graphscope has no nothing"):
        gs.nothing  # noqa: B018
    assert issubclass(InputError, GraphScopeError)
