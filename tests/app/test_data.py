"""Data from files: what is read, which input it goes to, and what is told where it fits none."""

import numpy as np
import pytest
from PIL import Image

import graphscope as gs
from graphscope.app.data import SUFFIXES, read_all
from graphscope.errors import InputError
from graphscope.model.binding import bound


def model(**inputs):
    g = gs.Builder("m")
    for name, (shape, dtype) in inputs.items():
        value = g.input(name, shape, dtype=dtype, gradient=dtype == "float32" and name != "label")
        last = g.call(gs.ops.Identity(), value) if dtype == "float32" else value
    g.output(g.call(gs.ops.Identity(), last))
    return g.build()


PAIR = {"x": (("batch", 2), "float32"), "label": (("batch",), "int64")}
IMAGE = {"x": (("batch", 1, 4, 4), "float32")}


def given(tmp_path, wanted, *files):
    return bound(
        model(**wanted), read_all(str(tmp_path / each) if "=" not in each else each for each in files)
    )


def test_an_array_goes_to_the_input_that_it_fits(tmp_path):
    np.save(tmp_path / "a.npy", np.ones((3, 2)))
    assert given(tmp_path, PAIR, "a.npy")["x"].shape == (3, 2)


def test_arrays_go_to_the_inputs_of_their_names(tmp_path):
    np.savez(tmp_path / "a.npz", label=np.zeros(3, int), x=np.ones((3, 2)))
    found = given(tmp_path, PAIR, "a.npz")
    assert found["x"].all()
    assert found["label"].dtype == np.int64


def test_what_is_right_goes_by_its_usual_names(tmp_path):
    np.savez(tmp_path / "a.npz", y=np.arange(3), data=np.ones((3, 2)))
    assert list(given(tmp_path, PAIR, "a.npz")["label"]) == [0, 1, 2]


def test_one_of_several_arrays_can_be_named(tmp_path):
    np.savez(tmp_path / "a.npz", a=np.zeros((3, 2)), b=np.ones((3, 2)))
    assert given(tmp_path, PAIR, f"x={tmp_path / 'a.npz'}::b")["x"].all()
    with pytest.raises(InputError, match="holds the arrays a, b; say which one input x takes"):
        given(tmp_path, PAIR, f"x={tmp_path / 'a.npz'}")


def test_a_table_gives_its_columns_by_name_and_the_rest_in_order(tmp_path):
    (tmp_path / "t.csv").write_text("label,p,q\n1,0.5,0.25\n0,1,2\n")
    found = given(tmp_path, PAIR, "t.csv")
    assert found["x"].tolist() == [[0.5, 0.25], [1, 2]]
    assert found["label"].tolist() == [1, 0]


def test_a_table_without_a_head_is_read_from_the_left_to_the_right(tmp_path):
    (tmp_path / "t.csv").write_text("0.5,0.25,1\n1,2,0\n")
    assert given(tmp_path, PAIR, "t.csv")["label"].tolist() == [1, 0]


def test_rows_of_pixels_become_pictures(tmp_path):
    np.save(tmp_path / "a.npy", np.arange(32).reshape(2, 16))
    assert given(tmp_path, IMAGE, f"x={tmp_path / 'a.npy'}")["x"].shape == (2, 1, 4, 4)


def test_a_picture_is_resized_and_scaled_from_0_to_1(tmp_path):
    Image.new("RGB", (8, 8), (255, 255, 255)).save(tmp_path / "p.png")
    found = given(tmp_path, IMAGE, "p.png")["x"]
    assert found.shape == (1, 1, 4, 4)
    assert (found == 1).all()


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("t.csv", b"", "it is empty"),
        ("t.csv", b"a,b\n1,two\n", "line 2 of t.csv is not 2 numbers"),
        ("t.csv", b"1,2\n3\n", "line 2 of t.csv is not 2 numbers"),
        ("t.csv", b"\xff\xfe\x00", "cannot be read as data"),
        ("a.npy", b"nothing", "holds no plain numbers"),
        ("a.npz", b"nothing", "cannot be read as data"),
        ("p.png", b"nothing", "cannot be read as data"),
        ("a.txt", b"1 2 3", "holds no data that is read here; give a .npy"),
    ],
)
def test_what_is_no_data_is_told_in_a_sentence(tmp_path, name, content, told):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=told):
        given(tmp_path, PAIR, name)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_file_that_is_not_there_is_told(tmp_path, suffix):
    with pytest.raises(InputError, match="No such file"):
        given(tmp_path, PAIR, f"gone{suffix}")


def test_data_that_fits_no_input_is_told_with_what_the_inputs_are(tmp_path):
    np.save(tmp_path / "a.npy", np.ones((3, 5)))
    with pytest.raises(
        InputError, match=r"a\.npy holds 3×5, which fits no input of m \(x batch×2, label batch\)"
    ):
        given(tmp_path, {**PAIR}, "a.npy")


def test_a_run_takes_batches_of_a_file(tmp_path):
    np.savez(tmp_path / "d.npz", x=np.random.default_rng(0).normal(size=(10, 2)), y=np.ones((10, 1)))
    with gs.open("xor", data=tmp_path / "d.npz", batch=4) as session:
        session.iterate(3)
        assert np.asarray(session.value("x")).shape == (2, 2)  # 4, 4 and the 2 that are left
        session.iterate()
        assert np.asarray(session.value("x")).shape == (4, 2)
