"""``graphscope code``: a model as code, layer by layer or as it was written."""

import json
from pathlib import Path

from graphscope.app import cli


def graphscope(capsys, *words):
    status = cli.execute(cli.parse(words))
    out, err = capsys.readouterr()
    assert err == ""
    return status, out


def test_code_prints_a_model_layer_by_layer(capsys):
    status, out = graphscope(capsys, "code", "digits_softmax")
    assert status == 0
    assert "scores = Dense(10)(x)\nloss = cross_entropy(scores, y)\n" in out


def test_code_prints_what_the_author_wrote(capsys):
    _, out = graphscope(capsys, "code", "xor", "--written")
    assert out == Path("sample_models/xor/model.py").read_text(encoding="utf-8")


def test_code_tells_what_each_line_makes(capsys):
    _, out = graphscope(capsys, "code", "xor", "--json")
    told = json.loads(out)
    dense = next(each for each in told["lines"] if "h" in each["values"])
    assert told["built"]
    assert told["text"].splitlines()[dense["line"] - 1].startswith("h = Dense(4")
    assert dense["nodes"] == ["m1", "s1", "h"]
