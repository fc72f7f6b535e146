"""What the palette, “Go to step” and “Find a value” list, and how one moves in the list."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from graphscope.gui.dialogs.finder import Finder
from graphscope.gui.dialogs.palette import Palette
from graphscope.gui.dialogs.steps import FURTHEST
from graphscope.gui.dialogs.values import FindValue
from tests.gui.conftest import position, settle


def finder(window, command: str, typed: str = "") -> Finder:
    window.orders.start(command)
    settle(window)
    found = window.findChild(Finder)
    assert found is not None
    QTest.keyClicks(found.query, typed)
    return found


def titles(found: Finder) -> list[str]:
    return [found.rows[place].title for place in range(len(found.rows))]


def chosen(found: Finder) -> str:
    return found.rows[found.list.currentIndex().row()].title


# ---- the palette ------------------------------------------------------------------------------------------


def test_the_palette_lists_every_command_but_itself_with_menu_and_key(window) -> None:
    rows = {row.title: row for row in Palette(window).rows("")}
    assert len(rows) == sum(1 for _ in window.orders) - 1
    assert "Command palette…" not in rows
    assert (rows["Step"].note, rows["Step"].keys) == ("Run", ("→",))
    assert rows["Theme: Dark"].note == "View"


def test_what_is_not_possible_says_why_and_is_not_done(window) -> None:
    row = next(row for row in Palette(window).rows("undo edit") if row.title == "Undo edit")
    assert not row.possible
    assert row.note == "No number has been edited"
    found = finder(window, "palette", "undo edit")
    QTest.keyClick(found.query, Qt.Key.Key_Return)
    assert found.isVisible()


def test_the_command_used_last_stands_on_top_and_is_remembered_in_the_settings(window) -> None:
    for typed in ("next phase", "zoom in", "next phase"):
        QTest.keyClick(finder(window, "palette", typed).query, Qt.Key.Key_Return)
        settle(window)
    rows = Palette(window).rows("")
    assert [row.title for row in rows[:2]] == ["Next phase", "Zoom in"]
    assert [row.opens for row in rows[:4]] == [False, False, True, False]
    assert len({row.title for row in rows}) == len(rows)
    assert window.settings.window("palette").split() == ["next_phase", "zoom_in"]


def test_a_command_is_found_by_what_it_does_after_those_with_such_a_title(window) -> None:
    assert Palette(window).rows("korean")[0].title == "Language: 한국어"
    named = [row.title for row in Palette(window).rows("group")]
    assert named.index("Close all groups") < named.index("Step over")


def test_an_answer_that_holds_is_ticked(window) -> None:
    row = next(row for row in Palette(window).rows("theme light") if row.title == "Theme: Light")
    assert row.lead == "✓"


def test_nothing_that_fits_is_told_in_a_sentence(window) -> None:
    found = finder(window, "palette", "qqqq")
    assert titles(found) == []
    assert found.empty.isVisible()
    assert found.empty.text() == "No command has these letters in this order."


def test_arrows_go_round_and_pages_stop_at_the_ends(window) -> None:
    found = finder(window, "palette")
    first, last = titles(found)[0], titles(found)[-1]
    steps = [(Qt.Key.Key_Up, last), (Qt.Key.Key_Down, first), (Qt.Key.Key_PageUp, first)]
    for key, expected in steps:
        QTest.keyClick(found.query, key)
        assert chosen(found) == expected
    for _ in range(20):
        QTest.keyClick(found.query, Qt.Key.Key_PageDown)
    assert chosen(found) == last


def test_a_click_does_what_the_row_says(window) -> None:
    found = finder(window, "palette", "next phase")
    place = found.list.visualRect(found.rows.index(0)).center()
    QTest.mouseClick(found.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    settle(window)
    assert position(window) == 2


def test_a_syllable_that_is_still_being_typed_is_looked_for(opened) -> None:
    window = opened(language="ko")
    found = finder(window, "palette")
    QApplication.sendEvent(found.query, QInputMethodEvent("국면", []))
    assert found.query.text() == ""
    assert "국면" in titles(found)[0]


# ---- steps and values -------------------------------------------------------------------------------------


def test_steps_are_listed_with_their_position_and_the_last_one_is_chosen(window) -> None:
    window.running.seek(11)
    settle(window)
    found = finder(window, "go_to_step")
    assert len(found.rows) == 20
    assert chosen(found) == "Add backward → ∂L/∂m2, ∂L/∂b2"
    row = found.rows[found.list.currentIndex().row()]
    assert (row.lead, row.note, row.tail) == ("11", "just ran", "Backward ◆")


@pytest.mark.parametrize(
    ("typed", "note"),
    [("0", "The start, before the first step"), ("5", "Tanh → h"), ("25", "25 steps will be computed")],
)
def test_a_number_says_what_is_there(window, typed, note) -> None:
    row = finder(window, "go_to_step", typed).rows[0]
    assert row.title == f"Position {typed}"
    assert row.note == note


def test_a_position_that_would_take_minutes_is_refused_with_the_furthest_one(window) -> None:
    row = finder(window, "go_to_step", "999999999").rows[0]
    assert not row.possible
    assert str(FURTHEST) in row.note


def test_a_step_is_found_by_the_gradient_that_it_makes(window) -> None:
    found = finder(window, "go_to_step", "W2")
    assert "MatMul backward → ∂L/∂h, ∂L/∂W2" in titles(found)
    assert "Update W2" in titles(found)


def test_values_are_listed_with_kind_and_shape(window) -> None:
    rows = {row.title: row for row in FindValue(window).rows("")}
    assert tuple(rows) == window.desk.graph.values
    assert (rows["W1"].tail, rows["h"].tail, rows["loss"].tail) == ("2×4", "4×4", "scalar")
    assert "Parameter" in rows["W1"].note
    assert "Tanh" in rows["h"].note


def test_an_empty_list_says_that_there_is_no_such_value(window) -> None:
    found = finder(window, "find", "zzz")
    assert found.empty.text() == "No value of this model has such a name."
