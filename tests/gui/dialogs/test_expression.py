"""“New from expression”, with real keys: the graph grows, mistakes are marked, the model opens and is written."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QWidget

from graphscope.app.expression import recent
from graphscope.gui.dialogs.expression import ExpressionSheet
from graphscope.importers.python_model import read
from graphscope.model.expression import EXAMPLES, ExpressionSource
from tests.gui.conftest import press, settle

CONTROL = Qt.KeyboardModifier.ControlModifier


def sheet(window) -> ExpressionSheet:
    """The sheet, opened by its key."""
    press(window, Qt.Key.Key_N, CONTROL)
    found = window.findChild(ExpressionSheet)
    assert found is not None
    return found


def typed(found: ExpressionSheet, text: str) -> None:
    """Type over everything, and wait for a look at it."""
    QTest.keyClick(found.editor, Qt.Key.Key_A, CONTROL)
    for line, each in enumerate(text.split("\n")):
        if line:
            QTest.keyClick(found.editor, Qt.Key.Key_Return)
        if each.isascii():
            QTest.keyClicks(found.editor, each)
        else:
            found.editor.insertPlainText(each)  # an input method commits whole syllables, which have no keys
    found.look()


def nodes(found: ExpressionSheet) -> list[str]:
    model = found.preview.stage.model
    return [node.name for node in model.graph.nodes] if model is not None else []


def cell(found: ExpressionSheet, name: str) -> QLineEdit:
    made = found.names.findChild(QLineEdit, name)
    assert isinstance(made, QLineEdit)
    return made


def focused() -> QWidget:
    found = QApplication.focusWidget()
    assert found is not None
    return found


def marked(found: ExpressionSheet) -> str:
    listed = found.editor.extraSelections()
    return listed[0].cursor.selectedText() if listed else ""  # type: ignore[attr-defined]


def test_the_sheet_begins_with_an_expression_that_can_be_typed_over(window):
    found = sheet(window)
    assert found.editor.toPlainText() == EXAMPLES[0].source.text
    QTest.keyClicks(found.editor, "x * w")
    assert found.editor.toPlainText() == "x * w"


def test_the_graph_grows_with_every_sign(window):
    found = sheet(window)
    grown = []
    for text in ("mean((x", "mean((x @ W", "mean((x @ W + b", "mean((x @ W + b - y)**2)"):
        typed(found, text)
        grown.append(nodes(found))
    assert grown == [
        ["loss"],
        ["matmul", "loss"],
        ["matmul", "add", "loss"],
        ["matmul", "add", "sub", "pow", "loss"],
    ]
    assert found.preview.stage.picture is not None


def test_what_is_typed_is_looked_at_after_a_pause(window, qtbot):
    found = sheet(window)
    QTest.keyClick(found.editor, Qt.Key.Key_A, CONTROL)
    QTest.keyClicks(found.editor, "tanh(x)")
    qtbot.waitUntil(lambda: nodes(found) == ["out"])


def test_a_mistake_is_underlined_and_told_and_the_graph_stays(window):
    found = sheet(window)
    before = nodes(found)
    typed(found, "mean(tanhh(x))")
    assert marked(found) == "tanhh"
    assert found.trouble.text().startswith("there is no function “tanhh”; did you mean tanh")
    assert found.trouble.text().endswith("? (column 6)")
    assert nodes(found) == before
    assert not found.open_button.isEnabled()


def test_a_text_that_is_not_finished_is_no_mistake(window):
    found = sheet(window)
    typed(found, "mean(x @ W + ")
    assert marked(found) == ""
    assert "never closed" in found.trouble.text()
    assert not found.open_button.isEnabled()


def test_a_mistake_inside_what_is_not_finished_is_told(window):
    found = sheet(window)
    typed(found, "mean(x @ W + tanhh(b")
    assert marked(found) == "tanhh"


def test_a_mistake_on_the_second_line_is_underlined_there(window):
    found = sheet(window)
    typed(found, "h = 입력 * 2\nmean(hh(h))")
    assert marked(found) == "hh"
    assert "(line 2, column 6)" in found.trouble.text()


def test_shapes_that_do_not_fit_are_marked_at_the_sign(window):
    found = sheet(window)
    typed(found, "tanh(u @ V)")
    QTest.keyClicks(cell(found, "shape u"), "8, 2")
    QTest.keyClicks(cell(found, "shape V"), "3, 4")
    found.look()
    assert marked(found) == "@"
    assert "x has 2 columns but w has 3 rows" in found.trouble.text()


def test_the_table_shows_guesses_until_something_is_typed(window):
    found = sheet(window)
    typed(found, "mean((u @ V + b2 - t)**2)")
    assert cell(found, "shape V").placeholderText() == "2, 1"
    assert cell(found, "shape V").text() == ""
    QTest.keyClicks(cell(found, "shape u"), "batch, 5")
    QTest.keyClicks(cell(found, "data V"), "ones")
    found.look()
    assert cell(found, "shape V").placeholderText() == "5, 1"
    assert [row.data for row in found.draft().names if row.name == "V"] == ["ones"]


def test_a_role_is_chosen_in_its_row(window):
    found = sheet(window)
    typed(found, "mean(u * v)")
    box = found.names.findChild(QWidget, "role v")
    assert box is not None
    QTest.keyClick(box, Qt.Key.Key_Down)
    QTest.keyClick(box, Qt.Key.Key_Down)
    found.look()
    assert found.preview.stage.model is not None
    assert found.preview.stage.model.graph.parameters == ("v",)


def test_what_was_typed_for_a_name_is_there_again_with_the_name(window):
    found = sheet(window)
    typed(found, "mean(u * 2)")
    QTest.keyClicks(cell(found, "shape u"), "7")
    typed(found, "mean(v * 2)")
    assert found.names.findChild(QLineEdit, "shape v") is not None
    typed(found, "mean(u * 2)")
    assert cell(found, "shape u").text() == "7"


def test_a_cell_that_cannot_be_read_is_marked(window):
    found = sheet(window)
    typed(found, "mean(u * 2)")
    QTest.keyClicks(cell(found, "data u"), "[1, [2]]")
    found.look()
    assert "border-color" in cell(found, "data u").styleSheet()
    assert found.trouble.text().startswith("u: data is numbers")
    assert not found.open_button.isEnabled()


def test_ctrl_enter_opens_the_model_and_it_runs(window):
    found = sheet(window)
    typed(found, "h = tanh(x @ W)\nmean(h**2)")
    QTest.keyClick(found.editor, Qt.Key.Key_Return, CONTROL)
    settle(window)
    assert window.findChild(ExpressionSheet) is None
    assert window.desk.graph.values[-1] == "loss"
    assert recent(window.settings)[0].text == "h = tanh(x @ W)\nmean(h**2)"
    press(window, Qt.Key.Key_Right)
    assert window.desk.moved.moment.position == 1


def test_a_wrong_expression_is_not_opened(window):
    found = sheet(window)
    typed(found, "tanhh(x)")
    QTest.keyClick(found.editor, Qt.Key.Key_Return, CONTROL)
    settle(window)
    assert found.isVisible()
    assert window.desk.opened.model.name == "xor"


def test_enter_in_the_table_goes_on_and_opens_nothing(window):
    found = sheet(window)
    typed(found, "mean(u * 2)")
    QTest.keyClick(found.editor, Qt.Key.Key_Tab)
    visited = []
    for _ in range(4):
        QTest.keyClick(focused(), Qt.Key.Key_Return)
        visited.append(focused().objectName())
    assert visited == ["shape u", "data u", "optimizer", "cancel"]
    assert found.isVisible()


def test_enter_on_a_button_presses_it(window):
    found = sheet(window)
    found.cancel_button.setFocus()
    QTest.keyClick(found.cancel_button, Qt.Key.Key_Return)
    assert not found.isVisible()


def test_tab_goes_from_the_expression_through_the_table_to_the_buttons(window):
    found = sheet(window)
    typed(found, "mean(u * 2)")
    found.editor.setFocus()
    visited = []
    for _ in range(7):
        QTest.keyClick(focused(), Qt.Key.Key_Tab)
        visited.append(focused().objectName())
    assert visited == ["role u", "shape u", "data u", "optimizer", "cancel", "save", "open"]


def test_an_example_fills_everything(window):
    found = sheet(window)
    found.examples.setCurrentIndex(3)
    found.examples.activated.emit(3)
    source = EXAMPLES[2].source
    assert found.draft() == source
    assert nodes(found)[-1] == "loss"


def test_a_retyped_example_is_not_called_after_it(window):
    found = sheet(window)
    typed(found, "mean(x)")
    assert found.draft().title == ExpressionSource("").title


def test_the_next_sheet_begins_with_what_was_opened_last(window):
    found = sheet(window)
    typed(found, "mean(q * 2)")
    QTest.keyClick(found.editor, Qt.Key.Key_Return, CONTROL)
    settle(window)
    assert sheet(window).editor.toPlainText() == "mean(q * 2)"


@pytest.mark.parametrize(("key", "answer"), [("language", "ko"), ("theme", "dark")])
def test_other_words_or_colours_keep_what_was_typed(window, key, answer):
    found = sheet(window)
    typed(found, "mean(u * 2)")
    QTest.keyClicks(cell(found, "shape u"), "7")
    found.look()
    window.settings[key] = answer
    assert found.editor.toPlainText() == "mean(u * 2)"
    assert cell(found, "shape u").text() == "7"


def test_mistakes_are_told_in_korean(opened):
    window = opened(language="ko")
    found = sheet(window)
    typed(found, "tanhh(x)")
    assert found.trouble.text().startswith("“tanhh”라는 함수는 없습니다. tanh")
    assert found.trouble.text().endswith("쓰려던 것입니까? (1열)")


def test_a_model_is_written_and_opens_again(window, tmp_path, monkeypatch):
    found = sheet(window)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "mine"), ""))
    typed(found, "mean(tanh(x))")
    QTest.mouseClick(found.save_button, Qt.MouseButton.LeftButton)
    assert read(tmp_path / "mine.py").name == "mine"
    assert found.outcome.text() == f"The model is in {tmp_path / 'mine.py'}."


def test_a_place_that_cannot_be_written_to_is_told(window, tmp_path, monkeypatch):
    found = sheet(window)
    monkeypatch.setattr(
        QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "missing" / "mine.py"), "")
    )
    QTest.mouseClick(found.save_button, Qt.MouseButton.LeftButton)
    assert "cannot be written" in found.trouble.text()


def test_nothing_is_written_where_nobody_chose_a_file(window, tmp_path, monkeypatch):
    found = sheet(window)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: ("", ""))
    before = found.outcome.text()
    QTest.mouseClick(found.save_button, Qt.MouseButton.LeftButton)
    assert found.outcome.text() == before


def test_escape_closes_the_sheet(window):
    found = sheet(window)
    QTest.keyClick(found.editor, Qt.Key.Key_Escape)
    assert not found.isVisible()


def test_typed_from_scratch_the_same_text_is_guessed_anew_as_on_the_command_line(window):
    found = sheet(window)
    text = EXAMPLES[0].source.text
    assert cell(found, "data W").text() == "[[0.5]]"
    QTest.keyClicks(cell(found, "data b"), "s")
    found.editor.selectAll()
    QTest.keyClicks(found.editor, text)
    found.look()
    assert cell(found, "data W").text() == ""
    assert cell(found, "data b").text() == "szeros", "what was typed by hand stays"
    assert {row.name for row in found.draft().names} == {"b"}
