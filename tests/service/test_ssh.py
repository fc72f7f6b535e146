"""A window here and an engine there: the same over ssh, tried on this computer with an ssh server of its own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from graphscope.app.engine import start_with
from graphscope.service.keeper import Keeper
from graphscope.service.requests import Move, Moved, Open, Opened, Restarted, Revive, Seek
from graphscope.service.tasks.calling import Call
from tests.service.evil import evil
from tests.service.test_process import EVIL_STEP, ask, fingerprint, gone, process, told

SERVER = shutil.which("sshd") or "/usr/sbin/sshd"
ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.skipif(
    not (Path(SERVER).exists() and shutil.which("ssh") and shutil.which("ssh-keygen")),
    reason="needs an ssh server (package openssh-server) and client",
)


def _key(path: Path) -> Path:
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(path)], check=True)
    return path


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def _answers(port: int, server: subprocess.Popen[bytes]) -> bool:
    for _ in range(200):
        if server.poll() is not None:
            return False
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                return True
        time.sleep(0.05)
    return False


@pytest.fixture(scope="module")
def command(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The command that starts an engine through an ssh server of this test."""
    folder = tmp_path_factory.mktemp("ssh")
    host, own, port = _key(folder / "host"), _key(folder / "own"), _free_port()
    allowed = folder / "allowed"
    shutil.copy(own.with_suffix(".pub"), allowed)
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)  # the server wants it for its unprivileged half
    options = {
        "HostKey": host,
        "AuthorizedKeysFile": allowed,
        "StrictModes": "no",
        "PidFile": "none",
        "UsePAM": "no",
    }
    line = [SERVER, "-D", "-e", "-f", os.devnull, "-p", str(port), "-o", "ListenAddress=127.0.0.1"]
    line += [word for name, value in options.items() for word in ("-o", f"{name}={value}")]
    with subprocess.Popen(line, stderr=subprocess.DEVNULL) as server:
        if not _answers(port, server):
            server.kill()
            pytest.skip("the ssh server does not start here")
        there = f"cd {ROOT} && {sys.executable} -m graphscope.app.engine"
        yield (
            f"ssh -p {port} -i {own} -o StrictHostKeyChecking=no -o UserKnownHostsFile={os.devnull} -o LogLevel=ERROR "
            f"-o IdentitiesOnly=yes -o BatchMode=yes 127.0.0.1 '{there}'"
        )
        server.kill()


@pytest.fixture
def keeper(command: str) -> Iterator[Keeper]:
    start = start_with(command)
    made = Keeper(lambda: start(lambda: None))
    yield made
    made.close()


def test_a_run_there_has_the_same_numbers_as_one_here(keeper: Keeper) -> None:
    import graphscope as gs

    told(keeper, Open("xor"), Opened)
    ask(keeper, Seek(30))
    with gs.open("xor") as session:
        session.seek(30)
        assert fingerprint(keeper) == session.fingerprint()


def test_a_model_file_of_this_computer_travels(keeper: Keeper, tmp_path: Path) -> None:
    folder = tmp_path / "where only the window can look"
    folder.mkdir()
    opened = told(keeper, Open(evil(folder, "nothing"), trust=True), Opened)
    assert opened.request.source == folder / "nothing.py"
    assert told(keeper, Move("step"), Moved).moment.position == 1


def test_a_connection_that_breaks_is_made_again_and_the_run_led_back(keeper: Keeper) -> None:
    ask(keeper, Open("xor"))
    ask(keeper, Seek(12))
    before = fingerprint(keeper)
    process(keeper).end()
    assert told(keeper, Revive(), Restarted).position == 12
    assert fingerprint(keeper) == before


@pytest.mark.parametrize("deed", ["nothing", "sleep", "loop"])
def test_no_engine_is_left_there_when_the_connection_breaks(
    keeper: Keeper, tmp_path: Path, deed: str
) -> None:
    ask(keeper, Open(evil(tmp_path, deed), trust=True))
    ask(keeper, Seek(EVIL_STEP))
    engine = process(keeper)
    there = engine.hello.process
    answers = engine.answers(Move("step"))
    if deed == "nothing":
        next(answers)
    else:
        from graphscope.service.protocol import Asked

        engine._number += 1
        engine._ask(Asked(engine._number, Move("step")))
        time.sleep(0.3)  # into the kernel
    engine.end()
    assert gone(there, within=2.0)


def test_a_host_that_refuses_is_told_by_what_ssh_says(command: str) -> None:
    from graphscope.service.engine import LostError

    refused = command.replace("BatchMode=yes", "BatchMode=yes -o PubkeyAuthentication=no")
    engine = start_with(refused)(lambda: None)
    with pytest.raises(LostError, match="Permission denied"):
        list(engine.answers(Call("loss")))
    engine.close()
