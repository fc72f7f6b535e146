"""Qt's own words follow the language of the window, there and back."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication, QMessageBox

from graphscope.gui.application import speak


def cancel() -> str:
    box = QMessageBox()
    told = box.addButton(QMessageBox.StandardButton.Cancel).text()
    box.deleteLater()
    return told.replace("&", "")


def test_the_standard_buttons_speak_korean_and_english_again(qapp: QApplication) -> None:
    speak("en")  # a window of another test may have left it in Korean
    before = cancel()
    speak("ko")
    assert "취소" in cancel()
    speak("en")
    assert cancel() == before == "Cancel"
