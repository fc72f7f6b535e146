"""Draws one card or chip: its outline says the kind and the state, tags on its border say the step."""

from __future__ import annotations

from dataclasses import replace

from graphscope.view.metrics import elide, text_width
from graphscope.view.palette import mix
from graphscope.view.picture.afar import draw_block, draw_brief
from graphscope.view.picture.faces import Face, RowFace, Sum
from graphscope.view.picture.halfway import draw_title, enlarged
from graphscope.view.picture.items import Card
from graphscope.view.picture.look import Look
from graphscope.view.picture.measure import badge_width
from graphscope.view.picture.rows import draw_row
from graphscope.view.picture.shapes import (
    Box,
    Line,
    Polygon,
    Shape,
    Words,
    disc,
    middle,
    scaled,
    triangle,
)
from graphscope.view.picture.stops import draw_stop
from graphscope.view.picture.style import CARD, CHIP, EDGE, SMALL, CardStyle

DASH = (4.0, 3.0)
OVERHANG = 20
"""How far tags, shadows and stacks reach beyond a card; painters keep this margin."""
TAG = 18
"""Height of a tag."""
TAG_TOP = 4 - TAG
"""Tags sit on the upper border and leave the title free."""
LARGER = 1.3
"""So much larger are tags where the numbers are."""


def draw_card(card: Card, face: Face, look: Look) -> tuple[Shape, ...]:
    """The shapes of a card; (0, 0) is its upper left corner."""
    stop = draw_stop(face.stop, 1, _stop_height(card), look) if face.stop is not None else []
    if look.level == "block":
        return (*_ground(card, face, look), *draw_block(card, face, look), *stop)
    shapes = _ground(card, face, look)
    if look.level == "chips":
        return (*shapes, *draw_brief(card, face, look), *stop)
    if look.level == "large":
        return (*shapes, *_large(card, face, look), *stop)
    shapes += _heading(card, look)
    for row, shown in zip(card.rows, face.rows, strict=False):
        shapes += draw_row(row, shown, look)
    if any(row.form == "words" for row in card.rows) and len(face.rows) < len(card.rows):
        shapes += draw_row(card.rows[-1], RowFace(None), look)
    return (*shapes, *_tags(card, face, look), *stop)


def _large(card: Card, face: Face, look: Look) -> list[Shape]:
    """Title, numbers and tags of a card at half size."""
    shapes = draw_title(card, look)
    for row, shown in zip(enlarged(card).rows, face.rows, strict=False):
        shapes += draw_row(row, shown, look)
    smaller = replace(card, width=card.width / LARGER, height=card.height / LARGER)
    return [*shapes, *scaled(_tags(smaller, face, look), LARGER)]


def _stop_height(card: Card) -> float:
    """A breakpoint sits on the left border, beside the title."""
    style = _style(card)
    return style.title_top + style.title_height / 2


def _style(card: Card) -> CardStyle:
    return CHIP if card.key.startswith("chip:") else CARD


# ---- ground: shadow, fill, outline ------------------------------------------------------------


def _ground(card: Card, face: Face, look: Look) -> list[Shape]:
    radius = _radius(card)
    width, height = card.width, card.height
    shapes: list[Shape] = []
    if card.kind in ("parameter", "buffer", "group"):
        shapes += _stacked(card, radius, look)
    else:
        shapes += _shadow(width, height, radius, look)
    outline = _outline(card, face, look)
    shapes.append(replace(outline, fill=_fill(card, look)))
    if card.kind == "loss":
        inner = replace(
            outline, x=4.5, y=4.5, width=width - 9, height=height - 9, radius=radius - 3, weight=1
        )
        shapes.append(inner)
    return shapes


def _radius(card: Card) -> float:
    return CARD.radius if card.kind in ("op", "loss", "group") else CHIP.radius


def _fill(card: Card, look: Look) -> str:
    if card.kind == "group":
        return mix(look.theme.surface, look.theme.group[0], 0.6)
    return look.theme.surface


def _shadow(width: float, height: float, radius: float, look: Look) -> list[Shape]:
    """A soft shadow from three faint boxes, each a little larger and lower."""
    colour = look.theme.shadow
    if colour.endswith("00"):
        return []
    strength = int(colour[7:9], 16)
    layers = ((3.0, 3.0, 0.18), (2.0, 2.0, 0.25), (1.0, 1.0, 0.35))
    return [
        Box(
            -grow + 1,
            drop,
            width + 2 * grow - 2,
            height + grow - 1,
            radius + grow,
            f"{colour[:7]}{round(strength * share):02x}",
        )
        for grow, drop, share in layers
    ]


