"""Pictures and animations of the window are made without a display."""

from __future__ import annotations

import os
import subprocess
import sys

from PIL import Image
from PySide6.QtGui import QImage

from graphscope.gui.application import snapshot
from graphscope.gui.filming import film
from tests.gui.conftest import settle


def test_a_snapshot_shows_the_window_at_twice_the_size(qtbot, tmp_path) -> None:
    path = tmp_path / "w.png"
    snapshot(path, sample="xor", steps=12, theme="dark", language="ko", scale=2.0)
    picture = QImage(str(path))
    assert (picture.width(), picture.height()) == (2880, 1800)
    assert picture.pixelColor(5, 5).lightness() < 80


def test_a_snapshot_waits_until_the_view_has_gone_along(qtbot, tmp_path) -> None:
    for name in ("one.png", "two.png"):
        snapshot(tmp_path / name, sample="xor", steps=12)
    assert QImage(str(tmp_path / "one.png")) == QImage(str(tmp_path / "two.png"))


def test_a_snapshot_says_nothing_about_what_its_platform_cannot_do(tmp_path) -> None:
    draw = "import pathlib, sys; from graphscope.gui.application import snapshot; snapshot(pathlib.Path(sys.argv[1]))"
    path = tmp_path / "w.png"
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    ran = subprocess.run(
        [sys.executable, "-c", draw, str(path)], env=environment, capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")
    assert path.stat().st_size > 10_000


def test_a_film_has_the_frames_of_its_movements(opened, tmp_path) -> None:
    window = opened("apple_shop", motion="full")
    window.running.seek(2)
    settle(window)
    film(tmp_path / "w.gif", window, 2, width=320)
    with Image.open(tmp_path / "w.gif") as animation:
        assert animation.n_frames > 6  # type: ignore[attr-defined]
        assert animation.size[0] == 320
    assert window.desk.moved is not None
    assert window.desk.moved.moment.position == 4


def test_the_graph_is_exported_as_it_is(window, tmp_path) -> None:
    window.running.seek(8)
    settle(window)
    for name, head in (("g.svg", b"<?xml"), ("g.png", b"\x89PNG"), ("g.pdf", b"%PDF")):
        window.files.export(tmp_path / name)
        assert (tmp_path / name).read_bytes().startswith(head)
    for name in ("g.svg", "g.png", "g.pdf"):
        window.message.hide()
        window.files.export(tmp_path / "no" / name)
        assert "cannot be written" in window.message.sentence.text()
    window.files.export(tmp_path / "g.docx")
    assert "give it one of these endings" in window.message.sentence.text()
