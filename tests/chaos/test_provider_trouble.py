"""Fault 16: whatever the provider does, each job meets its right class of end, and nothing is made or tried twice."""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from shared.domain.failures import FailureCode
from shared.domain.states import Status
from shared.worker.settings import Limits
from tests.support.chaos.scene import Scene, scene
from tests.support.chaos.workload import Planned
from tests.support.eventually import eventually

MAX_BYTES = 100_000
DOWNLOADS = 1 + len(Limits(concurrency=1).downloads)
IN_FLIGHT = 0.75
UNTIL = re.compile(r"until (\d\d:\d\d:\d\d) UTC")


@dataclass(frozen=True)
class Case:
    """What goes wrong for one job, by the emulator's terms, and how the job must end (None: well).

    ``creates`` is how often the provider is asked to make it, ``made`` how often it then does, ``fetched`` how often it
    is then asked for its file.
    """

    name: str
    code: FailureCode | None
    fault: Mapping[str, Any] = field(default_factory=dict)
    outcome: Mapping[str, Any] = field(default_factory=dict)
    creates: int = 1
    made: int = 1
    fetched: int = 1


def refused(status: int, **more: Any) -> Mapping[str, Any]:
    return {"on": "create", "status": status, "times": None, **more}


def file(do: str = "answer", **more: Any) -> Mapping[str, Any]:
    return {"on": "download", "do": do, "times": None, **more}


CASES = (
    Case("bad input", FailureCode.INPUT_REJECTED, refused(422, body={"detail": "seconds must be 4"}), made=0),
    Case("bad request", FailureCode.INPUT_REJECTED, refused(400), made=0),
    Case("flagged", FailureCode.CONTENT_FLAGGED, refused(422, body={"detail": "flagged as sensitive (E005)"}), made=0),
    Case("no model", FailureCode.INPUT_REJECTED, refused(404), made=0),
    Case("no money", FailureCode.PROVIDER_UNAVAILABLE, refused(402), made=0),
    Case("no token", FailureCode.PROVIDER_UNAVAILABLE, refused(401), made=0),
    Case("fails", FailureCode.PROVIDER_FAILED, outcome={"status": "failed", "error": "CUDA out of memory"}, fetched=0),
    Case(
        "flagged later",
        FailureCode.CONTENT_FLAGGED,
        outcome={"status": "failed", "error": "NSFW content detected"},
        fetched=0,
    ),
    Case("aborted", FailureCode.PROVIDER_FAILED, outcome={"status": "aborted"}, fetched=0),
    Case("canceled there", FailureCode.PROVIDER_FAILED, outcome={"status": "canceled"}, fetched=0),
    Case("no file", FailureCode.OUTPUT_UNREADABLE, outcome={"has_output": False}, fetched=0),
    Case("gone", FailureCode.OUTPUT_UNREADABLE, file(status=404)),
    Case("not a picture", FailureCode.OUTPUT_UNREADABLE, file("replace", body="<html>", size=9_000)),
    Case("empty", FailureCode.OUTPUT_UNREADABLE, file("replace", size=0)),
    Case("too large", FailureCode.OUTPUT_UNREADABLE, file("replace", body="x", size=2 * MAX_BYTES)),
    Case("truncated", FailureCode.OUTPUT_UNREADABLE, file("truncate", size=60), fetched=DOWNLOADS),
    Case("500 before", None, {"on": "create", "status": 500}, creates=2),
    Case("502 after", None, {"on": "create", "status": 502, "after": True}),
    Case("cut after", None, {"on": "create", "do": "cut", "after": True}),
    Case("cut before", None, {"on": "create", "do": "cut"}, creates=2),
    Case("hangs after", None, {"on": "create", "do": "hang", "seconds": 33, "after": True}),
    Case("polls hang", None, {"on": "get", "do": "hang", "seconds": 60}),
    Case("429", None, {"on": "create", "status": 429, "headers": {"retry-after": "1"}}, creates=2),
    Case("polls fail", None, {"on": "get", "status": 503, "times": 4}),
    Case("file breaks off", None, {"on": "download", "do": "truncate", "size": 60}, fetched=2),
    Case("file is late", None, {"on": "download", "status": 503}, fetched=2),
)


