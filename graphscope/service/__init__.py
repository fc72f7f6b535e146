"""What a window asks of a run and is told, and the engine in a process of its own."""
