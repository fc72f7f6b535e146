"""Small parts that panels and the window are put together from."""
