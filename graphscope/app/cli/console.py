"""What the commands say: in any encoding, to any stream, and one sentence for whatever goes wrong."""

from __future__ import annotations

import codecs
import json
import os
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from io import TextIOWrapper
from math import isfinite, isnan
from pathlib import Path
from typing import Any, TextIO, cast

from graphscope.app.language import words
from graphscope.errors import GraphScopeError, InputError, Sentence

INTERRUPTED = 130
"""The exit status of a program that Ctrl+C ended: 128 and the number of the signal, as shells count."""

LONGEST = 300
"""So many characters of what an unexpected error says are shown."""

_PLAIN = str.maketrans(
    {
        "−": "-",
        "–": "-",
        "·": "-",
        "×": "x",
        "∂": "d",
        "‖": "|",
        "→": "->",
        "…": "...",
        "“": '"',
        "”": '"',
        "’": "'",
        "≤": "<=",
        "✓": "+",
        "✗": "!",
        "●": "*",
        "◆": "*",
        "⊕": "+",
        "⟳": "*",
        "▤": "*",
        "∅": "0",
    }
)
"""Signs for terminals that lack the real ones."""


def prepare() -> None:
    """Make standard output and error fit to be written to, whatever they are."""
    # Python leaves None where a stream was closed before it started; print() would then write elsewhere.
    if sys.stdout is None:  # pyright: ignore[reportUnnecessaryComparison]
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    if sys.stderr is None:  # pyright: ignore[reportUnnecessaryComparison]
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    codecs.register_error("graphscope", _substitute)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="graphscope")


def _substitute(error: UnicodeError) -> tuple[str, int]:
    """What stands for the signs that an encoding lacks."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    plain = error.object[error.start : error.end].translate(_PLAIN)
    return "".join(sign if sign.isascii() else "?" for sign in plain), error.end


def one_line(text: str) -> str:
    """The text on one line, control characters shown: a name in a model file must not steer the terminal."""
    return "".join(
        sign if sign.isprintable() else " " if sign.isspace() else sign.encode("unicode_escape").decode()
        for sign in text
    ).rstrip()


def write(text: str = "") -> None:
    """Print one line.

    Raises:
        InputError: standard output takes nothing more.
    """
    _put(f"{one_line(text)}\n", sys.stdout)


def write_json(document: Any, out: TextIO) -> None:
    """One JSON document; numbers that are not finite are strings."""
    encoding = getattr(out, "encoding", None) or "utf-8"
    plain = not encoding.lower().replace("-", "").startswith("utf")
    _put(json.dumps(plain_json(document), ensure_ascii=plain, indent=1, allow_nan=False) + "\n", out)


def _put(text: str, out: TextIO) -> None:
    try:
        out.write(text)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise _unwritable(error) from None


def _unwritable(error: OSError) -> InputError:
    return InputError(
        "the output cannot be written ({reason}); is the disk full?", reason=error.strerror or str(error)
    )


def plain_json(value: Any) -> Any:
    """The same with tuples as lists, NumPy numbers as Python's, and ``"nan"``, ``"inf"`` as words."""
    if isinstance(value, dict):
        return {str(key): plain_json(item) for key, item in cast("dict[Any, Any]", value).items()}
    if isinstance(value, (list, tuple)):
        return [plain_json(item) for item in cast("list[Any]", value)]
    plain: Any = value.item() if hasattr(value, "dtype") else value
    if isinstance(plain, float) and not isfinite(plain):
        return "nan" if isnan(plain) else "inf" if plain > 0 else "-inf"
    return plain


def guarded(work: Callable[[], int], *, json_too: bool = False) -> int:
    """Do ``work``; the exit status. Whatever goes wrong is one sentence, and never a traceback.

    Args:
        json_too: whether the sentence is a JSON document on standard output as well.
    """
    out = sys.stdout
    try:
        return _flushed(work, out)
    except GraphScopeError as error:
        return fail(error, out if json_too else None)
    except KeyboardInterrupt:
        return fail(Sentence("stopped by Ctrl+C"), out if json_too else None, status=INTERRUPTED)
    except BrokenPipeError:
        # The reader, such as `head`, has seen enough. Python would complain when it flushes at its end.
        _discard(out)
        return 1
    except MemoryError as error:
        told = Sentence("there is not enough memory ({reason}); use a smaller batch or model", reason=error)
        return fail(told, out if json_too else None)
    except Exception as error:  # noqa: BLE001 - the last line of defence: a traceback is for developers
        return fail(_mistake(error), out if json_too else None)


def _flushed(work: Callable[[], int], out: TextIO) -> int:
    try:
        return work()
    finally:
        try:
            out.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            _discard(out)
            raise _unwritable(error) from None


def _discard(stream: TextIO) -> None:
    """Let what is still to be written to a stream go nowhere."""
    with suppress(OSError, ValueError, AttributeError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def fail(told: Sentence | GraphScopeError, out: TextIO | None = None, *, status: int = 1) -> int:
    """Say on standard error what went wrong (and as JSON on ``out``); the exit status."""
    if os.environ.get("GRAPHSCOPE_DEBUG") and sys.exc_info()[0] is not None:
        traceback.print_exc()
    sentence = note(told)
    if out is not None:
        with suppress(OSError, GraphScopeError):
            write_json({"error": sentence}, out)
            out.flush()
    return status


def note(told: Sentence | GraphScopeError) -> str:
    """Say a sentence on standard error; what was said."""
    sentence = one_line(str(words().tell(told)))
    with suppress(OSError):
        sys.stderr.write(f"graphscope: {sentence}\n")
        sys.stderr.flush()
    return sentence


def _mistake(error: Exception) -> Sentence:
    """The sentence for an error that nobody expected."""
    frames = traceback.extract_tb(error.__traceback__)
    return Sentence(
        "this is a mistake in GraphScope itself: {kind} in {place} ({reason}); please report it with what "
        "the same command prints when GRAPHSCOPE_DEBUG=1 is set",
        kind=type(error).__name__,
        place=f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "?",
        reason=_short(str(error)),
    )


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
