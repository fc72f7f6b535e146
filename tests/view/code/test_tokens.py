"""Lines of Python are taken apart as Python itself does it."""

from __future__ import annotations

import pytest

from graphscope.app.samples import samples
from graphscope.view.code.tokens import tokens


def parts(line: str, inside: str = "") -> list[tuple[str, str]]:
    found, _ = tokens(line, inside)  # type: ignore[arg-type]
    return [(each.kind, line[each.start : each.start + each.length]) for each in found]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("def build():", [("keyword", "def "), ("definition", "build")]),
        ("x = 1.5e-3 + .5 # why 2", [("number", "1.5e-3"), ("number", ".5"), ("comment", "# why 2")]),
        ("w1 = layer2.out", []),
        ("g.input('x', \"#\")", [("call", "input"), ("string", "'x'"), ("string", '"#"')]),
        (r"a = 'it\'s' + b", [("string", r"'it\'s'")]),
        ("for i in range(3):", [("keyword", "for"), ("keyword", "in"), ("call", "range"), ("number", "3")]),
        ('f"{x}"', [("string", 'f"{x}"')]),
        ('"""One."""', [("string", '"""One."""')]),
        ("# 주석: 층 하나", [("comment", "# 주석: 층 하나")]),
        ("'not closed", [("string", "'not closed")]),
        ("notable = 0xff", [("number", "0xff")]),
        ("", []),
    ],
)
def test_a_line_has_these_parts(line: str, expected: list[tuple[str, str]]) -> None:
    assert parts(line) == expected


def test_a_string_goes_on_over_lines() -> None:
    _, inside = tokens('x = """begins')
    assert inside == '"""'
    assert tokens("def # 1", inside) == ([("string", 0, 7)], '"""')
    assert parts('ends""" + 1', inside) == [("string", 'ends"""'), ("number", "1")]
    assert tokens('ends"""', inside)[1] == ""


def test_a_quote_that_is_escaped_ends_no_string() -> None:
    assert tokens(r'a \""" b', '"""')[1] == '"""'
    assert tokens(r'a \\""" b', '"""')[1] == ""


@pytest.mark.parametrize("sample", samples(), ids=lambda sample: sample.name)
def test_no_sample_ends_inside_a_string(sample) -> None:
    inside = ""
    for line in (sample.folder / "model.py").read_text(encoding="utf-8").splitlines():
        found, inside = tokens(line, inside)
        assert all(each.start >= 0 and each.start + each.length <= len(line) for each in found)
    assert inside == ""
