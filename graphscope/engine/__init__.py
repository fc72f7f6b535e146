"""How a graph is run: the plan of an iteration, the machine that does its steps, and the history."""
