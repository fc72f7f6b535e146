"""Small graphs of the kinds that people open, for the tests and the benchmark of the layout."""

from __future__ import annotations

from dataclasses import replace

from graphscope.view.layout import Flow, Item, Link, Path, Request

WIDTH, HEIGHT = 120.0, 64.0


class Sketch:
    """A request written down operation by operation."""

    def __init__(self) -> None:
        self.items: list[Item] = []
        self.links: list[Link] = []

    def add(
        self,
        key: str,
        *sources: str | tuple[str, int],
        group: Path = (),
        side: tuple[int, ...] = (),
        ordered: bool = True,
        outputs: int = 1,
    ) -> str:
        """An item and the links into it; `side` numbers the inputs that are not main."""
        self.items.append(Item(key, WIDTH, HEIGHT, group, len(sources), outputs, ordered))
        for port, source in enumerate(sources):
            name, out = source if isinstance(source, tuple) else (source, 0)
            self.links.append(Link(name, key, out, port, main=port not in side))
        return key

    def request(self, flow: Flow = "right") -> Request:
        return Request(tuple(self.items), tuple(self.links), flow=flow)


def xor() -> Sketch:
    """Two Dense groups with their parameters as small items of their own, and a loss."""
    sketch = Sketch()
    hidden = sketch.add("x")
    for number in (1, 2):
        group = (f"Dense {number}",)
        weight, bias = sketch.add(f"W{number}", group=group), sketch.add(f"b{number}", group=group)
        product = sketch.add(f"matmul{number}", hidden, weight, group=group, side=(1,))
        hidden = sketch.add(f"add{number}", product, bias, group=group, side=(1,))
        if number == 1:
            hidden = sketch.add("tanh", hidden, group=group)
    sketch.add("y")
    sketch.add("loss", hidden, "y")
    return sketch


def fan_out() -> Sketch:
    """x·x + x, with a second consumer of x."""
    sketch = Sketch()
    sketch.add("x")
    sketch.add("mul", "x", "x", ordered=False)
    sketch.add("add", "mul", "x", ordered=False)
    sketch.add("sin", "x")
    sketch.add("out", "add", "sin")
    return sketch


def residual(blocks: int = 1) -> Sketch:
    """Blocks whose input skips five operations."""
    sketch = Sketch()
    hidden = sketch.add("x")
    for block in range(blocks):
        group = (f"block {block}",)
        branch = hidden
        for name in ("conv a", "norm a", "relu a", "conv b", "norm b"):
            branch = sketch.add(f"{name} {block}", branch, group=group)
        hidden = sketch.add(f"add {block}", hidden, branch, group=group, ordered=False)
    sketch.add("pool", hidden)
    return sketch


def lstm(cells: int = 1) -> Sketch:
    """Unrolled cells, each a group with two states in and out."""
    sketch = Sketch()
    hidden, cell = sketch.add("h"), sketch.add("c")
    for step in range(cells):
        group = (f"cell {step}",)

        def name(op: str, step: int = step) -> str:
            return f"{op} {step}"

        joined = sketch.add(name("concat"), sketch.add(name("x")), hidden, group=group)
        gates = sketch.add(
            name("split"), sketch.add(name("gates"), joined, group=group), group=group, outputs=4
        )
        i, f, g, o = (sketch.add(name(gate), (gates, at), group=group) for at, gate in enumerate("ifgo"))
        kept = sketch.add(name("f·c"), f, cell, group=group, ordered=False)
        added = sketch.add(name("i·g"), i, g, group=group, ordered=False)
        cell = sketch.add(name("cell"), kept, added, group=group, ordered=False)
        shown = sketch.add(name("tanh"), cell, group=group)
        hidden = sketch.add(name("hidden"), o, shown, group=group, ordered=False)
    sketch.add("out", hidden)
    return sketch


def transformer(blocks: int, closed: tuple[Path, ...] = ()) -> Sketch:
    """Blocks in groups up to three deep, and one mask for all; `closed` groups are single items."""
    sketch = Sketch()
    hidden = sketch.add("embed", sketch.add("ids"), group=("embedding",))
    sketch.add("mask")
    for block in range(blocks):
        hidden = _block(sketch, hidden, block)
    sketch.add("head", hidden)
    for path in closed:
        collapse(sketch, path)
    return sketch


def _block(sketch: Sketch, hidden: str, block: int) -> str:
    outer = (f"layer {block}",)
    attention, feed_forward = (*outer, "attention"), (*outer, "feed forward")
    normed = sketch.add(f"norm {block}", hidden, group=outer)
    heads: list[str] = []
    for name in "qkv":
        product = sketch.add(f"{name} matmul {block}", normed, group=(*attention, name))
        total = sketch.add(f"{name} add {block}", product, group=(*attention, name))
        heads.append(sketch.add(f"{name} split {block}", total, group=attention))
    scores = sketch.add(f"scores {block}", heads[0], heads[1], group=attention)
    masked = sketch.add(f"masked {block}", scores, "mask", group=attention, side=(1,))
    weights = sketch.add(f"softmax {block}", masked, group=attention)
    context = sketch.add(f"context {block}", weights, heads[2], group=attention)
    merged = sketch.add(f"merge {block}", context, group=attention)
    middle = sketch.add(f"add {block}", hidden, merged, group=outer, ordered=False)
    grown = sketch.add(f"up {block}", middle, group=feed_forward)
    grown = sketch.add(f"gelu {block}", grown, group=feed_forward)
    grown = sketch.add(f"down {block}", grown, group=feed_forward)
    return sketch.add(f"out {block}", middle, grown, group=outer, ordered=False)


def collapse(sketch: Sketch, path: Path) -> None:
    """Put one item in the place of all members of a group, with a port for each tensor in or out."""
    inside = {item.key for item in sketch.items if item.group[: len(path)] == path}
    key = "/".join(path)
    inputs: dict[tuple[str, int], int] = {}
    outputs: dict[tuple[str, int], int] = {}
    links: dict[Link, None] = {}
    for link in sketch.links:
        if link.source in inside and link.target in inside:
            continue
        tensor = link.source, link.source_port
        moved = link
        if link.target in inside:
            moved = replace(moved, target=key, target_port=inputs.setdefault(tensor, len(inputs)))
        if link.source in inside:
            moved = replace(moved, source=key, source_port=outputs.setdefault(tensor, len(outputs)))
        links[moved] = None
    item = Item(key, WIDTH, HEIGHT, path[:-1], len(inputs), len(outputs), ordered=False)
    first = next(at for at, other in enumerate(sketch.items) if other.key in inside)
    rest = [other for other in sketch.items if other.key not in inside]
    before = sum(other.key not in inside for other in sketch.items[:first])
    sketch.items = [*rest[:before], item, *rest[before:]]
    sketch.links = list(links)


def without_groups(sketch: Sketch) -> Sketch:
    """The same operations, all on one level."""
    sketch.items = [replace(item, group=()) for item in sketch.items]
    return sketch
