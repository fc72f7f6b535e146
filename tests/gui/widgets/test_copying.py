"""What is copied from a page can be pasted anywhere, also after the program has ended."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

ENDS = """
import sys
from PySide6.QtWidgets import QApplication
from graphscope.gui.dialogs.lesson import LessonPage
from graphscope.gui.widgets.page import Page
application = QApplication([])
page = {"LessonPage": LessonPage, "Page": Page}[sys.argv[1]]()
page.setPlainText("one\\u2060 two")
page.selectAll()
page.copy()
told = application.clipboard().mimeData()
print(told.formats(), ascii(told.text()))
"""


@pytest.mark.parametrize("page", ["LessonPage", "Page"])
def test_plain_text_stays_in_the_clipboard_when_the_program_ends(page: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", ENDS, page],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stdout) == (0, "['text/plain'] 'one two'\n"), ended.stderr
