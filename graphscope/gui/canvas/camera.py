"""Which part of the picture is seen, and how large: the arithmetic of zooming, fitting and gliding."""

from __future__ import annotations

from dataclasses import dataclass

from graphscope.view.layout.request import Rect

SMALLEST, LARGEST = 0.05, 4.0
FIT_LARGEST = 1.3
"""Fitting never makes type larger than 130 %."""
FIT_SMALLEST = 1.0
FIT_ALMOST = 0.62
"""A small graph that would fit only below this is shown at 100 %, and the canvas follows the step: down to here
numbers have 10 pixels."""


@dataclass(frozen=True, slots=True)
class Camera:
    """``screen = scene * scale + offset``, in pixels of the widget."""

    scale: float = 1.0
    x: float = 0.0
    y: float = 0.0

    def to_screen(self, x: float, y: float) -> tuple[float, float]:
        """A point of the picture on the widget."""
        return x * self.scale + self.x, y * self.scale + self.y

    def to_scene(self, x: float, y: float) -> tuple[float, float]:
        """A point of the widget in the picture."""
        return (x - self.x) / self.scale, (y - self.y) / self.scale

    def seen(self, width: float, height: float) -> Rect:
        """The part of the picture on a widget of that size."""
        left, top = self.to_scene(0, 0)
        return Rect(left, top, width / self.scale, height / self.scale)

    def panned(self, dx: float, dy: float) -> Camera:
        """Moved by so many pixels."""
        return Camera(self.scale, self.x + dx, self.y + dy)

    def zoomed(self, factor: float, x: float, y: float) -> Camera:
        """Zoomed so that the point under (x, y) of the widget stays there."""
        scale = min(max(self.scale * factor, SMALLEST), LARGEST)
        u, v = self.to_scene(x, y)
        return Camera(scale, x - u * scale, y - v * scale)

    def centred(self, x: float, y: float, width: float, height: float) -> Camera:
        """With a point of the picture in the middle."""
        return Camera(self.scale, width / 2 - x * self.scale, height / 2 - y * self.scale)

    def between(self, other: Camera, share: float) -> Camera:
        """A camera on the way to another one."""
        mix = [a + (b - a) * share for a, b in zip(self.parts, other.parts, strict=True)]
        return Camera(*mix)

    @property
    def parts(self) -> tuple[float, float, float]:
        """Scale and offset."""
        return self.scale, self.x, self.y


def fitted(bounds: Rect, width: float, height: float, *, small: bool, focus: Rect | None = None) -> Camera:
    """The whole picture in the middle of the widget; what does not fit, around the focus or its beginning.

    Args:
        small: whether the graph is small enough that its numbers matter more than seeing all of it.
    """
    whole = min(width / max(bounds.width, 1), height / max(bounds.height, 1))
    smallest = FIT_SMALLEST if small and whole < FIT_ALMOST else SMALLEST
    scale = min(max(whole, smallest), FIT_LARGEST)
    x, y = focus.center if focus else (bounds.x, bounds.y)
    camera = Camera(scale).centred(x, y, width, height)
    left = _kept(camera.x, bounds.x * scale, bounds.right * scale, width)
    top = _kept(camera.y, bounds.y * scale, bounds.bottom * scale, height)
    return Camera(scale, round(left), round(top))


def _kept(offset: float, low: float, high: float, room: float) -> float:
    """An offset that shows no empty space beside what does not fit, and centres what does."""
    if high - low <= room:
        return (room - low - high) / 2
    return min(max(offset, room - high), -low)


def shown(camera: Camera, target: Rect, width: float, height: float, margin: float = 48) -> Camera:
    """The camera moved as little as brings a part of the picture into view."""
    left, top = camera.to_screen(target.x, target.y)
    right, bottom = camera.to_screen(target.right, target.bottom)
    return camera.panned(_shift(left, right, width, margin), _shift(top, bottom, height, margin))


def followed(camera: Camera, target: Rect, bounds: Rect, width: float, height: float) -> Camera:
    """The camera moved to see a part of the picture; an axis along which that or all is in view stays as it is."""
    moved = shown(camera, target, width, height)
    seen = [_in_view(camera, part, width, height) for part in (target, bounds)]
    x = camera.x if any(across for across, _ in seen) else moved.x
    y = camera.y if any(down for _, down in seen) else moved.y
    return Camera(camera.scale, x, y)


def refitted(camera: Camera, target: Camera, bounds: Rect, height: float) -> Camera:
    """The camera in a widget that is a little higher or lower: as it was where that shows as much, else the target."""
    same = camera.scale == target.scale and _in_view(camera, bounds, 0, height)[1]
    return camera if same else target


def _in_view(camera: Camera, part: Rect, width: float, height: float) -> tuple[bool, bool]:
    """Whether a part of the picture is all in view, along each axis."""
    left, top = camera.to_screen(part.x, part.y)
    right, bottom = camera.to_screen(part.right, part.bottom)
    return left >= -1 and right <= width + 1, top >= -1 and bottom <= height + 1


def _shift(low: float, high: float, room: float, margin: float) -> float:
    if high - low > room - 2 * margin:
        return (room - low - high) / 2
    if low < margin:
        return margin - low
    return min(room - margin - high, 0)
