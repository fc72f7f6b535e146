"""Films the window: an animation made of its own frames, with a clock that waits for each picture."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image
from PySide6.QtCore import QPoint
from PySide6.QtGui import QImage, QPixmap

from graphscope.service.requests import Move

if TYPE_CHECKING:
    from graphscope.gui.window import Window

FRAME = 0.08
"""Seconds from picture to picture while something moves."""
REST = 0.8
"""Seconds that a step stands still."""


def photograph(window: Window, scale: float = 1.0) -> QPixmap:
    """The window as a picture with ``scale`` pixels a unit."""
    picture = QPixmap(window.size() * scale)
    picture.setDevicePixelRatio(scale)
    window.render(picture, QPoint())
    return picture


def film(path: Path, window: Window, steps: int, *, width: int = 960) -> None:
    """Step so many times and write every movement as an animated GIF."""
    from graphscope.gui.application import wait

    now = 0.0
    window.canvas.set_clock(lambda: now)
    frames: list[Image.Image] = [_frame(window, width)]
    durations: list[float] = [REST]
    for _ in range(steps):
        window.bridge.ask(Move("step", window.canvas.collapsed()))
        wait(window)
        while window.canvas.moving:
            frames.append(_frame(window, width))
            durations.append(FRAME)
            now += FRAME
            window.canvas.advance()
        wait(window)
        frames.append(_frame(window, width))
        durations.append(REST)
    _write(path, frames, durations)


def _frame(window: Window, width: int) -> Image.Image:
    picture = photograph(window).toImage().convertToFormat(QImage.Format.Format_RGB888)
    rows = bytes(picture.constBits())
    made = Image.frombytes(
        "RGB", (picture.width(), picture.height()), rows, "raw", "RGB", picture.bytesPerLine()
    )
    return made.resize((width, round(width * made.height / made.width)), Image.Resampling.LANCZOS)


def _write(path: Path, frames: list[Image.Image], durations: list[float]) -> None:
    """One palette for all pictures, so that colours do not flicker."""
    shared = frames[-1].quantize(128)
    pictures = [frame.quantize(palette=shared, dither=Image.Dither.NONE) for frame in frames]
    first, *others = pictures
    times = [round(1000 * each) for each in durations]
    first.save(path, save_all=True, append_images=others, duration=times, loop=0, optimize=True)
