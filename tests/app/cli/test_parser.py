"""Lines that are wrong: told in one sentence, in the user's language, as JSON where that is asked for."""

import json

import pytest

from graphscope.app import cli
from graphscope.app.language import words


@pytest.fixture
def korean(monkeypatch):
    monkeypatch.setenv("GRAPHSCOPE_LANGUAGE", "ko")
    words.cache_clear()
    yield
    words.cache_clear()


def complaint(capsys, *line):
    with pytest.raises(SystemExit) as ended:
        cli.parse(line)
    assert ended.value.code == 2
    out, err = capsys.readouterr()
    assert len(err.splitlines()) == 1
    return out, err


WRONG = [
    ("run", "model is missing; graphscope run --help"),
    ("run xor y", "“y” is not understood; graphscope run --help"),
    ("run xor --seed 1.5", "--seed: a whole number is needed, not “1.5”"),
    ("run xor --iterations -5", "0 or more is needed, not -5"),
    ("show xor --out a.svg --at -1", "0 or more is needed, not -1"),
    ("show xor", "--out is missing"),
    ("run xor --backend", "--backend needs something after it"),
    ("run xor --train --eval", "--eval and --train exclude each other"),
    ("run xor --fail-on inf", "--fail-on is one of"),
    ("run xor --tr", "--tr could mean --train, --trust"),
    ("--backend torch run xor", "the command comes first: graphscope run"),
    ("stpes xor", "there is no command “stpes”; did you mean graphscope steps?"),
    ("--nonsense", "“--nonsense” is not understood; graphscope --help"),
]


@pytest.mark.parametrize(("line", "told"), WRONG)
def test_what_is_wrong_with_a_line_is_told(capsys, line, told):
    assert told in complaint(capsys, *line.split())[1]


@pytest.mark.usefixtures("korean")
@pytest.mark.parametrize("line", [line for line, _ in WRONG])
def test_what_is_wrong_with_a_line_is_told_in_korean(capsys, line):
    assert any("가" <= sign <= "힣" for sign in complaint(capsys, *line.split())[1])


def test_a_wrong_line_is_a_document_too_where_json_was_asked_for(capsys):
    out, err = complaint(capsys, "run", "xor", "--iterations", "many", "--json")
    assert json.loads(out)["error"] in err
