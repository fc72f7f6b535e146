"""The problems that are found can be told in Korean, with what goes wrong and where in the right places."""

from __future__ import annotations

import pytest

import graphscope as gs
from graphscope import ops
from graphscope.debug import problems
from graphscope.engine.step import PHASE_OF
from graphscope.view.text import Text, korean
from tests.engine.examples import failing, fragile, session


@pytest.mark.parametrize(
    "template", [problems.DATA, problems.STORED, problems.FORWARD, problems.BACKWARD, problems.SUM]
)
def test_every_problem_has_a_korean_sentence(template: str) -> None:
    assert template in korean()


@pytest.mark.parametrize("kind", PHASE_OF)
def test_every_kind_of_step_has_a_korean_name(kind: str) -> None:
    assert kind in korean()


def test_a_problem_is_told_in_korean() -> None:
    g = gs.Builder("division")
    g.loss(g.call(ops.ReduceSum(), g.call(ops.Log(), g.parameter("p", [1.0, 0.0]), name="h")))
    stop = session(g.build()).run()
    assert stop.problem is not None
    assert Text("ko").tell(stop.problem.sentence) == (
        "Log 연산이 h[1]에서 처음으로 −Inf를 만들었습니다. 읽은 값에는 없던 것입니다"
        "(수 2개 가운데 1개가 유한하지 않습니다)"
    )


def test_a_failure_is_told_in_korean() -> None:
    with failing("forward"), pytest.raises(gs.GraphScopeError) as raised:
        session(fragile()).iterate()
    assert Text("ko").tell(raised.value) == (
        "fragile 노드의 Failing 연산이 순전파 단계에서 실패했습니다. 까닭: ZeroDivisionError: on purpose. "
        "지금까지의 실행은 그대로 남아 있습니다"
    )