def _stacked(card: Card, radius: float, look: Look) -> list[Shape]:
    """A second sheet behind: there is more of this than one number, or it is kept from step to step."""
    fill = mix(look.theme.surface, look.theme.line, 0.35)
    return [Box(4, 4, card.width, card.height, radius, fill, look.outline, 1)]


def _outline(card: Card, face: Face, look: Look) -> Box:
    """The border: dashed while nothing is there, solid when done, thick when it just ran."""
    theme = look.theme
    stroke, weight, dash = look.outline, 0.75 if card.kind == "constant" else 1.25, ()
    if face.state == "waiting":
        dash = DASH
    if face.next:
        stroke, weight, dash = theme.backward if face.backward[1] else theme.accent, 1.75, DASH
    if face.ran:
        stroke, weight, dash = theme.backward if face.backward[0] else theme.accent, 2.5, ()
    if face.problem or any(row.summary is not None and not row.summary.finite for row in face.rows):
        stroke, weight, dash = theme.alarm, max(weight, 2), ()
    # Half a pixel inside, so that a thin border covers whole pixels at 100 %.
    return Box(0.5, 0.5, card.width - 1, card.height - 1, _radius(card), "", stroke, weight, dash)


# ---- heading ----------------------------------------------------------------------------------


def _heading(card: Card, look: Look) -> list[Shape]:
    """Badge with the op's sign, title, shape."""
    theme, style = look.theme, _style(card)
    base = middle(style.title_top, style.title_height, style.title_size)
    x: float = EDGE
    shapes: list[Shape] = []
    if card.kind == "group":
        y = style.title_top + style.title_height / 2
        shapes.append(Polygon(((x + 3, y - 4), (x + 9, y), (x + 3, y + 4)), theme.muted))
        x += 18
    elif card.symbol:
        width = badge_width(card.symbol, style.title_size)
        shapes.append(Box(x, style.title_top, width, style.title_height, 5, theme.accent_soft))
        size = style.title_size - 1
        at = middle(style.title_top, style.title_height, size)
        shapes.append(Words(x + width / 2, at, card.symbol, size, "strong", theme.ink, "middle"))
        x += width + 8
    shapes.append(Words(x, base, card.title, style.title_size, "strong", theme.ink))
    if card.proxy:
        end = x + text_width(card.title, style.title_size, "strong")
        shapes.append(Line(((x, base + 3), (end, base + 3)), theme.muted, 1, (1.5, 2)))
    face = "text" if card.kind in ("group", "loss") else "mono"
    right = card.width - EDGE
    shapes.append(Words(right, base, card.shape, SMALL, face, theme.muted, "end"))
    if card.note:
        below = style.title_top + style.title_height + SMALL + 2
        shapes.append(
            Words(
                EDGE,
                below,
                elide(card.note, card.width - 2 * EDGE, SMALL, "mono"),
                SMALL,
                "mono",
                theme.muted,
            )
        )
    return shapes


# ---- tags on the border -----------------------------------------------------------------------


def _tags(card: Card, face: Face, look: Look) -> list[Shape]:
    shapes: list[Shape] = []
    below = card.height - 4
    top = below if card.hanging else TAG_TOP
    x = 8.0
    if face.ran:
        made, x = _state_tag(x, top, look.text("just ran"), look, backward=face.backward[0], hollow=False)
        shapes += made
    if face.next:
        word = look.text("next")
        narrow = x > 8 and x + text_width(word, SMALL, "strong") + 27 > card.width + OVERHANG
        made, x = _state_tag(x, top, "" if narrow else word, look, backward=face.backward[1], hollow=True)
        shapes += made
    bad = [row.summary for row in face.rows if row.summary is not None and not row.summary.finite]
    right = card.width - 6
    if bad:
        made, right = _alarm(right, top, trouble(bad[0].nan, bad[0].infinite), look)
        shapes += made
    if any(row.edited is not None for row in face.rows):
        shapes += _pencil(x, right, top, look)
    if face.sum is not None:
        shapes += _sum_tag(x if card.hanging else 8.0, below, face.sum, look)
    elif face.change:
        shapes += _change_tag(x if card.hanging else 8.0, below, face.change, look)
    return shapes


