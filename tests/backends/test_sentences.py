"""Every sentence about backends can be told in Korean, with all its facts."""

from __future__ import annotations

import ast
from pathlib import Path
from string import Formatter

import pytest

from graphscope.backends import base, cupy_status
from graphscope.view.text import Text, korean

TELLERS = {"Sentence", "BackendError", "InputError", "ShapeError"}


def templates() -> set[str]:
    """The English templates in the source."""
    found: set[str] = set()
    for path in Path(base.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in TELLERS:
                first = node.args[0]
                found |= (
                    {first.value}
                    if isinstance(first, ast.Constant) and isinstance(first.value, str)
                    else set()
                )
    return found


def fields(template: str) -> set[str]:
    """The names in curly brackets."""
    return {name for _, name, _, _ in Formatter().parse(template) if name}


def test_there_are_sentences_to_look_at() -> None:
    assert len(templates()) > 30


@pytest.mark.parametrize("template", sorted(templates()))
def test_a_sentence_has_a_korean_twin_with_the_same_facts(template: str) -> None:
    assert fields(korean()[template]) == fields(template)


def test_an_error_with_its_reason_and_fix_is_told_in_korean_throughout() -> None:
    problem = cupy_status.driver_too_old(11040, 12090)
    error = base.unavailable("CuPy · GPU", problem.reason, problem.fix)
    assert Text("ko").tell(error) == (
        "CuPy · GPU를 사용할 수 없습니다. NVIDIA 드라이버가 너무 오래되었습니다. "
        "드라이버는 CUDA 11.4를 지원하는데 CuPy에는 CUDA 12.9가 필요합니다. "
        "NVIDIA 드라이버를 업데이트하거나, 드라이버가 지원하는 CUDA 버전에 맞는 CuPy 패키지를 설치하십시오."
    )
