"""What browsers are told with every answer: to be careful, and which other pages may call."""

import asyncio
from pathlib import Path
from typing import Any

import httpx
import pytest
from nats.js import JetStreamContext

from gateway.app import starting_app
from gateway.config import Settings
from gateway.wiring import State, open_app
from shared.jetstream.topology import Topology
from shared.runtime.settings import load_settings
from tests.support.keys import ADA, bearing, keys_file
from tests.support.nats_server import NatsServer
from tests.support.samples import png_bytes

APP = "https://app.example"
CAREFUL = ("x-content-type-options", "referrer-policy", "x-frame-options", "content-security-policy")


async def test_every_answer_is_careful_and_a_file_can_be_shown_anywhere(
    server: NatsServer, js: JetStreamContext, topology: Topology, tmp_path: Path
) -> None:
    (tmp_path / "abc.png").write_bytes(png_bytes())
    settings = Settings(
        nats_url=(server.url,),
        media_url=tmp_path.as_uri(),
        api_keys_file=keys_file(tmp_path),
        cors_origins=(APP,),
    )
    async with open_app(settings, asyncio.Event(), topology, State()) as app:
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://greenroom.test") as http:
            await careful(http)
            await shown_anywhere(http)
            await called_from_elsewhere(http)


async def careful(http: httpx.AsyncClient) -> None:
    for path in ("/", "/page/", "/docs", "/openapi.json", "/healthz", "/metrics", "/v1/models", "/media/no.png", "/no"):
        answer = await http.get(path)
        assert [name for name in CAREFUL if name not in answer.headers] == [], path
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
        assert "Origin" in answer.headers["vary"]


async def shown_anywhere(http: httpx.AsyncClient) -> None:
    for answer in (await http.get("/media/abc.png"), await http.head("/media/abc.png")):
        assert (answer.status_code, answer.headers["cross-origin-resource-policy"]) == (200, "cross-origin")
        assert answer.headers["x-content-type-options"] == "nosniff"


async def called_from_elsewhere(http: httpx.AsyncClient) -> None:
    asking = {
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,idempotency-key",
    }
    before = await http.options("/v1/jobs/portrait", headers={"Origin": APP} | asking)
    stranger = await http.options("/v1/jobs/portrait", headers={"Origin": "https://other.example"} | asking)
    without = await http.get("/v1/models", headers={"Origin": APP})
    answered = await http.get("/v1/models", headers={"Origin": APP} | bearing(ADA))

    assert (before.status_code, before.headers["access-control-allow-origin"]) == (200, APP)
    assert "Idempotency-Key" in before.headers["access-control-allow-headers"]
    assert "access-control-allow-origin" not in stranger.headers
    assert (without.status_code, without.headers["access-control-allow-origin"]) == (401, APP)
    assert answered.status_code == 200
    shown = answered.headers["access-control-expose-headers"]
    assert all(name in shown for name in ("Location", "Retry-After", "ETag", "RateLimit-Policy", "X-Request-ID"))


async def test_while_it_starts_pages_elsewhere_are_told_so() -> None:
    app = starting_app(lambda: "NATS", (APP,))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://greenroom.test") as http:
        answer = await http.get("/v1/models", headers={"Origin": APP})

    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (503, APP)
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_without_origins_nobody_elsewhere_may_call(http: httpx.AsyncClient) -> None:
    answer = await http.get("/v1/models", headers={"Origin": APP})

    assert answer.status_code == 200
    assert not [name for name in answer.headers if name.startswith("access-control")]


@pytest.mark.parametrize("wrong", ["app.example", "https://app.example/", "https://a.example,*", "ftp://a.example"])
def test_what_is_no_origin_is_refused_at_the_start(wrong: Any, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        load_settings(Settings, {"cors_origins": wrong})

    assert "must be origins as browsers send them" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("given", "origins"),
    [("*", ("*",)), ("https://a.example, http://[::1]:8080", ("https://a.example", "http://[::1]:8080")), ("", ())],
)
def test_origins_are_a_list(given: str, origins: tuple[str, ...] | None) -> None:
    assert Settings(cors_origins=given).cors_origins == origins  # type: ignore[arg-type]
