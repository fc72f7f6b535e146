"""The program without a window: command line, samples, settings, doctor, and opening a model."""
