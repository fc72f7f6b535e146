"""Starts the window; draws a picture or an animation of it without a display."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QEventLoop,
    QLibraryInfo,
    QLocale,
    QMessageLogContext,
    Qt,
    QTimer,
    QtMsgType,
    QTranslator,
    qInstallMessageHandler,
)
from PySide6.QtWidgets import QApplication, QStyleFactory

from graphscope.app.settings import Settings
from graphscope.gui import fonts
from graphscope.gui.icons import application_icon
from graphscope.service.requests import Open

if TYPE_CHECKING:
    from graphscope.gui.window import Window

FIRST = "apple_shop"
"""What opens when nothing is named."""


def application() -> QApplication:
    """Qt's application, made where there is none yet."""
    made = QApplication.instance()
    if isinstance(made, QApplication):
        return made
    qInstallMessageHandler(_tell)
    made = QApplication(sys.argv[:1])
    made.setApplicationName("GraphScope")
    made.setDesktopFileName("graphscope")
    made.setStyle(QStyleFactory.create("Fusion"))
    made.setWindowIcon(application_icon())
    fonts.load_fonts()
    made.setFont(fonts.text_font())
    return made


def speak(language: str) -> None:
    """Let Qt's own words, such as those of its file dialog, be in a language too."""
    program = application()
    for before in program.findChildren(QTranslator, options=Qt.FindChildOption.FindDirectChildrenOnly):
        program.removeTranslator(before)
        before.deleteLater()
    translator = QTranslator(program)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if language != "en" and translator.load(QLocale(language), "qtbase", "_", folder):
        program.installTranslator(translator)


def follow_language(window: Window) -> None:
    """Qt speaks the language of the window, now and after every change."""
    spoken = ""

    def follow() -> None:
        nonlocal spoken
        if window.desk.text.language != spoken:
            spoken = window.desk.text.language
            speak(spoken)

    window.desk.look_changed.connect(follow)
    follow()


def _tell(_kind: QtMsgType, _context: QMessageLogContext, message: str) -> None:
    """What Qt has to say, but for what its drawing without a display cannot do and nobody needs."""
    if "propagateSizeHints" not in message:
        sys.stderr.write(message + "\n")


def run(arguments: Namespace) -> int:
    """Open the window and stay until it is closed."""
    from graphscope.app.engine import start_process, start_with
    from graphscope.gui.bridge import Bridge
    from graphscope.gui.window import Window

    program = application()
    settings = Settings()
    first = request(arguments, settings)
    far = bool(arguments.engine)
    bridge = Bridge(start_with(arguments.engine) if far else start_process, far=far)
    bridge.warm()
    window = Window(settings, bridge)
    follow_language(window)
    window.bridge.ask(first)
    window.show()
    window.runtime.look_soon()
    status = program.exec()
    window.close()
    return status


def request(arguments: Namespace, settings: Settings) -> Open:
    """What the command line asks to open: its model, else the last one where that is wished, else the apple shop."""
    from graphscope.app.data import read_all

    last = settings.recent()[:1] if settings.flag("reopen") else ()
    options = {
        "seed": arguments.seed,
        "loss": arguments.loss,
        "optimizer": arguments.optimizer,
        "data": read_all(arguments.input),
        "batch": arguments.batch,
        "train": arguments.train,
        "memory": arguments.memory or settings.choice("memory"),
    }
    source = arguments.model or (last[0] if last else FIRST)
    return Open(source, arguments.backend, arguments.dtype, options, trust=arguments.trust)


# ---- pictures without a display -----------------------------------------------------------------------------


def stage(sample: str, *, theme: str, language: str, size: tuple[int, int], layout: str = "learn") -> Window:
    """A window of its own settings, with a sample open, on whatever platform Qt runs."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from tempfile import TemporaryDirectory

    from graphscope.app.engine import start_here
    from graphscope.gui.bridge import Bridge
    from graphscope.gui.window import Window

    application()
    with TemporaryDirectory() as folder:
        settings = Settings(Path(folder))
    for key, answer in (("theme", theme), ("language", language), ("layout", layout), ("motion", "full")):
        settings[key] = answer
    window = Window(settings, Bridge(start_here))
    follow_language(window)
    window.resize(*size)
    window.show()
    window.bridge.ask(Open(sample))
    wait(window)
    return window


def wait(window: Window) -> None:
    """Let Qt work until everything that was asked is answered and shown."""
    loop = QEventLoop()
    for _ in range(6):  # an answer may lead to another question
        QTimer.singleShot(0, loop.quit)
        loop.exec()
        while not window.bridge.idle:
            QTimer.singleShot(5, loop.quit)
            loop.exec()


def settle(window: Window) -> None:
    """Let the canvas come to rest: the view has gone to where the step is."""
    loop = QEventLoop()
    while window.canvas.moving:
        QTimer.singleShot(5, loop.quit)
        loop.exec()


def snapshot(
    path: Path,
    *,
    sample: str = "xor",
    steps: int = 12,
    theme: str = "light",
    language: str = "en",
    scale: float = 1.0,
    size: tuple[int, int] = (1440, 900),
    layout: str = "learn",
) -> None:
    """Write a picture of the whole window as it is after so many steps."""
    from graphscope.gui.filming import photograph

    window = stage(sample, theme=theme, language=language, size=size, layout=layout)
    try:
        window.running.seek(steps)
        wait(window)
        settle(window)
        photograph(window, scale).save(str(path))
    finally:
        window.close()
