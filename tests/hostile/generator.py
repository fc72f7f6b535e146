"""Makes damaged and hostile model files from good ones, the same ones for the same seed."""

from __future__ import annotations

import io
import random
from collections.abc import Iterator

from tests.hostile import gscope_lies, keras_lies, onnx_lies
from tests.hostile.bad import DATA, Bad


def everything(seed: int = 0) -> Iterator[Bad]:
    """All of them."""
    dice = random.Random(seed)
    good = good_files()
    for name, content in good.items():
        yield from _turned(dice, name, content)
    yield from onnx_lies.lies()
    yield from keras_lies.lies(good["small.keras"])
    yield from gscope_lies.lies(good["xor.gscope"])


def good_files() -> dict[str, bytes]:
    """The files that the bad ones are made of."""
    from graphscope.app.samples import samples
    from graphscope.model import archive

    xor = next(sample for sample in samples() if sample.name == "xor")
    path = io.BytesIO()
    archive.write(path, xor.model())  # type: ignore[arg-type]
    files = {name: (DATA / name).read_bytes() for name in ("small.keras", "small.h5")}
    return {
        **files,
        "xor.gscope": path.getvalue(),
        "small.onnx": onnx_lies.onnx_bytes(onnx_lies.onnx_model()),
    }


# ---- bits and ends -------------------------------------------------------------------------------------------


def _turned(dice: random.Random, name: str, content: bytes) -> Iterator[Bad]:
    """Cut off, bits turned, pieces put in, left out, doubled, and zeros."""
    for number in range(30):
        end = 0 if number == 0 else dice.randrange(len(content))
        yield Bad(f"cut off {number}", name, content[:end], refused=number == 0)
    for number in range(45):
        raw = bytearray(content)
        for _ in range(dice.choice((1, 1, 2, 8, 64))):
            raw[dice.randrange(len(raw))] ^= 1 << dice.randrange(8)
        yield Bad(f"bits turned {number}", name, bytes(raw), refused=False)
    for number in range(30):
        at, length = dice.randrange(len(content)), dice.choice((1, 4, 16, 256))
        made = {
            0: content[:at] + dice.randbytes(length) + content[at:],
            1: content[:at] + content[at + length :],
            2: content[:at] + b"\xff" * length + content[at + length :],
            3: content[:at] + bytes(length) + content[at + length :],
            4: content[:at] + content[at : at + length] * 3 + content[at:],
        }[number % 5]
        yield Bad(f"pieces {number}", name, made, refused=False)
    yield Bad("of another kind", name, b"\x89PNG\r\n\x1a\n" + bytes(64))
    yield Bad("noise", name, dice.randbytes(4096))
