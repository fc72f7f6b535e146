"""What is computed: graphs, values and specs as plain frozen data that knows no array library but NumPy."""
