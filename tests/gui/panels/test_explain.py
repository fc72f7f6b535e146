"""Explain tells the step that just ran or what is selected, when the canvas has come to rest."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QTextCursor
from PySide6.QtTest import QTest

from graphscope.gui.panels.explain import Explain
from graphscope.gui.widgets.equation import plain
from graphscope.gui.widgets.page import Page
from graphscope.service.requests import Assign, Close


@pytest.fixture
def explain(stage):
    stage.open()
    return stage.show(Explain)


def page(panel) -> Page:
    return panel.findChild(Page)


def told(panel) -> str:
    return page(panel).plain_text()


def find(panel, words: str, after: str = "") -> QTextCursor:
    """The first of some words on the page, after others."""
    document = page(panel).document()
    found = document.find(words, document.find(after) if after else QTextCursor(document))
    assert not found.isNull(), f"“{words}” is not on the page"
    return found


def place_of(panel, words: str, after: str = "") -> QPoint:
    """The middle of some words on the page."""
    text, found = page(panel), find(panel, words, after)
    start, end = QTextCursor(found), QTextCursor(found)
    start.setPosition(found.selectionStart())
    end.setPosition(found.selectionEnd())
    return text.cursorRect(start).united(text.cursorRect(end)).center()


def click(panel, words: str, after: str = "") -> None:
    QTest.mouseClick(page(panel).viewport(), Qt.MouseButton.LeftButton, pos=place_of(panel, words, after))


def test_nothing_open_is_said_in_words(stage):
    assert "Nothing is open" in told(stage.show(Explain))


def test_before_the_first_step_it_says_which_key_to_press(explain):
    assert "Press → to take the first step" in told(explain)


def test_a_step_is_told_as_sentence_formula_numbers_and_reason(explain, stage):
    stage.seek(12)
    text = told(explain)
    assert "Backward · step 12 of 19" in text
    assert "MatMul backward → ∂L/∂h, ∂L/∂W2" in text
    assert "∂L/∂h = ∂L/∂m2 · W2ᵀ\n[4×4] = [4×1] · [1×4]" in text
    places = [text.index(part) for part in ("Multiply the gradient", "Formula", "Numbers", "Why")]
    assert places == sorted(places)


def test_the_printed_result_is_the_sessions_number(explain, stage):
    stage.seek(12)
    number = stage.desk.moved.moment.gradients["h"].cells[1, 2]
    result = told(explain).partition("Element [1,2]")[2].split("\n")[3]
    assert float(result.lstrip("= ").replace("−", "-")) == pytest.approx(number, abs=1e-4)


def test_the_text_waits_until_the_canvas_has_come_to_rest(explain, stage):
    stage.settles = False
    stage.step(3)
    assert "Press →" in told(explain)
    stage.desk.settled.emit()
    assert "MatMul → m1" in told(explain)


def test_a_selected_element_is_explained_where_it_was_made(explain, stage):
    stage.seek(12)
    stage.desk.selection.select("h", "value", (1, 2))
    stage.wait()
    assert "Tanh → h" in told(explain)
    assert "h[1,2] = tanh(s1[1,2])" in told(explain)


def test_the_next_step_is_told_even_while_something_else_is_selected(explain, stage):
    stage.seek(11)
    stage.desk.selection.select("x", "value")
    stage.step()
    assert "MatMul backward" in told(explain)


def test_the_selected_element_stays_chosen_when_its_own_step_runs(explain, stage):
    stage.seek(11)
    stage.desk.selection.select("h", "gradient", (2, 3))
    stage.step()
    assert "Element [2,3] of ∂L/∂h" in told(explain)


def test_a_click_on_a_name_selects_its_element(explain, stage):
    stage.seek(12)
    click(explain, "W2", after="another.")
    selection = stage.desk.selection
    assert (selection.name, selection.role, selection.index) == ("W2", "value", (2, 0))


def test_a_click_on_a_gradient_selects_the_gradient(explain, stage):
    stage.seek(12)
    click(explain, "m2", after="another.")
    assert (stage.desk.selection.name, stage.desk.selection.role) == ("m2", "gradient")


def test_from_a_selection_a_link_leads_back_to_the_step(explain, stage):
    stage.seek(12)
    stage.desk.selection.select("h", "value")
    stage.wait()
    click(explain, "Back to the step")
    stage.wait()
    assert stage.desk.selection.name is None
    assert "MatMul backward" in told(explain)


def test_hovering_a_name_lights_up_the_number_that_it_stands_for(explain, stage):
    stage.seek(12)
    QTest.mouseMove(page(explain).viewport(), place_of(explain, "Numbers"))
    QTest.mouseMove(page(explain).viewport(), place_of(explain, "m2", after="another."))
    stage.qtbot.waitUntil(lambda: bool(page(explain).extraSelections()))
    lit = [plain(each.cursor.selectedText()) for each in page(explain).extraSelections()]  # type: ignore[attr-defined]
    assert set(lit) == {"∂L/∂m2[1,0]", "−0.17097", "−0.170973"}


@pytest.mark.parametrize(
    ("depth", "words"),
    [("kernel", "Calls of the kernel to the array library"), ("device", "Numbers are made by")],
)
def test_another_depth_is_told_at_once(explain, stage, depth, words):
    stage.seek(12)
    stage.desk.set_depth(depth)
    stage.wait()
    assert words in told(explain)


def test_korean_words_come_at_once(explain, stage):
    stage.seek(12)
    stage.look(language="ko")
    assert "수식" in told(explain)
    assert "19단계 중 12단계" in told(explain)


def test_another_theme_draws_gradients_in_its_violet(explain, stage):
    stage.seek(12)
    stage.look(theme="dark")
    found = find(explain, "m2", after="another.")
    assert found.charFormat().foreground().color().name() == stage.desk.theme.backward


def test_an_edit_is_told_although_the_position_stays(explain, stage):
    stage.seek(4)
    stage.ask(Assign("m1", (3, 2), -70.0))
    assert "−70" in told(explain)


def test_copying_gives_plain_text(explain, stage):
    stage.seek(12)
    explain.copy()
    copied = QGuiApplication.clipboard().text()
    assert "∂L/∂h[1,2] = ∂L/∂m2[1,0] · W2[2,0]" in copied
    assert not {"\u2060", "\u00a0"} & set(copied)


def test_long_equations_never_scroll_sideways(explain, stage):
    for position in range(20):
        stage.seek(position)
        assert page(explain).document().size().width() <= page(explain).viewport().width()


def test_the_page_starts_at_its_top_after_each_step(explain, stage):
    explain.resize(360, 240)
    stage.seek(12)
    page(explain).verticalScrollBar().setValue(80)
    stage.step()
    assert page(explain).verticalScrollBar().value() == 0


def test_closing_the_model_empties_it(explain, stage):
    stage.seek(12)
    stage.ask(Close())
    assert "Nothing is open" in told(explain)


def test_a_hidden_panel_asks_for_nothing(stage, monkeypatch):
    stage.open()
    panel = stage.show(Explain)
    panel.hide()
    asked = []
    monkeypatch.setattr(panel.desk.bridge, "ask", asked.append)
    panel.desk.moved_changed.emit()
    panel.desk.depth_changed.emit()
    assert asked == []


def test_names_with_markup_are_shown_as_they_are(stage, qtbot):
    panel = stage.show(Explain)
    page(panel).begin()
    page(panel).title("<b>h</b>")
    assert told(panel) == "<b>h</b>"


def test_every_control_has_a_name(explain, unnamed):
    assert unnamed(explain) == []


def test_what_the_last_step_made_needs_no_way_back(explain, stage):
    stage.seek(12)
    stage.desk.selection.select("h", "gradient", (0, 1))
    stage.wait()
    assert "Element [0,1] of ∂L/∂h" in told(explain)
    assert "step 12 of 19" in told(explain)
    assert "Back to the step" not in told(explain)
