"""The frameworks whose runs can be captured: one module each, found by looking in this folder."""
