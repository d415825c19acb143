"""How ``make up`` starts, watches and stops programs, shown with a real nats-server and stand-ins for the services."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.local_run import READY, alive, local_run, start_run

NATS = (
    "nats: nats-server --config deploy/local/nats-server.conf"
    ' --port ${NATS_PORT:-4222} --store_dir "${DATA_DIR:-.data}/nats"'
)
STAND_IN = "python -m tests.support.stand_in"


@pytest.fixture
def procfile(tmp_path: Path) -> Callable[..., Path]:
    """Write a Procfile of NATS and the given programs."""

    def write(**commands: str) -> Path:
        file = tmp_path / "Procfile"
        file.write_text("\n".join([NATS, *(f"{name}: {command}" for name, command in commands.items())]))
        return file

    return write


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data with a space"


def eventually_gone(pid: int) -> bool:
    """Return whether a killed process goes: nobody waits for it, and it ends when its turn on a core comes."""
    end = time.monotonic() + 10
    while alive(pid) and time.monotonic() < end:
        time.sleep(0.01)
    return not alive(pid)


def stopping_order(output: str) -> list[str]:
    return [word for line in output.splitlines() for word in ("drained", "Server Exiting") if word in line]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_one_signal_drains_the_services_and_then_nats(
    procfile: Callable[..., Path], data: Path, number: signal.Signals
) -> None:
    with local_run(data, procfile=procfile(gateway=STAND_IN, status=STAND_IN)) as run:
        address = run.wait_ready()
        pids = run.pids()
        os.kill(run.process.pid, number)
        assert run.ended() == 0
    assert run.output.count(address) == 1
    assert stopping_order(run.output) == ["drained", "drained", "Server Exiting"]
    assert set(pids) == {"make up", "nats", "gateway", "status"}
    assert not [name for name, pid in pids.items() if alive(pid)]


def test_a_second_sigterm_is_not_impatience(procfile: Callable[..., Path], data: Path) -> None:
    with local_run(data, procfile=procfile(gateway=STAND_IN)) as run:
        run.wait_ready()
        os.kill(run.process.pid, signal.SIGTERM)
        os.kill(run.process.pid, signal.SIGTERM)
        assert run.ended() == 0
    assert stopping_order(run.output) == ["drained", "Server Exiting"]


def test_a_second_ctrl_c_stops_at_once(procfile: Callable[..., Path], data: Path) -> None:
    with local_run(data, procfile=procfile(gateway=f"{STAND_IN} --stubborn --child")) as run:
        child = int(run.wait_for(r"child (\d+)")[1])
        run.wait_ready()
        os.kill(run.process.pid, signal.SIGINT)
        run.wait_for("SIGINT: stopping")
        os.kill(run.process.pid, signal.SIGINT)
        assert run.ended(30) == 130
    assert eventually_gone(child)
    assert "Traceback" not in run.output


def test_a_program_that_ends_by_itself_is_named_and_stops_the_rest(procfile: Callable[..., Path], data: Path) -> None:
    with local_run(data, procfile=procfile(gateway=STAND_IN, status=f"{STAND_IN} --exit 3")) as run:
        assert run.ended() == 1
        pids = run.pids()
    assert run.lines[-1].startswith("status stopped by itself with exit code 3.")
    assert not [name for name, pid in pids.items() if alive(pid)]


def test_a_killed_program_is_noticed_though_its_child_holds_its_output(
    procfile: Callable[..., Path], data: Path
) -> None:
    with local_run(data, procfile=procfile(gateway=STAND_IN, status=f"{STAND_IN} --child")) as run:
        child = int(run.wait_for(r"child (\d+)")[1])
        run.wait_ready()
        os.kill(run.pids()["status"], signal.SIGKILL)
        assert run.ended() == 1
    assert run.lines[-1].startswith("status stopped by itself with signal SIGKILL.")
    assert eventually_gone(child)


def test_a_reader_that_goes_away_ends_the_run(procfile: Callable[..., Path], data: Path) -> None:
    with local_run(data, procfile=procfile(gateway=f"{STAND_IN} --chatty"), read=False) as run:
        assert run.process.stdout
        while not run.process.stdout.readline().startswith(READY):
            pass
        pids = run.pids()
        run.process.stdout.close()
        assert run.process.wait(60) == 0
    assert not [name for name, pid in pids.items() if alive(pid)]


IMPATIENT = """
import os, sys
from deploy.local.supervisor import Program, Supervisor

