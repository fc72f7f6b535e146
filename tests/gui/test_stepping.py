"""Stepping through XOR in the window with real keys, forwards and backwards."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import Qt

import graphscope as gs
from graphscope.view.telling import step_title
from graphscope.view.text import Text
from tests.gui.conftest import position, press, settle

KEY = Qt.Key
SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


def shown(window) -> tuple[object, ...]:
    """Every number that the window has at this position, and the whole picture of the graph."""
    moment = window.desk.moved.moment
    rows = [*moment.values.items(), *((f"∂{name}", each) for name, each in moment.gradients.items())]
    numbers = {name: np.ascontiguousarray(each.cells).tobytes() for name, each in rows}
    return numbers, window.canvas.scene(), told(window)


def told(window) -> tuple[str, str, str]:
    """The words of the pill and of the status bar."""
    bar = window.header
    return bar.pill.accessibleName(), bar._words.text(), bar._count.text()


def truth(session: gs.Session) -> tuple[str, str, str]:
    """The same words, made from a session that the window does not know."""
    text, graph, last = Text("en"), session.graph, session.last
    start, _ = session.bounds
    next_words = f"Next: {step_title(session.next, graph, text)}."
    if last is None:
        return "Iteration 0 · not started", next_words, "position 0"
    done = session.iteration_steps[: session.position - start]
    phases = [step.phase for step in session.iteration_steps]
    place = f"{[step.phase for step in done].count(last.phase)}/{phases.count(last.phase)}"
    sign = {"prepare": "○", "forward": "●", "backward": "◆", "update": "⟳"}[last.phase]
    pill = f"Iteration {last.iteration} · {last.phase.capitalize()} {sign} {place}"
    words = f"Just ran: {step_title(last, graph, text)}.  {next_words}"
    return f"{pill} · step {len(done)}/{len(phases)}", words, f"position {session.position}"


def test_right_steps_through_a_whole_iteration_and_left_goes_back_exactly(window) -> None:
    seen = [shown(window)]
    for expected in range(1, 20):
        press(window, KEY.Key_Right)
        assert position(window) == expected
        seen.append(shown(window))
    assert window.desk.moved.moment.done == window.desk.moved.moment.length == 19
    assert all(before != after for before, after in pairwise(seen))
    for expected in range(18, -1, -1):
        press(window, KEY.Key_Left)
        assert position(window) == expected
        assert shown(window) == seen[expected]


def test_the_pill_and_the_status_bar_tell_the_truth_at_every_position(window) -> None:
    with gs.open("xor") as session:
        assert told(window) == truth(session)
        for _ in range(22):
            press(window, KEY.Key_Right)
            session.step()
            assert told(window) == truth(session)
        for _ in range(22):
            press(window, KEY.Key_Left)
            session.back()
            assert told(window) == truth(session)


def test_the_keys_of_the_keyboard_without_arrows_do_the_same(window) -> None:
    press(window, KEY.Key_F10)
    press(window, KEY.Key_Period)
    assert position(window) == 2
    press(window, KEY.Key_F10, SHIFT)
    press(window, KEY.Key_Comma)
    assert position(window) == 0


@pytest.mark.parametrize(
    ("key", "modifiers", "expected"),
    [
        (KEY.Key_F5, Qt.KeyboardModifier.NoModifier, 19),
        (KEY.Key_F7, Qt.KeyboardModifier.NoModifier, 8),
        (KEY.Key_F7, SHIFT, 2),
        (KEY.Key_PageDown, CONTROL, 19),
        (KEY.Key_PageUp, CONTROL, 0),
        (KEY.Key_Home, Qt.KeyboardModifier.NoModifier, 0),
        (KEY.Key_End, Qt.KeyboardModifier.NoModifier, 5),
        (KEY.Key_F5, SHIFT, 0),
    ],
)
def test_longer_moves(window, key, modifiers, expected) -> None:
    window.running.seek(5)
    settle(window)
    press(window, key, modifiers)
    assert position(window) == expected


def test_space_plays_to_the_end_of_the_iteration_and_stops(opened, qtbot) -> None:
    window = opened(speed="instant")
    press(window, KEY.Key_Space)
    qtbot.waitUntil(lambda: position(window) == 19 and not window.running.playing, timeout=10_000)
    assert not window.orders["play"].isChecked()


def test_space_pauses(opened) -> None:
    window = opened(speed="0.25")
    press(window, KEY.Key_Space)
    assert window.running.playing
    press(window, KEY.Key_Space)
    assert not window.running.playing


def test_a_closed_group_counts_as_one_step_and_into_opens_it(window) -> None:
    window.canvas.set_collapsed([("hidden",)])
    settle(window)
    for _ in range(3):
        press(window, KEY.Key_Right)
    assert position(window) == 5
    press(window, KEY.Key_Left)
    assert position(window) == 2
    press(window, KEY.Key_F11)
    assert not window.canvas.collapsed()
    press(window, KEY.Key_Right)
    assert position(window) == 3
    press(window, KEY.Key_F11, SHIFT)
    assert position(window) == 5


def presses(window, phase: str) -> int:
    """How many times → is pressed to do all the steps of a phase."""
    window.do("restart")
    settle(window)
    counted = 0
    while window.desk.moved.moment.next.phase in ("prepare", "forward", phase):
        counted += window.desk.moved.moment.next.phase == phase
        press(window, KEY.Key_Right)
    return counted


@pytest.mark.parametrize(("phase", "inner"), [("forward", 3), ("backward", 3)])
def test_a_closed_group_takes_as_many_presses_less_as_it_has_steps_inside_but_one(
    window, phase, inner
) -> None:
    window.canvas.set_collapsed(())
    before = presses(window, phase)
    window.canvas.set_collapsed([("hidden",)])
    settle(window)
    assert presses(window, phase) == before - (inner - 1)


def test_with_closed_groups_the_words_still_tell_the_truth_both_ways(window) -> None:
    window.canvas.set_collapsed([("hidden",), ("output",)])
    settle(window)
    seen = []
    with gs.open("xor") as session:
        while window.desk.moved.moment.done < 19:
            press(window, KEY.Key_Right)
            session.seek(position(window))
            assert told(window) == truth(session)
            seen.append(position(window))
        for expected in [*reversed(seen[:-1]), 0]:
            press(window, KEY.Key_Left)
            assert position(window) == expected
            session.seek(expected)
            assert told(window) == truth(session)


def test_restart_goes_to_the_start_from_any_iteration_and_stops_play(opened) -> None:
    window = opened(speed="0.25")
    for _ in range(2):
        window.do("next_iteration")
        settle(window)
    assert position(window) == 38
    press(window, KEY.Key_Space)
    window.do("restart")
    settle(window)
    assert position(window) == 0
    assert not window.running.playing
    assert not window.orders["restart"].isEnabled()
    press(window, KEY.Key_End)
    assert position(window) >= 38


def test_into_an_operation_shows_the_arithmetic_inside(window) -> None:
    window.running.seek(12)
    settle(window)
    press(window, KEY.Key_F11)
    assert window.desk.depth == "kernel"
    assert position(window) == 12


def test_the_coach_is_there_until_the_first_step(window) -> None:
    assert window.coach.isVisible()
    press(window, KEY.Key_Right)
    assert not window.coach.isVisible()


def test_a_key_of_a_korean_input_method_means_the_key_it_stands_on(window) -> None:
    from PySide6.QtCore import QCoreApplication, QEvent
    from PySide6.QtGui import QKeyEvent

    window.running.seek(12)
    settle(window)
    event = QKeyEvent(QEvent.Type.KeyPress, 0x3137, Qt.KeyboardModifier.NoModifier, "ㅑ")  # I: step into
    QCoreApplication.sendEvent(window.canvas, event)
    assert window.desk.depth == "kernel"
