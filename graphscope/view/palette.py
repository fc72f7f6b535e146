"""The colours of the three themes: light, dark and high contrast.

One meaning, one channel: hue tells the sign of a number (orange −, blue +) and nothing else; violet marks
backward, red an error or breakpoint. The five hues keep apart under the three dichromacies and stand out
from the background by 3:1 or more (WCAG 2.2, non-text contrast).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

ThemeName = Literal["light", "dark", "contrast"]


@dataclass(frozen=True, slots=True)
class Theme:
    """Named colours as ``#rrggbb``.

    Args:
        window: behind panels; ``canvas`` behind the graph; ``surface`` cards and fields; ``raised`` hovered.
        ink: text; ``muted`` secondary text; ``faint`` hints and disabled text.
        line: borders; ``edge`` forward edges.
        group: fills of group frames, by depth.
        positive, negative: signs; ``zero`` the middle of the diverging map.
        backward: gradients; ``accent`` what just ran forward; ``alarm`` errors and breakpoints.
    """

    name: ThemeName
    dark: bool
    window: str
    canvas: str
    surface: str
    raised: str
    ink: str
    muted: str
    faint: str
    line: str
    edge: str
    group: tuple[str, ...]
    positive: str
    negative: str
    zero: str
    backward: str
    backward_soft: str
    accent: str
    accent_soft: str
    alarm: str
    alarm_soft: str
    shadow: str


LIGHT = Theme(
    name="light",
    dark=False,
    window="#eef0f3",
    canvas="#f5f6f8",
    surface="#ffffff",
    raised="#f0f3f7",
    ink="#1f2328",
    muted="#57606a",
    faint="#8b949e",
    line="#d0d7de",
    edge="#8a939d",
    group=("#e9eef5", "#dfe7f1", "#d5dfec"),
    positive="#1a73c9",
    negative="#c96a00",
    zero="#f2f2f2",
    backward="#5b1a78",
    backward_soft="#efe3f5",
    accent="#1f2328",
    accent_soft="#e3e8ee",
    alarm="#b3001b",
    alarm_soft="#fbe4e7",
    shadow="#1f232822",
)

DARK = Theme(
    name="dark",
    dark=True,
    window="#15171a",
    canvas="#1b1d21",
    surface="#272a30",
    raised="#31353c",
    ink="#e8eaed",
    muted="#a9b1ba",
    faint="#79818b",
    line="#3c4149",
    edge="#7d8590",
    group=("#212429", "#282c33", "#30353d"),
    positive="#5fb4ff",
    negative="#ffb057",
    zero="#22252b",
    backward="#b46be8",
    backward_soft="#35263f",
    accent="#e8eaed",
    accent_soft="#383d45",
    alarm="#ff4d61",
    alarm_soft="#45232a",
    shadow="#00000066",
)

CONTRAST = Theme(
    name="contrast",
    dark=True,
    window="#000000",
    canvas="#000000",
    surface="#000000",
    raised="#1f1f1f",
    ink="#ffffff",
    muted="#ffffff",
    faint="#d0d0d0",
    line="#ffffff",
    edge="#ffffff",
    group=("#0d0d0d", "#141414", "#1b1b1b"),
    positive="#5fb4ff",
    negative="#ffb057",
    zero="#101010",
    backward="#d59bff",
    backward_soft="#2a1836",
    accent="#ffff00",
    accent_soft="#333300",
    alarm="#ff6b7a",
    alarm_soft="#3d0008",
    shadow="#00000000",
)

THEMES: Mapping[ThemeName, Theme] = {theme.name: theme for theme in (LIGHT, DARK, CONTRAST)}


def mix(first: str, second: str, share: float) -> str:
    """The colour ``share`` of the way from ``first`` to ``second`` (0 to 1), in sRGB."""
    one, two = rgb(first), rgb(second)
    mixed = (round(a + (b - a) * min(max(share, 0.0), 1.0)) for a, b in zip(one, two, strict=True))
    return "#" + "".join(f"{channel:02x}" for channel in mixed)


def rgb(colour: str) -> tuple[int, int, int]:
    """``#rrggbb`` (an alpha at the end is dropped) as three numbers from 0 to 255."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def signed(theme: Theme, share: float) -> str:
    """The colour of a signed number: −1 full negative, 0 the middle, +1 full positive."""
    return mix(theme.zero, theme.positive if share >= 0 else theme.negative, abs(share))


def luminance(colour: str) -> float:
    """Relative luminance from 0 to 1 (WCAG 2.2)."""
    channels = [value / 255 for value in rgb(colour)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    """The contrast of two colours, from 1 to 21 (WCAG 2.2)."""
    bright, dim = sorted((luminance(first), luminance(second)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def ink_on(colour: str) -> str:
    """Black or white, whichever reads better on ``colour``."""
    return "#000000" if contrast(colour, "#000000") >= contrast(colour, "#ffffff") else "#ffffff"
