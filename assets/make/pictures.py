"""Makes the pictures of the README from the program's own window: ``python assets/make/pictures.py``."""

from __future__ import annotations

import os
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from graphscope.gui.application import snapshot, stage, wait
from graphscope.gui.filming import film

FOLDER = Path(__file__).resolve().parents[1] / "pictures"


def main() -> None:
    """XOR in the middle of backward, in light, dark and Korean; an iteration of the apple shop as an animation."""
    FOLDER.mkdir(exist_ok=True)
    for name, theme, language in (
        ("light", "light", "en"),
        ("dark", "dark", "en"),
        ("korean", "light", "ko"),
    ):
        snapshot(
            FOLDER / f"xor-{name}.png", sample="xor", steps=12, theme=theme, language=language, scale=1.5
        )
    window = stage("apple_shop", theme="light", language="en", size=(1440, 900))
    try:
        window.running.seek(2)
        wait(window)
        film(FOLDER / "apple-shop.gif", window, steps=14, width=960)
    finally:
        window.close()


if __name__ == "__main__":
    main()
