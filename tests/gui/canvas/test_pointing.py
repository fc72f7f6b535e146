"""What somebody points at elsewhere has a ring in the graph, every card of it."""

from __future__ import annotations

from graphscope.gui.canvas.canvas import Canvas


def around(canvas: Canvas, name: str) -> tuple[int, int]:
    """A place on the ring around a card: the middle of its left side."""
    picture = canvas.stage.picture
    assert picture is not None
    home = picture.home(name)
    assert home is not None
    box = picture.boxes[home.key]
    x, y = canvas.camera.to_screen(box.x - 5, box.y + box.height / 2)
    return round(x), round(y)


def test_all_that_is_pointed_at_is_ringed_and_nothing_is_in_the_end(opened) -> None:
    window = opened("xor")
    canvas = window.canvas
    canvas.fit(whole=True)
    places = [around(canvas, name) for name in ("m1", "W1", "h")]
    bare = canvas.grab().toImage()
    window.desk.pointed.emit(("m1", "W1", "h"))
    ringed = canvas.grab().toImage()
    for x, y in places:
        before, after = ([picture.pixel(x + dx, y) for dx in range(-3, 4)] for picture in (bare, ringed))
        assert before != after
    window.desk.pointed.emit(())
    assert canvas.grab().toImage() == bare


def test_what_is_not_in_the_graph_is_passed_over(opened) -> None:
    window = opened("xor")
    bare = window.canvas.grab().toImage()
    window.desk.pointed.emit(("nothing", ""))
    assert window.canvas.grab().toImage() == bare
