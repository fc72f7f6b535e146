"""Steps have short names for where there is little room: the words of the graph's cards, never a piece of one."""

from __future__ import annotations

import graphscope as gs
from graphscope.view.telling import short_titles
from graphscope.view.text import Text

ENGLISH = Text("en")


def titles(sample: str) -> dict[str, tuple[str, ...]]:
    """The short names of a sample's steps, by what they do."""
    with gs.open(sample) as run:
        run.iterate()
        steps = run.back(run.position)
        return {
            f"{step.kind} {step.node or step.value or ''}": short_titles(step, run.graph, ENGLISH)
            for step in steps
        }


def test_a_node_is_called_as_on_its_card() -> None:
    told = titles("xor")
    assert told["forward m1"] == ("@",)
    assert told["backward m1"] == ("@′",)
    assert told["forward h"] == ("tanh",)


def test_several_words_have_their_initials_as_a_shorter_name() -> None:
    told = {each for each in titles("digits_softmax").values() if each[0].startswith("cross")}
    assert told == {("cross entropy", "CE"), ("cross entropy′", "CE′")}


def test_a_parameter_loses_its_scopes_first() -> None:
    told = titles("digits_softmax")
    assert told["update output.weight"] == ("output.weight", "weight")
    assert titles("xor")["update W1"] == ("W1",)
