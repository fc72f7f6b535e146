"""The array libraries and devices that can run a graph, one file each."""