program = Program("slow", sys.argv[1], {**os.environ, "PORT": "0", "MEDIA_URL": ""}, lambda: sys.argv[2] == "ready")
end = Supervisor([[program]], lambda name, pid: None, ready_seconds=int(sys.argv[3]), drain_seconds=1).run("all ready")
print(end)
sys.exit(end.code)
"""


def impatient(command: str, becomes: str, seconds: int) -> subprocess.Popen[str]:
    return start_run([sys.executable, "-c", IMPATIENT, command, becomes, str(seconds)], dict(os.environ))


def test_a_program_that_never_gets_ready_is_named() -> None:
    output, _ = (run := impatient(STAND_IN, "never", 1)).communicate(timeout=60)
    assert run.returncode == 1
    assert output.splitlines()[-1] == "Not ready after 1 seconds: slow. The lines above may say why."


def test_a_program_that_ignores_sigterm_is_killed_and_named() -> None:
    run = impatient(f"{STAND_IN} --stubborn", "ready", 60)
    assert run.stdout
    awaited = {"all ready", "listening"}
    while awaited:
        line = run.stdout.readline()
        assert line, f"it ended without saying {awaited}"
        awaited = {text for text in awaited if text not in line}
    os.kill(run.pid, signal.SIGTERM)
    output, _ = run.communicate(timeout=60)
    assert run.returncode == 1
    assert output.splitlines()[-1] == "Killed after 1 seconds of asking: slow."


@pytest.mark.parametrize(("variable", "who"), [("PORT", "the gateway"), ("NATS_PORT", "nats-server")])
def test_a_busy_port_is_one_sentence(procfile: Callable[..., Path], data: Path, variable: str, who: str) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
        with local_run(data, procfile=procfile(gateway=STAND_IN), variables={variable: str(port)}) as run:
            assert run.ended() == 2
    assert run.lines == [
        f"Port {port} is in use, and {who} is to listen on it."
        f" Stop what holds it, or choose another: {variable}={port + 1} make up"
    ]


@pytest.mark.parametrize("value", ["eight", "0", "65536", "-1", ""])
def test_a_port_that_is_none_is_one_sentence(procfile: Callable[..., Path], data: Path, value: str) -> None:
    with local_run(data, procfile=procfile(gateway=STAND_IN), variables={"PORT": value}) as run:
        assert run.ended() == 2
    assert run.lines == [f"PORT must be a port, 1 to 65535, not {value!r}."]


def test_a_second_run_in_the_same_folder_is_refused(procfile: Callable[..., Path], data: Path) -> None:
    file = procfile(gateway=STAND_IN)
    with local_run(data, procfile=file) as first:
        first.wait_ready()
        with local_run(data, procfile=file) as second:
            assert second.ended(15) == 2
            assert second.lines == [
                f"Greenroom already runs from {data} as process {first.process.pid}: stop that one first."
            ]


def test_what_a_killed_run_left_behind_is_named(procfile: Callable[..., Path], data: Path) -> None:
    file = procfile(gateway=STAND_IN)
    with local_run(data, procfile=file) as first:
        first.wait_ready()
        pids = first.pids()
        first.process.kill()
        first.process.wait()
        with local_run(data, procfile=file) as second:
            assert second.ended(15) == 2
        assert len(second.lines) == 1
        assert f"nats ({pids['nats']})" in second.output
        assert f"`kill {pids['nats']} {pids['gateway']}`" in second.output


def test_a_nats_server_from_elsewhere_is_used_as_it_is(procfile: Callable[..., Path], data: Path) -> None:
    with local_run(data, procfile=procfile(gateway=STAND_IN), variables={"NATS_URL": "nats://127.0.0.1:1"}) as run:
        run.wait_ready()
        assert set(run.pids()) == {"make up", "gateway"}
