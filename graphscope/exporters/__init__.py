"""Writes what GraphScope shows to files that other programs read."""
