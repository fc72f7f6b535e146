"""Text on the screen is as wide as the layout thought."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QFontMetricsF

from graphscope.gui.canvas.painting import colour, font, plain
from graphscope.view.metrics import elide, text_width

TEXTS = ("apple_price", "W1", "softmax cross entropy", "4×16×8×8", "−0.13630", "방금 실행", "∂L/∂h")


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("face", ["text", "strong", "mono", "mono strong"])
def test_a_text_is_as_wide_as_it_was_measured(qapp, text, face) -> None:
    for size in (11, 13, 20):
        painted = QFontMetricsF(font(face, size)).horizontalAdvance(text)
        assert text_width(text, size, face) == pytest.approx(painted, rel=0.06, abs=1.5)


def test_a_text_that_is_too_wide_loses_its_middle() -> None:
    shown = elide("a_very_long_parameter_name.weight", 80, 13)
    assert text_width(shown, 13) <= 80
    assert shown.startswith("a_")
    assert shown.endswith("ht")
    assert elide("short", 80, 13) == "short"


def test_signs_that_change_the_direction_are_not_painted() -> None:
    assert plain("w\u202eevil\n") == "w⍰evil⍰"


def test_a_colour_may_have_an_alpha() -> None:
    assert colour("#11223344").alpha() == 0x44
    assert colour("#112233").alpha() == 255


def test_fading_a_colour_leaves_the_colour_of_everybody_else_alone():
    colour("#5b1a78").setAlphaF(0.1)
    assert colour("#5b1a78").alpha() == 255
