"""Makes the card of a node, of a leaf, of a folded group, and the chips: titles, rows and sizes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from graphscope.graph.graph import Node
from graphscope.graph.scope import Scope, path
from graphscope.graph.spec import TensorSpec, format_shape
from graphscope.model.model import Model
from graphscope.view.metrics import text_width
from graphscope.view.picture.items import Card, CardKind
from graphscope.view.picture.measure import Block, block, place, words
from graphscope.view.picture.style import CARD, CHIP, SMALL, CardStyle
from graphscope.view.text import Text

SHOWN_OUTPUTS = 3
"""A node with more outputs than this shows the first ones only."""


@dataclass(frozen=True)
class CardMaker:
    """Makes cards for one model.

    Args:
        gradients: the values that get a gradient; only they have a ◆ row.
    """

    model: Model
    specs: Mapping[str, TensorSpec]
    gradients: frozenset[str]
    text: Text

    def node(self, node: Node) -> Card:
        """The card of a node."""
        name = node.outputs[0]
        called = name if len(node.outputs) == 1 else node.name
        own = named_by_user(called, node)
        plain = node.op.name.lower() if node.op.symbol else node.op.title
        numbered = re.search(r"_\d+$", called) is not None  # one of several: as everywhere else it is called
        title = short_name(called, node.scope) if own or numbered else plain
        symbol = node.op.title if own or node.op.symbol else ""
        loss = name == self.model.loss
        label = self.text("loss") if loss and title != "loss" else self.shape(name)
        rows = [item for output in node.outputs[:SHOWN_OUTPUTS] for item in self.blocks(output)]
        kind: CardKind = "loss" if loss else "op"
        return self._card(
            f"node:{node.name}", kind, name, title, symbol, label, rows, node=node.name, scope=node.scope
        )

    def leaf(self, name: str, scope: Scope) -> Card:
        """The card of an input, or of a parameter or constant that stands in the flow."""
        blocks = self._leaf_blocks(name)
        title = short_name(name, scope)
        return self._card(
            f"leaf:{name}", self.kind(name), name, title, "", self._label(name), blocks, scope=scope
        )

    def chip(self, name: str, node: str, scope: Scope, *, proxy: bool) -> Card:
        """A parameter, constant or label docked to a node; a proxy has its own place elsewhere."""
        blocks = self._leaf_blocks(name)
        key = f"chip:{name}@{node}"
        title = short_name(name, scope)
        card = self._card(
            key, self.kind(name), name, title, "", self._label(name), blocks, scope=scope, style=CHIP
        )
        return replace(card, proxy=proxy)

    def _label(self, name: str) -> str:
        """The shape of a leaf; a buffer says that it is one, as it is neither trained nor constant."""
        shape = self.shape(name)
        return f"{self.text('buffer')} {shape}".rstrip() if self.kind(name) == "buffer" else shape

    def _leaf_blocks(self, name: str) -> list[Block]:
        """The rows of a leaf; an input without a gradient says so."""
        blocks = self.blocks(name)
        if self.kind(name) == "input" and self.model.loss and name not in self.gradients:
            blocks.append(words(name, "gradient", text_width(self.text("no gradient needed"), SMALL) + 4))
        return blocks

    def group(self, key: str, group: Scope, members: Sequence[Node]) -> Card:
        """The card of a folded group: the rows of its last output, and what goes in and comes out."""
        inside = {output for node in members for output in node.outputs}
        graph = self.model.graph
        entering = [name for node in members for name in node.inputs if name and name not in inside]
        flowing = [name for name in entering if graph.by_name[name].kind in ("node", "input")]
        last = members[-1].outputs[0]
        first = (flowing or entering or [last])[0]
        note = f"{self.told(first)} → {self.told(last)}"
        count = self.text("{n} nodes", n=len(members)) if len(members) > 1 else self.text("1 node")
        card = self._card(
            key, "group", last, group[-1], "", count, self.blocks(last), scope=group[:-1], note=note
        )
        names = tuple(node.name for node in members)
        return replace(card, group=group, nodes=names, note=note)

    def _card(
        self,
        key: str,
        kind: CardKind,
        value: str,
        title: str,
        symbol: str,
        shape: str,
        blocks: Sequence[Block],
        *,
        scope: Scope,
        node: str = "",
        style: CardStyle = CARD,
        note: str = "",
    ) -> Card:
        # A folded group's chevron takes the place of a badge.
        width, height, shown, rows = place(
            blocks, title, symbol or ("▸" if kind == "group" else ""), shape, style, note
        )
        nodes = (node,) if node else ()
        return Card(key, kind, value, node, shown, symbol, shape, width, height, rows, scope, nodes=nodes)

    def blocks(self, name: str) -> list[Block]:
        """The rows of a value: ● and, where it gets one, ◆."""
        spec = self.spec(name)
        made = [block(name, "value", spec)]
        return [*made, block(name, "gradient", spec)] if name in self.gradients else made

    def spec(self, name: str) -> TensorSpec:
        """The bound spec of a value, or what the graph knows of it."""
        return self.specs.get(name) or self.model.graph.by_name[name].spec

    def shape(self, name: str) -> str:
        """The shape as a card says it; a single number needs no word."""
        shape = self.spec(name).shape
        return format_shape(shape) if shape else ""

    def told(self, name: str) -> str:
        """Name and shape for the note of a folded group."""
        graph = self.model.graph
        shape = self.shape(name)
        scope = graph.by_name[name].scope
        return f"{short_name(name, scope)} {shape}" if shape else short_name(name, scope)

    def kind(self, name: str) -> CardKind:
        """The kind of a leaf's card."""
        kind = self.model.graph.by_name[name].kind
        return kind if kind != "node" else "op"


def short_name(name: str, scope: Scope) -> str:
    """A name without the scope that its group's frame already tells."""
    frames = (
        label
        for place, label in enumerate(scope)
        if not (place + 1 < len(scope) and scope[place + 1].startswith((f"{label}[", f"{label}.")))
    )
    prefixes = [separator.join((*scope, "")) for separator in (".", "/")]
    for prefix in (*prefixes, ".".join((*frames, "")), ".".join((*path(scope), ""))):
        if scope and name.startswith(prefix) and len(name) > len(prefix):
            return name[len(prefix) :]
    return name


def named_by_user(name: str, node: Node) -> bool:
    """Whether a name says more than its scope and op do."""
    plain = node.op.name.lower().replace("_", "")
    own = short_name(name, node.scope)
    bare = own.rstrip("0123456789").rstrip("_").replace("_", "")
    return bare.lower() not in ("", plain)
