"""The canvas: one widget that paints the graph, its numbers and what travels between them."""
