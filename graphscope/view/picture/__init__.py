"""Makes the picture of a graph at a position: plain shapes, one source for window, SVG and PNG."""
