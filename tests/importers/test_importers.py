"""The ways in for model files: what is read, what is refused, and in which words."""

import pytest

from graphscope import importers
from graphscope.errors import GraphScopeError, ModelError, TrustError


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


def test_an_unknown_format_names_the_known_ones(tmp_path):
    with pytest.raises(ModelError, match=r"notes\.txt is in no format that GraphScope reads; it reads \.py"):
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
        (b"def build(): return 3", "it returned int"),
        (b"def build():\n    import nowhere_at_all", "stopped with ModuleNotFoundError in line 2"),
    ],
)
def test_a_broken_program_is_told_with_its_line(tmp_path, program, told):
    with pytest.raises(ModelError, match=told):
        importers.read(write(tmp_path, "m.py", program), trust=True)


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
