"""Keras on PyTorch: the oracle for what is read from its files."""

import os

import pytest

os.environ.setdefault("KERAS_BACKEND", "torch")
os.environ.setdefault("KERAS_HOME", "/nonexistent")


@pytest.fixture(scope="session")
def keras():
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        keras = pytest.importorskip("keras")
        if keras.backend.backend() != "torch":
            pytest.skip("Keras runs on PyTorch here, which is absent")
        yield keras
