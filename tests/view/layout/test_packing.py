"""Parts that nothing connects are packed apart from each other on shelves."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from graphscope.view.layout.packing import Part, pack

SIZE = st.floats(1, 300)
PARTS = st.lists(st.builds(Part, SIZE, SIZE, st.booleans()), max_size=12)


@given(PARTS)
def test_parts_keep_their_distance_and_stay_inside(parts: list[Part]) -> None:
    origins, length, breadth = pack(parts, (16, 16), (36, 28))
    for (one, (x0, y0)), (other, (x1, y1)) in combinations(zip(parts, origins, strict=True), 2):
        beside = x0 + one.length + 35.9 <= x1 or x1 + other.length + 35.9 <= x0
        above = y0 + one.breadth + 27.9 <= y1 or y1 + other.breadth + 27.9 <= y0
        assert beside or above
    for part, (along, across) in zip(parts, origins, strict=True):
        inset = 0 if part.bordered else 16
        assert inset <= along <= length - part.length - inset + 0.001
        assert 0 <= across <= breadth - part.breadth + 0.001


def test_a_part_that_reaches_the_borders_has_a_shelf_of_its_own_and_comes_first() -> None:
    origins, length, breadth = pack([Part(50, 10, False), Part(200, 40, True)], (16, 16), (36, 28))
    assert origins == [(16, 68), (0, 0)]
    assert (length, breadth) == (200, 78)