def trouble(nan: int, infinite: int) -> str:
    """How many numbers are NaN or infinite, in a few characters."""
    parts = [f"NaN ×{nan}"] if nan else []
    return " ".join([*parts, *([f"Inf ×{infinite}"] if infinite else [])])


def _state_tag(
    x: float, top: float, word: str, look: Look, *, backward: bool, hollow: bool
) -> tuple[list[Shape], float]:
    """▶ just ran, or ▷ next: a tag that sits on the border. Returns also where the next one may start."""
    theme = look.theme
    colour = theme.backward if backward else theme.accent
    paper = theme.surface
    width = text_width(word, SMALL, "strong") + 27 if word else 24
    fill, ink = (paper, colour) if hollow else (colour, paper)
    shapes: list[Shape] = [Box(x, top, width, TAG, TAG / 2, fill, colour, 1.5, DASH if hollow else ())]
    outline = {"fill": "", "stroke": ink} if hollow else {"fill": ink}
    mark = triangle(x + 12, top + TAG / 2, 4, **outline, left=backward, weight=1.25)
    shapes += [mark, Words(x + 20, middle(top, TAG, SMALL), word, SMALL, "strong", ink)]
    return shapes, x + width + 4


def _alarm(right: float, top: float, word: str, look: Look) -> tuple[list[Shape], float]:
    """How many numbers are not finite, at the right of the border that has the other tags.

    Returns also where the next tag to its left may end.
    """
    width = text_width(word, SMALL, "strong") + 14
    x = right - width
    shapes: list[Shape] = [
        Box(x, top, width, TAG, 3, look.theme.alarm),
        Words(x + 7, middle(top, TAG, SMALL), word, SMALL, "strong", look.theme.surface),
    ]
    return shapes, x - 4


def _pencil(left: float, right: float, top: float, look: Look) -> list[Shape]:
    """A user put a number here: a pencil, and the word where there is room for it."""
    theme, word = look.theme, look.text("edited")
    width = text_width(word, SMALL, "strong") + 30
    if right - width < left:
        word, width = "", TAG
    x, y = right - width, top + 3.5
    shapes: list[Shape] = [Box(x, top, width, TAG, 3, theme.surface, theme.accent, 1.25)]
    x += 4
    shapes.append(
        Polygon(((x + 2, y + 7), (x + 7.5, y + 1.5), (x + 9.5, y + 3.5), (x + 4, y + 9)), theme.accent)
    )
    shapes.append(Polygon(((x + 1.3, y + 7.7), (x + 3.3, y + 9.7), (x + 0.3, y + 10.7)), theme.accent))
    if word:
        shapes.append(Words(x + 17, middle(top, TAG, SMALL), word, SMALL, "strong", theme.ink))
    return shapes


def _sum_tag(x: float, top: float, added: Sum, look: Look) -> list[Shape]:
    """⊕ 1 of 2 added, or the addition itself, on the lower border."""
    theme = look.theme
    shown = added.equation or look.text("{count} of {total} added", count=added.count, total=added.total)
    family = "mono strong" if added.equation else "strong"
    width = text_width(shown, SMALL, family) + 30
    box = Box(x, top, width, TAG, TAG / 2, theme.backward_soft, theme.backward, 1.25)
    words = Words(x + 22, middle(top, TAG, SMALL), shown, SMALL, family, theme.ink)
    return [box, *plus_in_circle(x + 12, top + TAG / 2, 5.5, look), words]


def _change_tag(x: float, top: float, change: str, look: Look) -> list[Shape]:
    """The old number and the new one, on the lower border."""
    theme = look.theme
    width = text_width(change, SMALL, "mono strong") + 18
    return [
        Box(x, top, width, TAG, TAG / 2, theme.accent_soft, theme.accent, 1.25),
        Words(x + 9, middle(top, TAG, SMALL), change, SMALL, "mono strong", theme.ink),
    ]


def plus_in_circle(x: float, y: float, radius: float, look: Look) -> list[Shape]:
    """⊕: gradients are added here."""
    colour, arm = look.theme.backward, radius * 0.6
    return [
        disc(x, y, radius, look.theme.surface, colour, 1.5),
        Line(((x - arm, y), (x + arm, y)), colour, 1.5),
        Line(((x, y - arm), (x, y + arm)), colour, 1.5),
    ]
