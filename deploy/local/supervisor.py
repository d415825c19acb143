"""Run programs in stages: each stage ready before the next starts, and stopped only after those that came later.

honcho brings the processes and the prefixed log. Its own manager starts and stops everything at once and kills after
five seconds; NATS has to outlive the services while they hand their work back, so the order here is ours.
"""

import os
import signal
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from queue import Empty, SimpleQueue
from threading import Event, Thread
from time import monotonic
from typing import Any

from honcho.colour import get_colours
from honcho.printer import Message, Printer
from honcho.process import Process

READY_SECONDS = 60.0
"""How long a stage may take to become ready."""
DRAIN_SECONDS = 15.0
"""How long a stage may take to stop; a service promises to exit within 10."""
PROBE_SECONDS = 0.1

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Ended(Exception):
    """The run is over; carries the exit code, and a sentence unless it ended as asked."""

    def __init__(self, code: int, sentence: str = "") -> None:
        super().__init__(sentence)
        self.code = code


@dataclass(frozen=True, slots=True)
class Program:
    """One line of the Procfile: a shell command, its variables, and how to tell that it is ready.

    ``ready`` is asked again and again from a thread of its own; it should take no longer than a second.
    """

    name: str
    command: str
    env: Mapping[str, str]
    ready: Callable[[], bool]


@dataclass(slots=True)
class _Running:
    """What is known of a started program; ``code`` is set once it has exited."""

    program: Program
    pid: int | None = None
    code: int | None = None
    ready: bool = False
    told: bool = False
    over: Event = field(default_factory=Event)


