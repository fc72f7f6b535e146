"""The numbers in the cells of a heat map: as true in narrow cells as in wide ones."""

from __future__ import annotations

import numpy as np

from graphscope.gui.widgets import heat_painting


def test_a_negative_number_has_as_much_room_as_a_positive_one(qapp) -> None:
    cells = np.array([[-0.48682, 0.48682, -0.30802, 0.0, -1e9, np.nan, np.inf, -np.inf]])
    (told,) = heat_painting.texts(cells, heat_painting.LEGIBLE, signs=True)
    assert [text.strip() for text in told[:4]] == ["−0.5", "+0.5", "−0.3", "0"]
    assert [text.strip() for text in told[4:]] == ["−1e9", "NaN", "+Inf", "−Inf"]
