"""The conductors: one file a feature."""
