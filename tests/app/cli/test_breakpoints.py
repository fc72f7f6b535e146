"""``graphscope run --break``: it stops there, says where and why, and ends with 0."""

from __future__ import annotations

import json

import pytest

from graphscope.app import cli
from graphscope.app.language import words


def run(capsys: pytest.CaptureFixture[str], *line: str) -> tuple[int, str, str]:
    status = cli.execute(cli.parse(["run", *line]))
    out, err = capsys.readouterr()
    return status, out, err


def test_it_tells_position_reason_and_steps(capsys) -> None:
    status, out, _ = run(capsys, "xor", "--break", "node:m2@backward")
    assert status == 0
    assert out.splitlines() == [
        "position 11: Stopped at the breakpoint node:m2@backward.",
        "  Just ran: Add backward → ∂L/∂m2, ∂L/∂b2.",
        "  Next: MatMul backward → ∂L/∂h, ∂L/∂W2.",
    ]


def test_the_document_has_the_iterations_before_and_the_stop(capsys) -> None:
    status, out, _ = run(capsys, "xor", "--json", "--break", "off nan", "--break", "iteration:2")
    told = json.loads(out)
    assert status == 0
    assert [row["iteration"] for row in told["iterations"]] == [0, 1]
    (stop,) = told["stops"]
    assert (stop["reason"], stop["position"], stop["breakpoint"]) == ("breakpoint", 38, "iteration:2")
    assert (stop["last"]["kind"], stop["next"]["kind"], stop["next"]["iteration"]) == ("update", "data", 2)


def test_a_problem_is_told_as_such(capsys, tmp_path) -> None:
    import numpy as np

    np.save(tmp_path / "x.npy", np.full((4, 2), np.inf, dtype=np.float32))
    line = ("xor", "--input", f"x={tmp_path / 'x.npy'}", "--json", "--break", "nan")
    status, out, _ = run(capsys, *line)
    (stop,) = json.loads(out)["stops"]
    assert (status, stop["reason"], stop["breakpoint"]) == (0, "problem", "nan")
    assert "Inf" in stop["problem"]
    status, _, err = run(capsys, *line, "--fail-on", "nan")
    assert (status, "Inf" in err) == (1, True)


def test_a_breakpoint_that_is_never_reached_is_told(capsys) -> None:
    status, out, _ = run(capsys, "xor", "-n", "3", "--break", "if loss < 0")
    assert status == 0
    assert out.splitlines()[-1] == "no breakpoint was reached in 3 iterations"
    _, out, _ = run(capsys, "xor", "-n", "3", "--json", "--break", "if loss < 0")
    assert json.loads(out)["stops"] == []


def test_the_document_has_no_stops_where_nobody_asked_for_any(capsys) -> None:
    _, out, _ = run(capsys, "xor", "--json")
    assert "stops" not in json.loads(out)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("nonsense", "is no breakpoint"), ("node:m9", "did you mean"), ("node:m2 if loss >", "column 7")],
)
def test_what_is_no_breakpoint_ends_with_1_and_one_sentence(capsys, text: str, expected: str) -> None:
    status, out, err = run(capsys, "xor", "--break", text)
    assert (status, out) == (1, "")
    assert expected in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(("language", "expected"), [("en", "stop there"), ("ko", "그곳에서 멈춤")])
def test_the_help_explains_it_in_the_language_of_the_user(
    capsys, monkeypatch, language: str, expected: str
) -> None:
    monkeypatch.setenv("GRAPHSCOPE_LANGUAGE", language)
    words.cache_clear()
    with pytest.raises(SystemExit):
        cli.parse(["run", "--help"])
    words.cache_clear()
    assert expected in capsys.readouterr().out
