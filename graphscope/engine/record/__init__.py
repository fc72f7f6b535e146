"""Records what a kernel does: its primitive calls, the arrays in between, and the author's names for them.

The kernel runs on real arrays; a thin coat around the array namespace writes down each call. So what is
recorded is what ran, to the last bit; formulas, single elements and "step into" are readers of one record.
"""

from graphscope.engine.record.recording import record
from graphscope.engine.record.trace import ArrayRef, Call, Input, Method, Trace

__all__ = ["ArrayRef", "Call", "Input", "Method", "Trace", "record"]
