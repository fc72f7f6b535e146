"""``graphscope run --until``: runs until a condition holds, and says whether it did."""

from __future__ import annotations

import json

import pytest

from graphscope.__main__ import main
from graphscope.app.language import words


def graphscope(capsys, *words: str) -> tuple[int, str, str]:
    status = main(list(words))
    out, err = capsys.readouterr()
    return status, out, err


def test_it_runs_until_the_condition_holds(capsys):
    status, out, _ = graphscope(capsys, "run", "xor", "--until", "loss < 0.7", "--json")
    told = json.loads(out)
    losses = [row["loss"] for row in told["iterations"]]
    assert status == 0
    assert losses[-1] < 0.7 <= min(losses[:-1])
    assert told["until"] == {"condition": "loss < 0.7", "holds": True}


def test_it_says_in_words_where_the_condition_holds(capsys):
    _, out, _ = graphscope(capsys, "run", "xor", "--until", "iteration >= 4")
    assert out.splitlines()[-1] == "iteration >= 4 holds after 5 iterations"


def test_a_long_run_prints_few_lines_the_last_among_them_and_says_so(capsys):
    _, out, _ = graphscope(capsys, "run", "xor", "--until", "loss < 0.05")
    *told, left_out, held = out.splitlines()
    numbers = [int(line.split()[1].rstrip(":")) for line in told]
    last = numbers[-1]
    assert numbers == [*range(10), *range(10, 100, 10), 100, last]
    assert left_out == f"{len(numbers)} of {last + 1} iterations are printed; --json has them all"
    assert held == f"loss < 0.05 holds after {last + 1} iterations"
    _, out, _ = graphscope(capsys, "run", "xor", "--until", "loss < 0.05", "--json")
    assert [row["iteration"] for row in json.loads(out)["iterations"]] == list(range(last + 1))


def test_a_short_run_prints_every_iteration_and_nothing_of_lines_left_out(capsys):
    _, out, _ = graphscope(capsys, "run", "xor", "--iterations", "11")
    assert len(out.splitlines()) == 11


def test_a_condition_that_never_holds_is_a_failure_that_is_told(capsys):
    status, out, err = graphscope(capsys, "run", "xor", "--until", "loss < 0", "-n", "3", "--json")
    assert status == 1
    assert json.loads(out)["until"]["holds"] is False
    assert len(json.loads(out)["iterations"]) == 3
    assert "did not hold at the end of any of 3 iterations" in err


@pytest.mark.parametrize("condition", ["los < 1", "loss <", "W1 > 0"])
def test_what_is_no_condition_is_refused_with_its_column(capsys, condition):
    status, out, err = graphscope(capsys, "run", "xor", "--until", condition)
    assert status == 1
    assert out == ""
    assert "column" in err


def test_a_breakpoint_comes_before_the_condition(capsys):
    line = ("run", "xor", "--until", "iteration >= 9", "--break", "iteration:2", "--json")
    status, out, _ = graphscope(capsys, *line)
    assert status == 1
    assert json.loads(out)["stops"][0]["breakpoint"] == "iteration:2"


def test_help_tells_of_it_in_both_languages(capsys, monkeypatch):
    for language, word in (("en", "until this holds"), ("ko_KR.UTF-8", "성립할 때까지")):
        monkeypatch.setenv("LC_ALL", language)
        words.cache_clear()
        with pytest.raises(SystemExit):
            main(["run", "--help"])
        assert word in capsys.readouterr().out
    words.cache_clear()
