"""A model as lines of code: those that its author wrote, or short ones made from its graph, layer by layer."""
