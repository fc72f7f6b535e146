"""Frames of bytes between two processes; what they carry is not known here."""
