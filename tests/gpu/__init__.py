"""The check that the first machine with a GPU runs: ``python dev.py gpu-check``."""
