"""The command line: its documents, its exit statuses, its sentences."""

import json
import math

import numpy as np
import pytest

import graphscope as gs
from graphscope.app import cli
from graphscope.app.samples import samples

STEP_FIELDS = set(
    "position iteration kind phase node op scope frame inputs outputs shapes norms seconds".split()
)


def graphscope(capsys, *words):
    status = cli.execute(cli.parse(words))
    out, err = capsys.readouterr()
    return status, out, err


def document(capsys, *words):
    status, out, _ = graphscope(capsys, *words, "--json")
    return status, json.loads(out, parse_constant=pytest.fail)


def test_samples_are_listed_in_teaching_order(capsys):
    _, listed = document(capsys, "samples")
    names = [row["name"] for row in listed]
    assert names[:6] == "apple_shop fan_out linear_regression xor digits_softmax digits_cnn".split()
    assert names == [sample.name for sample in samples()]


def test_run_tells_the_loss_of_each_iteration(capsys):
    status, told = document(capsys, "run", "xor", "--iterations", "3", "--seed", "5")
    assert status == 0
    assert (told["model"], told["backend"], told["dtype"], told["seed"]) == ("xor", "numpy", "float32", 5)
    assert [row["iteration"] for row in told["iterations"]] == [0, 1, 2]
    assert all(math.isfinite(row["loss"]) and row["seconds"] > 0 for row in told["iterations"])


def test_run_tells_one_iteration_by_default_in_words(capsys):
    status, out, _ = graphscope(capsys, "run", "apple_shop")
    assert (status, out) == (0, "iteration 0: loss 715\n")


def test_steps_tells_every_step_of_one_iteration(capsys):
    _, rows = document(capsys, "steps", "xor")
    assert [row["position"] for row in rows] == list(range(1, 20))
    assert all(set(row) == STEP_FIELDS for row in rows)
    backward = next(row for row in rows if row["kind"] == "backward" and row["node"] == "m2")
    assert backward["shapes"] == {"∂(m2→0)": [4, 4], "∂(m2→1)": [4, 1]}
    assert backward["inputs"] == ["∂m2", "h", "W2"]


def test_labels_have_no_norm(capsys):
    _, rows = document(capsys, "steps", "digits_softmax")
    assert rows[0]["norms"]["y"] is None
    assert rows[0]["norms"]["x"] > 0


def test_numbers_that_are_not_finite_are_words_in_json(capsys, tmp_path):
    np.save(tmp_path / "x.npy", np.full((4, 2), np.nan, np.float32))
    status, told = document(capsys, "run", "xor", "--input", f"x={tmp_path / 'x.npy'}")
    assert (status, told["iterations"][0]["loss"]) == (0, "nan")


def test_a_nan_loss_fails_only_when_asked_to(capsys, tmp_path):
    np.save(tmp_path / "x.npy", np.full((4, 2), np.nan, np.float32))
    status, _, err = graphscope(
        capsys, "run", "xor", "--input", f"x={tmp_path / 'x.npy'}", "--fail-on", "nan"
    )
    assert (status, err) == (1, "graphscope: the loss of iteration 0 is nan\n")


@pytest.mark.parametrize(
    "sample",
    "apple_shop fan_out linear_regression xor digits_softmax digits_cnn silent_broadcast deep_sigmoid".split(),
)
def test_check_finds_every_gradient_of_the_samples_right(capsys, sample):
    status, told = document(capsys, "check", sample)
    assert status == 0
    assert told["problems"] == []
    assert told["gradients"]
    assert all(row["error"] < 1e-5 for row in told["gradients"])


def test_a_problem_is_one_sentence_on_standard_error_and_status_1(capsys):
    status, out, err = graphscope(capsys, "run", "nothing")
    assert (status, out) == (1, "")
    assert err.startswith("graphscope: there is no sample or file named “nothing”")
    assert len(err.splitlines()) == 1


def test_a_problem_is_a_json_document_where_json_was_asked_for(capsys):
    status, told = document(capsys, "steps", "nothing")
    assert status == 1
    assert "nothing" in told["error"]


@pytest.mark.parametrize("words", [["run"], ["run", "xor", "--iterations", "many"], ["--nonsense"]])
def test_a_line_that_is_wrong_ends_with_status_2(words, capsys):
    with pytest.raises(SystemExit) as ended:
        cli.parse(words)
    assert ended.value.code == 2


@pytest.mark.parametrize("pair", ["x", "x=", "=file"])
def test_an_input_that_is_no_pair_is_told(capsys, pair):
    status, _, err = graphscope(capsys, "run", "xor", "--input", pair)
    assert status == 1
    assert "NAME=FILE" in err or "give a .npy" in err


def test_an_input_file_that_holds_no_array_is_told(capsys, tmp_path):
    (tmp_path / "x.npy").write_bytes(b"not an array")
    status, _, err = graphscope(capsys, "run", "xor", "--input", f"x={tmp_path / 'x.npy'}")
    assert status == 1
    assert "it holds no plain numbers; save them with numpy.save" in err


def test_a_pickle_is_refused_without_advice_to_load_it(capsys, tmp_path):
    np.save(tmp_path / "x.npy", np.array([{}]), allow_pickle=True)
    _, _, err = graphscope(capsys, "run", "xor", "--input", f"x={tmp_path / 'x.npy'}")
    assert "it holds no plain numbers; save them with numpy.save" in err
    assert "allow_pickle" not in err


