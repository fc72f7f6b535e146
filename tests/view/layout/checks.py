"""What every layout must keep, as functions that name the first thing that is wrong."""

from __future__ import annotations

from itertools import combinations, pairwise

from graphscope.view.layout import Item, Layout, Link, Path, Rect, Request

CLOSE = 1e-6
OVERLAP = 0.5


def check(request: Request, layout: Layout) -> None:
    """Everything that holds for any request."""
    check_boxes(request, layout)
    check_groups(request, layout)
    check_wires(request, layout)
    check_extent(layout)


def check_boxes(request: Request, layout: Layout) -> None:
    assert set(layout.boxes) == {item.key for item in request.items}
    for item in request.items:
        box = layout.boxes[item.key]
        assert (box.width, box.height) == (item.width, item.height)
    rects = sorted(layout.boxes.items(), key=lambda pair: pair[1].x)
    for at, (name, box) in enumerate(rects):
        for other, its_box in rects[at + 1 :]:
            if its_box.x >= box.right:
                break
            assert not overlap(box, its_box), f"{name} overlaps {other}"


def check_groups(request: Request, layout: Layout) -> None:
    """Frames hold their members and nothing else, and keep title and padding free."""
    wanted = {item.group[:depth] for item in request.items for depth in range(1, len(item.group) + 1)}
    assert set(layout.groups) == wanted
    boxes = {group.path: group for group in request.groups}
    for path, frame in layout.groups.items():
        header = boxes[path].header if path in boxes else 26
        padding = boxes[path].padding if path in boxes else 16
        room = Rect(
            frame.x + padding,
            frame.y + header + padding,
            frame.width - 2 * padding,
            frame.height - header - 2 * padding,
        )
        for item in request.items:
            inside = item.group[: len(path)] == path
            box = layout.boxes[item.key]
            assert inside == overlap(frame, box), f"{item.key} and the frame of {path}"
            assert not inside or holds(room, box), f"{item.key} sticks out of {path}"
    for (one, frame), (other, its_frame) in combinations(layout.groups.items(), 2):
        nested = one == other[: len(one)] or other == one[: len(other)]
        assert nested or not overlap(frame, its_frame), f"the frames of {one} and {other} overlap"


def check_wires(request: Request, layout: Layout) -> None:
    """One wire per link, from port to port, with no corner inside a card and no way through a stranger."""
    assert tuple(wire.link for wire in layout.wires) == request.links
    obstacles = _Obstacles(request, layout)
    for wire in layout.wires:
        link = wire.link
        assert wire.points[0] == layout.ports[link.source].outputs[link.source_port]
        assert wire.points[-1] == layout.ports[link.target].inputs[link.target_port]
        for start, end in pairwise(wire.points):
            assert start != end, f"{link} stands still"
            obstacles.check(link, start, end)


class _Obstacles:
    """Cards and frames that a wire has no business in, found by the stretch of the x axis that they touch."""

    def __init__(self, request: Request, layout: Layout) -> None:
        self.stretch = max(layout.width / 500, 1.0)
        self.group_of = {item.key: item.group for item in request.items}
        self.rects: dict[int, list[tuple[str, Path, Rect]]] = {}
        for key, box in layout.boxes.items():
            self._note(key, (), box)
        for path, frame in layout.groups.items():
            self._note(str(path), path, frame)

    def _note(self, name: str, path: Path, rect: Rect) -> None:
        for at in self._stretches(rect.x, rect.right):
            self.rects.setdefault(at, []).append((name, path, rect))

    def _stretches(self, start: float, end: float) -> range:
        return range(int(min(start, end) // self.stretch), int(max(start, end) // self.stretch) + 1)

    def check(self, link: Link, start: tuple[float, float], end: tuple[float, float]) -> None:
        for at in self._stretches(start[0], end[0]):
            for name, path, rect in self.rects.get(at, ()):
                if not path or not self._at_home(link, path):
                    assert not crosses(rect, start, end), f"{link} runs through {name}"

    def _at_home(self, link: Link, path: Path) -> bool:
        return any(self.group_of[key][: len(path)] == path for key in (link.source, link.target))


def crosses(rect: Rect, start: tuple[float, float], end: tuple[float, float]) -> bool:
    """Whether a line passes through the inside of a rectangle (Liang and Barsky's clipping)."""
    first, last = 0.0, 1.0
    for at, low, high in ((0, rect.x, rect.right), (1, rect.y, rect.bottom)):
        way = end[at] - start[at]
        if abs(way) < CLOSE:
            if not low + CLOSE < start[at] < high - CLOSE:
                return False
            continue
        bounds = sorted(((low + CLOSE - start[at]) / way, (high - CLOSE - start[at]) / way))
        first, last = max(first, bounds[0]), min(last, bounds[1])
    return first < last


def check_extent(layout: Layout) -> None:
    """Nothing sticks out of the picture, and the picture is not larger than what is in it."""
    rects = [*layout.boxes.values(), *layout.groups.values()]
    points = [point for wire in layout.wires for point in wire.points]
    xs = [*(rect.x for rect in rects), *(rect.right for rect in rects), *(x for x, _ in points)]
    ys = [*(rect.y for rect in rects), *(rect.bottom for rect in rects), *(y for _, y in points)]
    assert min(xs, default=0) >= -CLOSE
    assert min(ys, default=0) >= -CLOSE
    assert max(xs, default=0) <= layout.width + CLOSE
    assert max(ys, default=0) <= layout.height + CLOSE


def overlap(one: Rect, other: Rect) -> bool:
    return (
        min(one.right, other.right) - max(one.x, other.x) > CLOSE
        and min(one.bottom, other.bottom) - max(one.y, other.y) > CLOSE
    )


def holds(outer: Rect, inner: Rect) -> bool:
    return (
        inner.x >= outer.x - CLOSE
        and inner.y >= outer.y - CLOSE
        and inner.right <= outer.right + CLOSE
        and inner.bottom <= outer.bottom + CLOSE
    )


def shared_lines(layout: Layout, near: float = OVERLAP) -> list[tuple[Link, Link]]:
    """Pairs of wires of different tensors that run on each other along the way."""
    pieces: list[tuple[int, float, float, float, Link]] = []
    for wire in layout.wires:
        for (x0, y0), (x1, y1) in pairwise(wire.points):
            if abs(y0 - y1) < CLOSE:
                pieces.append((0, y0, min(x0, x1), max(x0, x1), wire.link))
            elif abs(x0 - x1) < CLOSE:
                pieces.append((1, x0, min(y0, y1), max(y0, y1), wire.link))
    pieces.sort(key=lambda piece: piece[:4])
    found: list[tuple[Link, Link]] = []
    for at, (axis, line, low, high, link) in enumerate(pieces):
        for other_axis, other_line, other_low, other_high, other in pieces[at + 1 :]:
            if other_axis != axis or other_line - line > near:
                break
            same = (link.source, link.source_port) == (other.source, other.source_port)
            same = same or (link.target, link.target_port) == (other.target, other.target_port)
            if not same and min(high, other_high) - max(low, other_low) > OVERLAP:
                found.append((link, other))
    return found


def chain(*keys: str, width: float = 120, height: float = 64) -> tuple[tuple[Item, ...], tuple[Link, ...]]:
    """Items one after the other."""
    items = tuple(Item(key, width, height) for key in keys)
    return items, tuple(Link(one, other) for one, other in pairwise(keys))
