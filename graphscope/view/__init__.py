"""What to show of a run, in words, numbers, shapes and colours, with no window library."""
