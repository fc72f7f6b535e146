"""``graphscope new``: a model from an expression, with its table of names on the command line."""

from graphscope.app import cli
from graphscope.importers.python_model import read


def graphscope(capsys, *words):
    status = cli.execute(cli.parse(words))
    out, err = capsys.readouterr()
    return status, out, err


def test_an_expression_is_written_as_a_model_that_opens(capsys, tmp_path):
    path = tmp_path / "line.py"
    line = ["new", "mean((x @ W + b - y)**2)", "--shape", "x=8,3", "--data", "W=ones", "--role", "b=constant"]
    status, out, err = graphscope(capsys, *line, "--optimizer", "adam:0.5", "--out", str(path))
    assert (status, err) == (0, "")
    assert out == f"{path} is written; open it with: graphscope {path} --trust\n"
    model = read(path)
    assert model.name == "line"
    assert model.graph.value("x").spec.shape == (8, 3)
    assert model.graph.parameters == ("W",)
    assert model.optimizer is not None


def test_each_argument_is_a_line_and_without_a_file_it_is_printed(capsys):
    status, out, _ = graphscope(capsys, "new", "h = tanh(x @ W)", "mean(h)")
    assert status == 0
    assert '    h = g.call(gs.ops.Tanh(), x @ W, name="h")\n' in out


def test_a_mistake_is_one_sentence_with_its_column(capsys, tmp_path):
    status, out, err = graphscope(capsys, "new", "tanhh(x)", "--out", str(tmp_path / "a.py"))
    assert (status, out) == (1, "")
    assert err == "graphscope: there is no function “tanhh”; did you mean tanh, atanh, tan? (column 1)\n"
    assert not list(tmp_path.iterdir())


def test_a_pair_without_a_name_is_refused(capsys):
    status, _, err = graphscope(capsys, "new", "x * 2", "--shape", "8,2")
    assert status == 1
    assert "--shape is given as NAME=…, not “8,2”" in err


def test_another_ending_is_refused(capsys, tmp_path):
    status, _, err = graphscope(capsys, "new", "x * 2", "--out", str(tmp_path / "a.onnx"))
    assert status == 1
    assert "a model is written as .py, not “.onnx”" in err
