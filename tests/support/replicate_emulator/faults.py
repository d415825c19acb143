"""Trouble on order: what should go wrong, with which calls, how often."""

import random
from dataclasses import dataclass, field
from typing import Any

CALLS = ("create", "get", "list", "cancel", "upload", "file", "download")
DEEDS = ("answer", "hang", "cut", "truncate", "replace", "dawdle")


@dataclass
class Fault:
    """One thing to go wrong.

    ``on`` names the call and ``do`` what happens to it: ``answer`` with ``status``, ``headers`` and ``body``; ``hang``
    for ``seconds`` and then cut; ``dawdle`` for as long and then have its effect, even if nobody waits for the answer
    any more; ``cut`` the connection; for downloads also ``truncate`` after ``size`` bytes, and ``replace`` the file by
    ``size`` bytes of ``body`` repeated. ``after`` lets the call have its effect first. It strikes ``times`` times
    (None: for ever), once ``skip`` calls have passed, with ``chance`` each time, and only calls that mention ``match``
    (in a create's prompt, or in the path of any other call).
    """

    on: str
    do: str = "answer"
    after: bool = False
    times: int | None = 1
    skip: int = 0
    chance: float = 1.0
    match: str = ""
    status: int = 500
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = None
    seconds: float = 60.0
    size: int = 0

    def __post_init__(self) -> None:
        if self.on not in CALLS or self.do not in DEEDS:
            raise ValueError(f"no such fault: {self.do} on {self.on}")


class Faults:
    """The faults still to strike, in the order they were given: first those that name a call, then those for any."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(f"faults:{seed}")
        self._waiting: list[Fault] = []

    def add(self, fault: Fault) -> None:
        self._waiting.append(fault)
        # What befalls any call in passing must not stand in for what one of them was to suffer
        self._waiting.sort(key=lambda each: not each.match)

    def clear(self) -> None:
        self._waiting.clear()

    def take(self, call: str, mentions: str) -> Fault | None:
        """Return the fault that strikes this call, used up by one."""
        for fault in self._waiting:
            if fault.on == call and fault.match in mentions and self._strikes(fault):
                self._use(fault)
                return fault
        return None

    def _strikes(self, fault: Fault) -> bool:
        if fault.skip > 0:
            fault.skip -= 1
            return False
        return self._random.random() < fault.chance

    def _use(self, fault: Fault) -> None:
        if fault.times is None:
            return
        fault.times -= 1
        if fault.times <= 0:
            self._waiting.remove(fault)
