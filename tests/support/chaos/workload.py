"""The load: jobs of both kinds at a rate, and clients that poll them, each remembering every status it was told."""

import asyncio
import random
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.support.app import portrait_body, video_body

POLLERS = 10
ENDED = frozenset({"succeeded", "failed", "canceled"})
_PORTRAIT_URL = "https://example.com/portrait.png"
_ASKED_AGAIN_AFTER = 0.2
_BETWEEN_POLLS = 0.2


@dataclass(frozen=True)
class Planned:
    """One job to submit ``at`` so many seconds after the start. Its ``marker`` is in its prompt and in no other's."""

    number: int
    at: float
    kind: str
    job_id: str

    @property
    def marker(self) -> str:
        """What the emulator's ledger knows the job by."""
        return f"mark-{self.job_id}-end"

    def body(self) -> dict[str, Any]:
        """The request."""
        if self.kind == "video":
            body = video_body(self.job_id, _PORTRAIT_URL, jobId=self.job_id)
            body["character"]["showcase_scene_prompt"] = f"walks along the pier, {self.marker}"
            return body
        return portrait_body(self.job_id, jobId=self.job_id, customPrompt=f"a portrait, {self.marker}")


def plan(seed: int, count: int, per_second: float) -> list[Planned]:
    """Return ``count`` jobs, of each kind about half, arriving at random at this rate."""
    draw = random.Random(f"workload:{seed}")
    at, planned = 0.0, []
    for number in range(count):
        at += draw.expovariate(per_second)
        kind = draw.choice(("portrait", "video"))
        planned.append(Planned(number, at, kind, f"{kind}-{number:05d}"))
    return planned


@dataclass
class Seen:
    """One change a poller noticed: when it asked on the loop's clock, and what it was told."""

    poller: int
    at: float
    status: str | None
    detail: str | None
    output_url: str | None


@dataclass(frozen=True)
class Answered:
    """One answer to a submit: when it came on the loop's clock, at which gateway, and its status."""

    at: float
    url: str
    status: int


@dataclass
class Load:
    """A load as it goes, and what came of it: ``accepted`` in order, ``seen`` by job.

    ``urls`` are the gateways; each client keeps to one of them.
    """

    urls: Sequence[str]
    planned: Sequence[Planned]
    pollers: int = POLLERS
    accepted: dict[str, Planned] = field(default_factory=dict)
    seen: dict[str, list[Seen]] = field(default_factory=dict)
    told: dict[str, str] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    answered: list[Answered] = field(default_factory=list)
    all_submitted: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self, within: float) -> None:
        """Submit everything, and poll until every job has been seen ended; fails after ``within`` seconds."""
        try:
            async with asyncio.timeout(within), asyncio.TaskGroup() as group:
                group.create_task(self._submit_all())
                for number in range(self.pollers):
                    group.create_task(self._poll(number))
        except TimeoutError:
            open_still = sorted(set(self.accepted) - set(self.told))
            raise AssertionError(
                f"after {within} s {len(self.accepted)} of {len(self.planned)} jobs were accepted and "
                f"{len(open_still)} had not ended: {', '.join(open_still[:10])}; {self.errors[-3:]}"
            ) from None

    async def _submit_all(self) -> None:
        loop = asyncio.get_running_loop()
        start = loop.time()
        async with AsyncExitStack() as stack:
            doors = [await stack.enter_async_context(_client(url)) for url in self.urls]
            async with asyncio.TaskGroup() as group:
                for each in self.planned:
                    await asyncio.sleep(max(0.0, start + each.at - loop.time()))
                    group.create_task(self._submit(doors[each.number % len(doors)], each))
        self.all_submitted.set()

    async def _submit(self, http: httpx.AsyncClient, planned: Planned) -> None:
        """Ask until it is accepted: with an id of its own that is safe however the last try ended."""
        while not await self._submitted(http, planned):
            await asyncio.sleep(_ASKED_AGAIN_AFTER)

    async def _submitted(self, http: httpx.AsyncClient, planned: Planned) -> bool:
        try:
            answer = await http.post(f"/api/characters/{planned.kind}", json=planned.body())
        except httpx.TransportError as error:
            self.errors.append(f"submit {planned.job_id}: {error!r}")
            return False
        at = asyncio.get_running_loop().time()
        self.answered.append(Answered(at, str(http.base_url), answer.status_code))
        if answer.status_code == 503:
            self.errors.append(f"submit {planned.job_id}: {answer.text}")
            return False
        assert answer.status_code in (200, 202), f"submit {planned.job_id}: {answer.status_code} {answer.text}"
        assert answer.json()["jobId"] == planned.job_id, answer.text
        self.accepted[planned.job_id] = planned
        return True

    async def _poll(self, number: int) -> None:
        draw = random.Random(number)
        last: dict[str, Seen] = {}
        async with _client(self.urls[number % len(self.urls)]) as http:
            while not self.finished:
                running = [each for job_id, each in self.accepted.items() if job_id not in self.told]
                if running:
                    await self._ask(http, number, draw.choice(running), last)
                await asyncio.sleep(_BETWEEN_POLLS)
            # Ended is ended: whoever saw it run must now see the same end as everybody.
            for each in [each for each in self.accepted.values() if each.job_id in last]:
                await self._ask(http, number, each, last)

    @property
    def finished(self) -> bool:
        """Whether everything was submitted and every job was seen to have ended."""
        return self.all_submitted.is_set() and len(self.told) == len(self.planned)

    async def _ask(self, http: httpx.AsyncClient, poller: int, planned: Planned, last: dict[str, Seen]) -> None:
        at = asyncio.get_running_loop().time()
        try:
            answer = await http.get(f"/api/characters/{planned.kind}/status", params={"jobId": planned.job_id})
        except httpx.TransportError as error:
            self.errors.append(f"poll {planned.job_id}: {error!r}")
            return
        if answer.status_code == 503:
            self.errors.append(f"poll {planned.job_id}: {answer.text}")
            return
        assert answer.status_code == 200, f"poll {planned.job_id}: {answer.status_code} {answer.text}"
        self._note(Seen(poller, at, **_told(answer.json())), planned.job_id, last)

    def _note(self, seen: Seen, job_id: str, last: dict[str, Seen]) -> None:
        before = last.get(job_id)
        if before is None or (before.status, before.output_url) != (seen.status, seen.output_url):
            last[job_id] = seen
            self.seen.setdefault(job_id, []).append(seen)
        if seen.status in ENDED:
            self.told.setdefault(job_id, seen.status)


def _told(status: dict[str, Any]) -> dict[str, Any]:
    return {"status": status["status"], "detail": status["detail"], "output_url": status["outputUrl"]}


def _client(url: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=url, timeout=15, trust_env=False, verify=False)
