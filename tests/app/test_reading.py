"""Model files are read in a process of its own: what it does wrong becomes a sentence."""

import json
import sys
from zipfile import ZipFile

import pytest

from graphscope.app import reading
from graphscope.app.samples import samples
from graphscope.errors import GraphScopeError, ModelError, ShapeError
from graphscope.model import archive
from graphscope.service import codec

XOR = next(sample for sample in samples() if sample.name == "xor")


@pytest.fixture
def xor(tmp_path):
    path = tmp_path / "xor.gscope"
    archive.write(path, XOR.model())
    return path


def python(program):
    return (sys.executable, "-c", program)


def test_a_model_arrives_whole(xor):
    assert reading.read(xor).digest() == XOR.model().digest()


def test_a_file_with_a_strange_name_arrives_too(tmp_path):
    path = tmp_path / "모델 \udcff <b>.gscope"
    archive.write(path, XOR.model())
    assert reading.read(path).name == "xor"


def test_a_sentence_of_the_reader_arrives_as_it_was_said(tmp_path):
    path = tmp_path / "bad.gscope"
    path.write_bytes(b"no zip at all")
    with pytest.raises(ModelError, match=r"bad\.gscope is damaged or no file of GraphScope"):
        reading.read(path)


def test_a_program_is_asked_about_and_runs_here(tmp_path):
    path = tmp_path / "m.py"
    path.write_text("import sys\nsys.was_here = True\n" + XOR.folder.joinpath("model.py").read_text())
    with pytest.raises(GraphScopeError, match="is a program"):
        reading.read(path)
    try:
        assert reading.read(path, trust=True).name == "xor"
        assert sys.was_here  # pyright: ignore[reportAttributeAccessIssue]
    finally:
        del sys.was_here  # pyright: ignore[reportAttributeAccessIssue]


@pytest.mark.parametrize(
    "program",
    [
        "import os; os.abort()",
        "import ctypes; ctypes.string_at(0)",
        "raise SystemExit(3)",
        "print('hello')",
        "import sys; sys.stdout.buffer.write(b'GSCP' + bytes(3)); sys.exit()",
    ],
)
def test_a_reader_that_crashes_is_told(xor, program):
    with pytest.raises(ModelError, match=r"xor\.gscope cannot be read: its reader crashed on it"):
        reading.read(xor, command=python(program))


def test_a_reader_that_hangs_is_ended(xor, monkeypatch):
    monkeypatch.setattr(reading, "SECONDS", 0.1)
    with pytest.raises(ModelError, match="was not read within"):
        reading.read(xor, command=python("import time; time.sleep(60)"))


def test_a_reader_that_computes_without_end_is_ended_after_its_share_of_the_processor(xor, monkeypatch):
    monkeypatch.setattr(reading, "BUSY", 1000)
    program = "from graphscope.app.reading import bound_time; bound_time(1)\nwhile True: pass"
    with pytest.raises(ModelError, match="was not read within"):
        reading.read(xor, command=python(program))


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux bounds memory")
def test_a_reader_that_fills_the_memory_is_stopped():
    import subprocess

    program = "from graphscope.app.reading import bound_memory; bound_memory(2**29); bytearray(2**30)"
    ended = subprocess.run(python(program), capture_output=True, text=True, check=False)
    assert "MemoryError" in ended.stderr


def test_every_sentence_survives_the_way():
    inner = ShapeError("{op} takes {names} ({count} given)", op="Add", names="x, y", count=1)
    error = ModelError(
        "{file} cannot be read ({reason}); is it complete?", file="x.onnx", reason=inner.sentence
    ).at("l.py:3")
    again = codec.decode(codec.encode(error)[0], bytearray())
    assert str(again) == str(error)
    assert again.where == "l.py:3"
    assert type(again) is ModelError


def test_a_layer_that_is_refused_is_told_as_the_importer_said_it(tmp_path):
    entry = {"class_name": "InputLayer", "config": {"name": "i", "batch_shape": [None, 3]}}
    layer = {"class_name": "Activation", "config": {"name": "a", "activation": "nothing"}}
    told = {"class_name": "Sequential", "config": {"name": "m", "layers": [entry, layer]}}
    path = tmp_path / "m.keras"
    with ZipFile(path, "w") as file:
        file.writestr("config.json", json.dumps(told))
    with pytest.raises(ModelError, match="the activation nothing is not computed here"):
        reading.read(path)
