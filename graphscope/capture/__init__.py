"""Captures a step of another framework, where that runs: as a model here, or as a file of plain data."""
