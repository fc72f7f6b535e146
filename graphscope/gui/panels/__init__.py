"""The panels around the graph, one file each; none knows another."""
