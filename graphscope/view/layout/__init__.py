"""Where everything stands in the picture of a graph: boxes, group frames and wires, in plain numbers."""

from graphscope.view.layout.layered import Layered
from graphscope.view.layout.request import (
    Flow,
    GroupBox,
    Item,
    Layout,
    LayoutCancelled,
    LayoutEngine,
    LayoutError,
    Link,
    Path,
    Point,
    Ports,
    Rect,
    Request,
    Wire,
)

__all__ = [
    "Flow",
    "GroupBox",
    "Item",
    "Layered",
    "Layout",
    "LayoutCancelled",
    "LayoutEngine",
    "LayoutError",
    "Link",
    "Path",
    "Point",
    "Ports",
    "Rect",
    "Request",
    "Wire",
]
