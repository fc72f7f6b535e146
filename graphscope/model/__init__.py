"""A model: a graph with its arrays, data, loss and optimizer, and the builder and layers that make one."""