class Supervisor:
    """Starts the stages in order, watches them, and stops them in the opposite order.

    ``started`` is called with each program's name and process id, so that whoever comes after a crash can find it.
    """

    def __init__(
        self,
        stages: Sequence[Sequence[Program]],
        started: Callable[[str, int], None],
        *,
        ready_seconds: float = READY_SECONDS,
        drain_seconds: float = DRAIN_SECONDS,
    ) -> None:
        self._stages = stages
        self._started = started
        self._ready_seconds = ready_seconds
        self._drain_seconds = drain_seconds
        self._running: dict[str, _Running] = {}
        self._draining = False
        # put() of this queue, unlike that of queue.Queue, may be called by a signal handler
        self._events: SimpleQueue[Any] = SimpleQueue()
        self._colours = get_colours()
        self._printer = Printer(sys.stdout, width=max(len(program.name) for stage in stages for program in stage))

    def run(self, announcement: str) -> Ended:
        """Run until a stop signal comes or a program exits; print ``announcement``, a line, once all are ready."""
        for number in STOP_SIGNALS:
            signal.signal(number, self._asked)
        try:
            for stage in self._stages:
                self._bring_up(stage)
            self._write(lambda: print(announcement, flush=True))
            self._pump(lambda: False)
        except Ended as end:
            return self._drain(end)
        raise AssertionError("pumping without an end only ends by Ended")

    def _asked(self, number: int, _frame: object) -> None:
        self._post("signal", signal.Signals(number).name)

    def _post(self, kind: str, data: object, name: str = "") -> None:
        self._events.put(Message(kind, data, datetime.now(), name, None))

    def _bring_up(self, stage: Iterable[Program]) -> None:
        running = [self._start(program) for program in stage]
        if not self._pump(lambda: all(one.ready for one in running), self._ready_seconds):
            late = ", ".join(one.program.name for one in running if not one.ready)
            raise Ended(1, f"Not ready after {self._ready_seconds:.0f} seconds: {late}. The lines above may say why.")

    def _start(self, program: Program) -> _Running:
        running = self._running[program.name] = _Running(program)
        # exec: a signal then reaches the program itself, not a shell that stands before it
        command = f"exec {program.command}"
        process = Process(command, name=program.name, colour=next(self._colours), env=dict(program.env))
        Thread(target=process.run, args=(self._events,), daemon=True).start()
        Thread(target=self._probe, args=(running,), daemon=True).start()
        return running

    def _probe(self, running: _Running) -> None:
        while not running.over.wait(PROBE_SECONDS):
            if running.program.ready():
                self._post("ready", None, running.program.name)
                return

    def _pump(self, done: Callable[[], bool], seconds: float | None = None) -> bool:
        """Handle events until ``done`` is true, or return False when the time is up."""
        deadline = None if seconds is None else monotonic() + seconds
        while not done():
            left = None if deadline is None else deadline - monotonic()
            if left is not None and left <= 0:
                return False
            with suppress(Empty):
                self._handle(self._events.get(timeout=left))
        return True

    def _handle(self, message: Any) -> None:
        match message.type:
            case "line":
                self._print(message)
            case "start":
                self._note_start(self._running[message.name], message.data["pid"])
            case "ready":
                self._running[message.name].ready = True
            case "stop":
                self._note_stop(self._running[message.name], message.data["returncode"])
            case "signal":
                self._note_signal(message.data)

    def _note_start(self, running: _Running, pid: int) -> None:
        running.pid = pid
        self._started(running.program.name, pid)
        Thread(target=_bury, args=(pid,), daemon=True).start()
        if self._draining:
            self._terminate(running)

    def _note_stop(self, running: _Running, code: int) -> None:
        running.code = code
        running.over.set()
        if not self._draining:
            raise Ended(1, f"{running.program.name} stopped by itself with {_said(code)}. Its lines above may say why.")

    def _note_signal(self, name: str) -> None:
        if not self._draining:
            self._say(f"{name}: stopping (Ctrl-C stops at once)")
            raise Ended(0)
        # only a person's second Ctrl-C is impatience: SIGTERM may come twice, from a group and from make
        if name == signal.SIGINT.name:
            self._kill(self._running.values())
            raise Ended(130, "Stopped at once.")

    def _drain(self, end: Ended) -> Ended:
        """Stop the stages from the last to the first, kill what does not stop, and return how the run ended."""
        self._draining = True
        try:
            for stage in reversed(self._stages):
                end = self._stop([self._running[one.name] for one in stage if one.name in self._running], end)
        except Ended as impatient:
            return impatient
        return end

    def _stop(self, stage: Sequence[_Running], end: Ended) -> Ended:
        for running in stage:
            self._terminate(running)
        if self._pump(lambda: all(one.code is not None for one in stage), self._drain_seconds):
            return end
        late = ", ".join(one.program.name for one in stage if one.code is None)
        self._kill(stage)
        self._pump(lambda: all(one.code is not None for one in stage), 1.0)
        return Ended(end.code or 1, str(end) or f"Killed after {self._drain_seconds:.0f} seconds of asking: {late}.")

    def _terminate(self, running: _Running) -> None:
        # only the program itself: whatever it started is its own to stop while it drains
        if running.pid and running.code is None and not running.told:
            running.told = True
            with suppress(ProcessLookupError):
                os.kill(running.pid, signal.SIGTERM)

    def _kill(self, running: Iterable[_Running]) -> None:
        for one in running:
            if one.pid and one.code is None:
                _kill_group(one.pid)

    def _say(self, text: str) -> None:
        self._print(Message("line", text, datetime.now(), "make up", None))

    def _print(self, message: Any) -> None:
        self._write(lambda: self._printer.write(message))

    def _write(self, write: Callable[[], None]) -> None:
        try:
            write()
        except OSError:
            # nobody reads us any more: a closed terminal or pipe. Later lines, and the flush at exit, go nowhere
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            self._post("signal", "Output closed")


def _bury(pid: int) -> None:
    """Wait for a program's exit and kill what it left running, which would hold its output open and hide the exit."""
    if hasattr(os, "waitid"):
        with suppress(ChildProcessError):
            os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
            _kill_group(pid)


def _kill_group(pid: int) -> None:
    # every program leads a session and a group of its own; macOS refuses a group of which only a zombie is left
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def _said(code: int) -> str:
    """Say an exit code as people read it."""
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
