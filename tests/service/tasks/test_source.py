"""What a window is told of the code of a model: the text that was run, and never a file that it names itself."""

from __future__ import annotations

from pathlib import Path

from graphscope.app.engine import open_session
from graphscope.service.codec import decode, encode
from graphscope.service.requests import Open
from graphscope.service.tasks.source import AskSource, SourceTold
from graphscope.service.worker import Worker


def told(source: object, *, trust: bool = False) -> SourceTold:
    worker = Worker(open_session)
    list(worker.answers(Open(source, trust=trust)))  # type: ignore[arg-type]
    (answer,) = worker.answers(AskSource())
    worker.close()
    assert isinstance(answer, SourceTold)
    return answer


def test_a_sample_is_told_as_its_program_and_as_layers() -> None:
    assert [(code.title, code.built) for code in told("xor").codes] == [("model.py", False), ("", True)]


def test_nothing_is_told_where_nothing_is_open() -> None:
    assert list(Worker(open_session).answers(AskSource())) == []


def test_the_text_is_that_of_the_program_that_ran_not_of_what_lies_there_now(tmp_path: Path) -> None:
    path = tmp_path / "model.py"
    program = """import graphscope as gs\n\n\ndef build():\n    g = gs.Builder("m")\n    g.loss(-g.parameter("p", 1.0))
    return g.build()\n"""
    path.write_text(program, encoding="utf-8")
    worker = Worker(open_session)
    list(worker.answers(Open(path, trust=True)))
    path.write_text("another secret", encoding="utf-8")
    (answer,) = worker.answers(AskSource())
    assert isinstance(answer, SourceTold)
    assert answer.codes[0].text == program


def test_the_answer_crosses_to_another_process_whole() -> None:
    answer = told("digits_cnn")
    text, arrays = encode(answer)
    again = decode(text, bytearray(b"".join(arrays)))
    assert again == answer
    assert again.codes[1].of_value == answer.codes[1].of_value
