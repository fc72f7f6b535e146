"""Reads many bad files in one limited process, and tells for each what came of it; a process of its own, for tests.

Standard input has a path a line; standard output gets a line of JSON for each: how it ended, the sentence, the
seconds, and what of the user's computer was touched meanwhile.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import sysconfig
from pathlib import Path
from time import perf_counter

SECONDS = 10
FORBIDDEN = (
    "os.system",
    "subprocess.Popen",
    "os.exec",
    "os.posix_spawn",
    "pickle.find_class",
    "socket.connect",
    "os.remove",
)


def main() -> None:
    """Read every file that is named."""
    from graphscope.app.reading import MEMORY, bound_memory

    bound_memory(MEMORY)
    told = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    touched: list[str] = []
    allowed = [str(Path(each).resolve()) for each in (*_own(), sys.argv[1])]
    here: list[str] = []

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        if event in FORBIDDEN:
            touched.append(f"{event} {arguments!r:.100}")
        elif event == "open" and here and isinstance(arguments[0], str | bytes):
            path = os.path.realpath(os.fsdecode(arguments[0]))
            if not any(path.startswith(each) for each in (*allowed[:-1], here[0])):
                touched.append(f"open {path}")

    for line in sys.stdin:
        path = Path(json.loads(line))
        if not here:
            _read(path, touched)  # what is loaded once is loaded now, unwatched
            touched.clear()
            sys.addaudithook(watch)
        here[:] = [str(path.parent.resolve())]
        began = perf_counter()
        ended, sentence = _read(path, touched)
        answer = {
            "ended": ended,
            "said": sentence,
            "seconds": perf_counter() - began,
            "touched": list(touched),
        }
        touched.clear()
        told.write(json.dumps(answer) + "\n")
        told.flush()


def _own() -> tuple[str, ...]:
    """Where Python, its packages and GraphScope itself lie; and what the system tells of itself."""
    package = str(Path(__file__).resolve().parents[2])
    return (
        sys.prefix,
        sys.base_prefix,
        sysconfig.get_paths()["stdlib"],
        package,
        "/proc",
        "/sys",
        "/dev",
        "/etc/ld.so",
    )


def _read(path: Path, touched: list[str]) -> tuple[str, str]:
    """How reading a file, and one iteration of what it holds, ended."""
    import graphscope as gs
    from graphscope import importers
    from graphscope.errors import GraphScopeError

    signal.signal(signal.SIGPROF, _too_long)  # of the processor's time: the computer may be busy
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        model = importers.read(path)
        with gs.open(model, memory="64 MB") as session:
            session.iterate()
        return "fine", ""
    except GraphScopeError as error:
        return "refused", str(error)
    except (MemoryError, RecursionError) as error:
        return "refused", f"the reader's process says so: {type(error).__name__}"
    except TimeoutError:
        return "too long", ""
    except Exception as error:  # noqa: BLE001 - which is what is looked for
        import traceback

        return "raised", "".join(traceback.format_exception(error)[-3:])
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _too_long(_signal: int, _frame: object) -> None:
    raise TimeoutError


if __name__ == "__main__":
    main()
