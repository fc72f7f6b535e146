"""`.gscope` files: written, read, damaged."""

import json
import random
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from graphscope.app.samples import samples
from graphscope.errors import GraphScopeError, ModelError
from graphscope.model import archive

XOR = next(sample for sample in samples() if sample.name == "xor")


@pytest.fixture
def xor(tmp_path):
    path = tmp_path / "xor.gscope"
    archive.write(path, XOR.model())
    return path


def test_a_model_is_the_same_after_it_was_written_and_read(xor):
    assert archive.read(xor).digest() == XOR.model().digest()


def test_equal_models_make_equal_files(xor, tmp_path):
    archive.write(tmp_path / "again.gscope", XOR.model())
    assert (tmp_path / "again.gscope").read_bytes() == xor.read_bytes()


def test_other_tools_can_read_its_arrays(xor, tmp_path):
    import numpy as np

    with ZipFile(xor) as file:
        file.extractall(tmp_path)
    assert np.load(tmp_path / "arrays" / "0.npy").ndim <= 2
    assert json.loads((tmp_path / "model.json").read_text())["format"] == "gscope"


def replaced(path, name, content, method=ZIP_DEFLATED):
    with ZipFile(path) as file:
        members = {each: file.read(each) for each in file.namelist()}
    members[name] = content
    with ZipFile(path, "w", method) as file:
        for each, raw in members.items():
            file.writestr(each, raw)
    return path


def test_a_later_version_is_told(xor):
    text = json.dumps({"format": "gscope", "version": 2, "model": None}).encode()
    with pytest.raises(ModelError, match="version 2 of the format, and this GraphScope reads version 1"):
        archive.read(replaced(xor, archive.TEXT, text))


def head(shape, dtype="<f8"):
    told = f"{{'descr': '{dtype}', 'fortran_order': False, 'shape': {shape}}}".ljust(117) + "\n"
    return b"\x93NUMPY\x01\x00" + len(told).to_bytes(2, "little") + told.encode()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no array",
        head((10**12,)),
        head((-4,)),
        head((2,), "|O") + b"\x80\x04N.",
        head((2, 2)) + bytes(24),
        head("__import__('os')"),
    ],
)
def test_an_array_that_lies_about_itself_is_refused(xor, content):
    with pytest.raises(ModelError, match="is damaged or no file of GraphScope"):
        archive.read(replaced(xor, archive.ARRAY.format(number=0), content))


def test_a_bomb_is_not_unpacked(xor, monkeypatch):
    monkeypatch.setattr(archive, "TEXT_LIMIT", 2**20)
    with pytest.raises(ModelError, match="larger than 1048576 bytes"):
        archive.read(replaced(xor, archive.TEXT, b" " * 2**24))


def test_no_damage_escapes_a_sentence(xor, tmp_path):
    """Bytes turned, cut off, or put in: each file is read as the same kind of thing or refused."""
    dice, whole = random.Random(5), xor.read_bytes()
    path = tmp_path / "damaged.gscope"
    said = []
    for _ in range(300):
        raw = bytearray(whole)
        for _ in range(dice.randint(1, 4)):
            raw[dice.randrange(len(raw))] = dice.randrange(256)
        if dice.random() < 0.3:
            del raw[dice.randrange(len(raw)) :]
        path.write_bytes(raw)
        try:
            archive.read(path)
        except GraphScopeError as error:
            said.append(str(error))
    assert len(said) > 200
    assert all("\n" not in sentence and len(sentence) < 500 for sentence in said)