async def arrange(stage: Scene, case: Case, planned: Planned) -> None:
    """Have a case's trouble strike its job and no other."""
    if case.outcome:
        stage.emulator.go(planned.marker, **case.outcome)
    if case.fault.get("on") == "create":
        stage.emulator.fail(**case.fault, match=planned.marker)
    elif case.fault:
        # Polls and downloads name the prediction, which has to be made first.
        made = await eventually(lambda: stage.emulator.creations(planned.marker), within=60, every=0.2)
        stage.emulator.fail(**case.fault, match=made[0]["id"])


@pytest.mark.chaos
async def test_16_each_trouble_ends_in_its_class_and_is_paid_once(tmp_path: Path, seed: int) -> None:
    async with scene(tmp_path, seed, portrait_workers=0, video_workers=0, failing=False) as stage:
        await stage.add("portrait-worker", MEDIA_MAX_BYTES=str(MAX_BYTES)).start()
        stage.emulator.set(run={"*": [3.0, 4.0]})
        load = stage.load(0, per_second=1)
        load.planned = [Planned(n, n * 0.1, "portrait", f"case-{n:02d}") for n in range(len(CASES))]
        stage.draw.shuffle(load.planned)
        cases = dict(zip((each.job_id for each in load.planned), CASES, strict=True))
        arranging = asyncio.gather(*(arrange(stage, cases[each.job_id], each) for each in load.planned))
        async with stage.running(load, within=100):
            await arranging
        # A call that hangs is entered when it is over.
        wanted = sum(case.creates for case in CASES)
        await eventually(lambda: len(stage.emulator.calls("create")) >= wanted, within=40, every=0.5)
        asked, fetched = stage.emulator.calls("create"), stage.emulator.calls("download")
        evidence = await stage.assert_invariants(load)

    for planned in load.planned:
        case, log = cases[planned.job_id], evidence.logs[planned.job_id]
        failure = log[-1].entry.job.failure
        said = f"{case.name}\n{evidence.show(planned.job_id)}"
        assert (failure.code if failure else None) is case.code, said
        made = {each["id"] for each in evidence.made_for(planned.marker)}
        assert len(made) == case.made, said
        times = sum(call["path"].split("/")[-2] in made for call in fetched)
        assert times == case.made * case.fetched, said
        assert log[-1].entry.job.attempt == 1, said
    assert len(asked) == wanted


@pytest.mark.chaos
async def test_16_a_storm_of_429_is_sat_out_by_all_jobs_together(tmp_path: Path, seed: int) -> None:
    async with scene(tmp_path, seed, portrait_workers=0, video_workers=0, failing=False) as stage:
        worker = stage.add("portrait-worker", PROVIDER_CREATES_PER_MINUTE="120")
        await worker.start()
        told = float(stage.draw.randrange(4, 8))
        stage.emulator.fail("create", status=429, headers={"retry-after": f"{told:.0f}"}, times=None)
        load = stage.load(0, per_second=1)
        early = [Planned(n, 0.0, "portrait", f"early-{n}") for n in range(5)]
        load.planned = [*early, Planned(5, 2.0, "portrait", "late-5")]
        async with stage.running(load, within=60), httpx.AsyncClient(base_url=stage.urls[0], trust_env=False) as http:
            first = (await eventually(lambda: stage.emulator.calls("create"), within=20, every=0.05))[0]["at"]
            shown = [await eventually(partial(throttled, http, each.job_id), within=3.0) for each in load.planned]
            during = stage.emulator.calls("create")
            stage.emulator.heal()
        asked = [call["at"] for call in stage.emulator.calls("create")]
        evidence = await stage.assert_invariants(load)

    # What was on its way when the first refusal came was not told yet; from then on nobody calls.
    assert [at for at in asked if IN_FLIGHT < at - first < told] == []
    assert min(at for at in asked if at - first > IN_FLIGHT) - first <= told + 2.0
    assert len(during) < len(load.planned), "the pause of one is the pause of all: not every job asked"
    for job in shown:
        until = datetime.strptime(UNTIL.search(job["detail"])[1], "%H:%M:%S").time()  # type: ignore[index]
        assert until > datetime.fromisoformat(job["startedAt"]).time().replace(microsecond=0, tzinfo=None)
    assert {log[-1].entry.job.status for log in evidence.logs.values()} == {Status.SUCCEEDED}
    assert len(evidence.creations) == len(load.planned)


async def throttled(http: httpx.AsyncClient, job_id: str) -> dict[str, Any] | None:
    """Return the job once it shows that it waits for the provider."""
    answer = await http.get(f"/v1/jobs/{job_id}")
    job: dict[str, Any] = answer.json() if answer.status_code == 200 else {}
    return job if job.get("stage") == "throttled" else None
