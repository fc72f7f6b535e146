"""The ways in for model files: what is read, what is refused, and in which words."""

import os
import sys
import zipfile

import pytest

from graphscope import importers
from graphscope.errors import GraphScopeError, ModelError, TrustError
from graphscope.ops.base import registered


def write(tmp_path, name, content=b""):
    path = tmp_path / name
    path.write_bytes(content)
    return path


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(ModelError, match="cannot be read"):
        importers.read(tmp_path / "gone.py", trust=True)


@pytest.mark.parametrize("name", ["model.pt", "model.pth", "model.pkl"])
def test_a_pickle_is_never_opened(tmp_path, name):
    with pytest.raises(ModelError, match="is a pickle, which can run any program"):
        importers.read(write(tmp_path, name, b"\x80\x04."), trust=True)


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("model.pt", r'graphscope\.capture\(model, x, y, loss, save="run\.gscope"\)'),
        ("frozen.pb", r"python -m tf2onnx\.convert --graphdef frozen\.pb --inputs INPUT:0"),
        ("m.tflite", r"python -m tf2onnx\.convert --tflite m\.tflite --output model\.onnx"),
        ("w.safetensors", "holds weights without a model"),
        ("saved_model.pb", r"tf2onnx\.convert --saved-model .* --output model\.onnx"),
    ],
)
def test_other_formats_are_told_the_line_that_converts_or_captures_them(tmp_path, name, line):
    with pytest.raises(ModelError, match=line):
        importers.read(write(tmp_path, name, b"\x80\x04."))


def test_a_folder_of_tensorflow_is_told_the_line_that_converts_it(tmp_path):
    write(tmp_path, "saved_model.pb")
    with pytest.raises(
        ModelError, match=r"is a SavedModel of TensorFlow.*python -m tf2onnx\.convert --saved-model"
    ):
        importers.read(tmp_path)


def test_a_script_of_pytorch_is_told_from_a_pickle(tmp_path):
    with zipfile.ZipFile(tmp_path / "m.pt", "w") as file:
        file.writestr("m/code/__torch__.py", "")
    with pytest.raises(ModelError, match=r"is TorchScript.*torch\.jit\.load\('m\.pt'\)"):
        importers.read(tmp_path / "m.pt")


def test_an_unknown_format_names_the_known_ones(tmp_path):
    with pytest.raises(
        ModelError, match=r"notes\.txt is in no format that GraphScope reads; it reads .*\.py"
    ):
        importers.read(write(tmp_path, "notes.txt", b"hello"))


def test_a_program_asks_for_trust(tmp_path):
    with pytest.raises(TrustError, match="is a program"):
        importers.read(write(tmp_path, "m.py", b"1/0"))


@pytest.mark.parametrize(
    ("program", "told"),
    [
        (b"x = (", "stopped with SyntaxError in line 1"),
        (b"\n\n1/0", "stopped with ZeroDivisionError in line 3"),
        (b"x = 1", r"needs a function build\(\)"),
        (b"build = 3", r"needs a function build\(\)"),
        (b"def build(): return 3", "it returned int"),
        (b"def build(): pass", "it returned nothing"),
        (b"def build(size): pass", "called without arguments, but it needs size; give them defaults"),
        (b"def build(): raise SystemExit(3)", "ended its own program"),
        (b"x = '\0'", "stopped with SyntaxError: source code"),
        (b"1/0 if True else 0", "stopped with ZeroDivisionError in line 1"),
        (b"def build(): raise ValueError('a\\nb')", "in line 1: a b$"),
        (b"def build(): raise ValueError('x' * 5000)", "x{300}…$"),
        (b"def build():\n    import nowhere_at_all", "stopped with ModuleNotFoundError in line 2"),
    ],
)
def test_a_broken_program_is_told_with_its_line(tmp_path, program, told):
    with pytest.raises(ModelError, match=told):
        importers.read(write(tmp_path, "m.py", program), trust=True)


def test_a_program_can_import_what_lies_beside_it_and_nothing_of_it_stays(tmp_path):
    write(tmp_path, "beside_the_model.py", b"NAME = 'mine'")
    program = b"""
import beside_the_model
import graphscope as gs
def build():
    return gs.Builder(beside_the_model.NAME).build()
"""
    path = list(sys.path)
    assert importers.read(write(tmp_path, "m.py", program), trust=True).name == "mine"
    assert sys.path == path


def test_a_program_with_an_op_of_its_own_can_be_opened_again(tmp_path):
    program = b"""
import graphscope as gs
from graphscope.ops.base import Op
class Twice(Op):
    def infer(self, x):
        return x.like()
    def forward(self, xp, x):
        return 2 * x
def build():
    g = gs.Builder("own op")
    g.call(Twice(), g.input("x"))
    return g.build()
"""
    file = write(tmp_path, "m.py", program)
    assert [importers.read(file, trust=True).graph.nodes[0].op.name for _ in range(2)] == ["Twice", "Twice"]
    assert "Twice" not in registered()


def test_a_folder_without_a_program_is_told(tmp_path):
    with pytest.raises(ModelError, match=r"the folder .* holds no model\.py"):
        importers.read(tmp_path, trust=True)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "m.py")
    with pytest.raises(ModelError, match="neither a file nor a folder"):
        importers.read(tmp_path / "m.py", trust=True)


def test_a_shape_error_in_a_program_names_its_line(tmp_path):
    program = b"""
import graphscope as gs
def build():
    g = gs.Builder("wrong")
    x = g.input("x", ("batch", 2))
    w = g.parameter("w", [[1.0], [2.0], [3.0]])
    return x @ w
"""
    with pytest.raises(GraphScopeError, match=r"x has 2 columns but w has 3 rows.*m\.py:7: return x @ w"):
        importers.read(write(tmp_path, "m.py", program), trust=True)


def test_every_importer_says_what_it_reads():
    found = importers.importers()
    assert found
    for importer in found:
        assert importer.TITLE
        assert all(suffix.startswith(".") for suffix in importer.SUFFIXES)
