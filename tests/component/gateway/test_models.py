"""``GET /v1/models``: all that a page needs to offer what can be asked for."""

from typing import Any

import httpx

from shared.catalogue.loading import load
from shared.domain.kinds import Kind
from tests.component.gateway.test_app_door import GOOD_PORTRAIT, GOOD_VIDEO


async def offered(http: httpx.AsyncClient) -> dict[str, Any]:
    answer = await http.get("/v1/models")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


async def test_every_model_is_offered_with_its_settings(http: httpx.AsyncClient) -> None:
    kinds = (await offered(http))["kinds"]

    catalogue = load()
    for kind in Kind:
        assert [model["id"] for model in kinds[kind]["models"]] == [model.key for model in catalogue.models(kind)]
        assert kinds[kind]["default"] == catalogue.default(kind).key
        assert [model["id"] for model in kinds[kind]["models"] if model["default"]] == [kinds[kind]["default"]]
    [veo] = [model for model in kinds["video"]["models"] if model["id"] == "google/veo-3.1"]
    assert (veo["label"], veo["promptMaxCharacters"]) == ("Veo 3.1", 4000)
    assert veo["settings"] == [
        {
            "name": "seconds",
            "label": "Length",
            "default": 8,
            "choices": [{"value": 4, "label": "4 s"}, {"value": 6, "label": "6 s"}, {"value": 8, "label": "8 s"}],
        },
        {
            "name": "aspectRatio",
            "label": "Shape",
            "default": "landscape",
            "choices": [{"value": "portrait", "label": "Portrait"}, {"value": "landscape", "label": "Landscape"}],
        },
        {
            "name": "resolution",
            "label": "Resolution",
            "default": "1080p",
            "choices": [{"value": "720p", "label": "720p"}, {"value": "1080p", "label": "1080p"}],
        },
    ]


async def test_every_choice_that_is_offered_is_taken(http: httpx.AsyncClient) -> None:
    kinds = (await offered(http))["kinds"]
    bodies = {"portrait": GOOD_PORTRAIT, "video": GOOD_VIDEO}
    jobs = [
        {"kind": kind, **bodies[kind], about["field"]: model["id"], **wish}
        for kind, about in kinds.items()
        for model in about["models"]
        for wish in ({}, *({s["name"]: choice["value"]} for s in model["settings"] for choice in s["choices"]))
    ]

    results = (await http.post("/v1/jobs:batch", json={"jobs": jobs})).json()["results"]

    assert len(jobs) > 20
    assert {result["status"] for result in results} == {202}


async def test_the_limits_are_those_that_hold(http: httpx.AsyncClient) -> None:
    limits = (await offered(http))["limits"]
    shortest, longest = limits["minDeadlineSeconds"], limits["maxDeadlineSeconds"]

    statuses = [
        (await http.post("/v1/jobs/portrait", json={**GOOD_PORTRAIT, "deadlineSeconds": seconds})).status_code
        for seconds in (shortest - 1, shortest, longest, longest + 1)
    ]

    assert statuses == [422, 202, 202, 422]
    assert limits["batchJobs"] == 100
    assert limits["defaultDeadlineSeconds"] == 900
    assert limits["documentBytes"] == 256 * 1024


async def test_the_catalogue_is_cached_and_known_again(http: httpx.AsyncClient) -> None:
    first = await http.get("/v1/models")
    same = await http.get("/v1/models", headers={"if-none-match": first.headers["etag"]})
    other = await http.get("/v1/models", headers={"if-none-match": '"other"'})

    assert "max-age" in first.headers["cache-control"]
    assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", first.headers["etag"])
    assert (other.status_code, other.json()) == (200, first.json())
