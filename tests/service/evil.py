"""Models whose kernels do what no kernel should, for tests of what the window survives."""

from __future__ import annotations

from pathlib import Path

PROGRAM = '''
import ctypes, os, sys, time
import numpy as np
import graphscope as gs
from graphscope.ops.functions import Unary

class Evil(Unary):
    """out = x, after something that no kernel should do."""

    def forward(self, xp, x):
        {deed}
        return x + 0.0

    def vjp(self, xp, g, out, x):
        return (g,)

def build():
    g = gs.Builder("evil")
    x = g.input("x", ("batch", 2))
    w = g.parameter("w", [[1.0], [2.0]])
    h = (x @ w).named("h")
    e = g.call(Evil(), h, name="e")
    g.loss(gs.losses.mse, e, g.input("y", ("batch", 1), gradient=False))
    g.optimizer(gs.optimizers.SGD(lr=0.1))
    g.feed({{"x": [[1.0, 2.0]], "y": [[0.0]]}})
    return g.build()
'''

DEEDS = {
    "segfault": "ctypes.string_at(0)",
    "abort": "os.abort()",
    "leave": "os._exit(7)",
    "exit": "sys.exit(3)",
    "loop": "\n        while True: pass",
    "sleep": "time.sleep(3600)",
    "hold": "ctypes.PyDLL(None).sleep(3600)  # holds Python's lock: no other thread runs",
    "allocate": "\n        kept = []\n        while True: kept.append(np.ones(2**24))",
    "one huge array": "np.ones(2**50)",
    "print": "print('from a kernel', flush=True); os.write(1, b'to the descriptor'); os.system('echo from a child')",
    "close": "os.close(1); os.close(0)",
    "nothing": "pass",
}


def evil(folder: Path, deed: str) -> Path:
    """A model file whose third forward step (after data and zero: position 4) does the deed."""
    path = folder / f"{deed.replace(' ', '_')}.py"
    path.write_text(PROGRAM.format(deed=DEEDS[deed]), encoding="utf-8")
    return path