def program(tmp_path, body):
    file = tmp_path / "m.py"
    lines = [
        "import graphscope as gs",
        "def build():",
        "    g = gs.Builder('m')",
        *body,
        "    return g.build()",
    ]
    file.write_text("\n".join(lines), encoding="utf-8")
    return str(file)


def test_what_a_model_prints_does_not_get_into_the_document(capsys, tmp_path):
    file = program(tmp_path, ["    print('hello')", "    g.loss(g.parameter('w', 3.0) * 2)"])
    status, told = document(capsys, "run", file, "--trust")
    assert (status, told["iterations"][0]["loss"]) == (0, 6.0)


def test_check_looks_at_inputs_as_well(capsys, tmp_path):
    file = program(tmp_path, ["    g.loss(g.input('x') * 2)", "    g.feed({'x': 3.0})"])
    status, told = document(capsys, "check", file, "--trust")
    assert (status, [row["name"] for row in told["gradients"]]) == (0, ["x"])


def test_check_says_why_there_is_nothing_to_check(capsys, tmp_path):
    file = program(tmp_path, ["    g.constant('c', 3.0) * 2"])
    assert "the model has no loss" in graphscope(capsys, "check", file, "--trust")[1]


def test_check_tells_a_problem_on_standard_error_too(capsys, tmp_path):
    file = program(tmp_path, ["    g.parameter('unused', 1.0)", "    g.loss(g.parameter('w', 3.0) * 2)"])
    status, out, err = graphscope(capsys, "check", file, "--trust")
    assert (status, err) == (1, "graphscope: parameter unused has no influence on the loss\n")
    assert "parameter unused" in out


def test_check_is_done_in_float64_and_says_so(capsys):
    status, _, err = graphscope(capsys, "check", "xor", "--dtype", "float32")
    assert status == 1
    assert "gradients are checked in float64" in err


def test_show_writes_an_svg_with_the_numbers_of_the_step(capsys, tmp_path):
    status, _, _ = graphscope(capsys, "show", "apple_shop", "--out", str(tmp_path / "a.svg"), "--at", "8")
    drawing = (tmp_path / "a.svg").read_text(encoding="utf-8")
    assert status == 0
    for number in ("715", "650", "1.1"):
        assert f">{number}<" in drawing


def test_show_draws_values_without_elements(capsys, tmp_path):
    nothing = "g.call(gs.ops.ReduceSum(), g.input('x', ('batch', 0)) @ g.parameter('w', 'zeros', (0, 3)))"
    file = program(tmp_path, [f"    g.loss({nothing})", "    g.feed({'x': [[], []]})"])
    assert graphscope(capsys, "show", file, "--trust", "--out", str(tmp_path / "a.svg"))[::2] == (0, "")


@pytest.mark.parametrize(("ending", "head"), [("png", b"\x89PNG"), ("pdf", b"%PDF")])
def test_show_writes_png_and_pdf_without_a_display(capsys, tmp_path, ending, head, monkeypatch):
    monkeypatch.delenv("DISPLAY", raising=False)
    path = tmp_path / f"a.{ending}"
    status, _, _ = graphscope(capsys, "show", "xor", "--out", str(path))
    assert status == 0
    assert path.read_bytes().startswith(head)


def test_show_refuses_other_formats_and_places_that_are_not_there(capsys, tmp_path):
    assert "not “.gif”" in graphscope(capsys, "show", "xor", "--out", "a.gif")[2]
    assert (
        "cannot be written" in graphscope(capsys, "show", "xor", "--out", str(tmp_path / "no" / "a.svg"))[2]
    )


def test_no_word_or_a_model_means_the_window():
    assert cli.parse([]).command == "window"
    opened = cli.parse(["xor", "--dtype", "float64"])
    assert (opened.command, opened.model, opened.dtype) == ("window", "xor", "float64")


def test_help_and_version_work(capsys):
    for word in ("--help", "--version"):
        with pytest.raises(SystemExit) as ended:
            cli.parse([word])
        assert ended.value.code == 0
    out = capsys.readouterr().out
    assert "graphscope run" in out
    assert "graphscope 0." in out


def test_korean_is_spoken_where_the_system_does(capsys, monkeypatch):
    from graphscope.app.language import words

    monkeypatch.setenv("GRAPHSCOPE_LANGUAGE", "ko")
    words.cache_clear()
    try:
        assert "사과" not in graphscope(capsys, "samples")[1]
        assert "연쇄 법칙" in graphscope(capsys, "samples")[1]
    finally:
        words.cache_clear()


def test_what_a_file_does_not_tell_is_said_beside_the_answer(capsys, tmp_path):
    from dataclasses import replace

    from graphscope.errors import Sentence
    from graphscope.model import archive
    from graphscope.model.note import Note

    with gs.open("xor") as session:
        model = replace(session.model, notes=(Note.of(Sentence("some of it is made up")),))
    archive.write(tmp_path / "m.gscope", model)
    status, out, err = graphscope(capsys, "run", str(tmp_path / "m.gscope"), "--json")
    assert status == 0
    assert err == "graphscope: some of it is made up\n"
    assert json.loads(out)["iterations"]
