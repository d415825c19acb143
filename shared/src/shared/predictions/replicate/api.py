"""Replicate's HTTP API through the official package's client: one method a call, each trouble already told apart.

The client keeps the address, the token, the name we go by and the connections. Its resources are not used: they read
every answer into a model that refuses a status it does not know, ``aborted`` among them, so that one such prediction
spoils a page of a hundred; and they switch the timeout off for creating and uploading.
"""

import asyncio
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx
from replicate.client import Client

from shared.catalogue import Ref
from shared.ports.clock import Clock
from shared.ports.provider import ProviderTrouble
from shared.predictions.replicate.budget import Budget, Exhausted
from shared.predictions.replicate.transport import ErrorAnswer, HonestTransport
from shared.predictions.replicate.troubles import Call, of_answer, of_budget, of_nonsense, of_silence

_ID = re.compile(r"[A-Za-z0-9_-]{1,128}")

Document = Mapping[str, Any]
"""A JSON object of the API's, unchecked: a prediction, a page, a file."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How hard the API may be leant on: calls a minute, and seconds.

    ``connect``, ``read`` and ``write`` are for one step on a connection, ``create`` for a whole create, ``total`` for a
    whole upload, ``look`` for any other call. ``patience`` is how long a call waits for the end of a pause before it
    is put off instead, ``queue`` how long it waits for its turn.
    ``settling`` is how long after a lost create the list may still change.
    """

    creates_per_minute: float = 600
    reads_per_minute: float = 3000
    connect: float = 5.0
    read: float = 30.0
    write: float = 30.0
    create: float = 30.0
    total: float = 60.0
    look: float = 10.0
    patience: float = 2.0
    queue: float = 30.0
    settling: float = 10.0


@dataclass(frozen=True, slots=True)
class Page:
    """One page of predictions, newest first; ``cursor`` leads to the next, older one."""

    predictions: list[Document]
    cursor: str | None


class ReplicateApi:
    """The calls we make. Every one may raise :class:`shared.ports.provider.ProviderTrouble`, and none is repeated."""

    def __init__(self, token: str, base_url: str, limits: Limits, clock: Clock, verify: ssl.SSLContext) -> None:
        pool = httpx.Limits(max_connections=100, max_keepalive_connections=50)
        self._transport = HonestTransport(httpx.AsyncHTTPTransport(verify=verify, limits=pool))
        self._timeout = httpx.Timeout(connect=limits.connect, read=limits.read, write=limits.write, pool=limits.connect)
        self._client = Client(
            api_token=token, base_url=base_url.rstrip("/"), timeout=self._timeout, transport=self._transport
        )
        self._within = {Call.CREATE: limits.create, Call.READ: limits.look, Call.CANCEL: limits.look}
        self._total = limits.total
        self._clock = clock
        self._creates = Budget(limits.creates_per_minute, clock, patience=limits.patience, queue=limits.queue)
        self._reads = Budget(limits.reads_per_minute, clock, patience=limits.patience, queue=limits.queue)

    def held_off(self) -> float:
        """Return the seconds until predictions may be created again; 0 when they may."""
        return self._creates.held_off()

    async def turn(self) -> None:
        """Return when it is the caller's turn to create a prediction; that is one call of the budget."""
        try:
            await self._creates.take()
        except Exhausted as exhausted:
            raise of_budget(exhausted) from exhausted

    async def create(self, ref: Ref, body: Document, headers: Mapping[str, str]) -> Document:
        """Create a prediction and return it, for whoever has had a :meth:`turn`: nothing is waited for any more.

        Without a version the model's newest is used.
        """
        if ref.version is None:
            path = f"/v1/models/{ref.model}/predictions"
        else:
            path, body = "/v1/predictions", {**body, "version": ref.version}
        answer = await self._call(Call.CREATE, "POST", path, json=body, headers=headers)
        if not _is_prediction(answer):
            raise of_nonsense(Call.CREATE)
        return answer

    async def get(self, prediction: str) -> Document:
        """Return a prediction."""
        return await self._call(Call.READ, "GET", f"/v1/predictions/{quote(prediction, safe='')}")

    async def page(self, cursor: str | None) -> Page:
        """Return the page of predictions ``cursor`` leads to, or the first."""
        answer = await self._call(Call.READ, "GET", "/v1/predictions", params={"cursor": cursor} if cursor else None)
        results = answer.get("results")
        if not isinstance(results, list):
            raise of_nonsense(Call.READ)
        return Page([each for each in results if _is_prediction(each)], _cursor(answer.get("next")))

    async def cancel(self, prediction: str) -> None:
        """Ask for a prediction to stop."""
        await self._call(Call.CANCEL, "POST", f"/v1/predictions/{quote(prediction, safe='')}/cancel")

    async def upload(self, name: str, data: bytes, content_type: str) -> str:
        """Upload a file and return the address models can read it from; Replicate keeps it for a day."""
        answer = await self._call(
            Call.UPLOAD, "POST", "/v1/files", files={"content": (name, data, content_type)}, data={}
        )
        address = (answer.get("urls") or {}).get("get")
        if not isinstance(address, str):
            raise of_nonsense(Call.UPLOAD)
        return address

    async def file(self, name: str) -> Document:
        """Return what the API knows of an uploaded file: its ``checksums`` among it."""
        return await self._call(Call.READ, "GET", f"/v1/files/{quote(name, safe='')}")

    async def aclose(self) -> None:
        """Close the connections."""
        await self._transport.aclose()

    async def _call(self, call: Call, method: str, path: str, **options: Any) -> Document:
        budget = self._creates if call is Call.CREATE else self._reads
        try:
            if call is Call.CREATE:
                budget.must_not_pause()
            else:
                await budget.take()
            async with asyncio.timeout(self._within.get(call, self._total)):
                answer = await self._client._async_request(method, path, timeout=self._timeout, **options)
                return _document(answer, call)
        except Exhausted as exhausted:
            raise of_budget(exhausted) from exhausted
        except ErrorAnswer as refusal:
            raise self._told(of_answer(refusal, call, self._clock.now()), refusal, budget) from refusal
        except (httpx.HTTPError, TimeoutError) as silence:
            raise of_silence(silence, call) from silence

    def _told(self, trouble: ProviderTrouble, answer: ErrorAnswer, budget: Budget) -> ProviderTrouble:
        # Everybody keeps the pause, not only the job that was told.
        if answer.status == 429:
            budget.pause(1.0 if trouble.retry_after is None else trouble.retry_after)
        elif answer.status >= 500 and trouble.retry_after is not None:
            budget.pause(trouble.retry_after)
        return trouble


def _is_prediction(value: object) -> bool:
    # What it is registered and asked for under: anything else is no id of theirs.
    return isinstance(value, dict) and isinstance(value.get("id"), str) and _ID.fullmatch(value["id"]) is not None


def _document(answer: httpx.Response, call: Call) -> Document:
    try:
        document = answer.json()
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        raise of_nonsense(call)
    return document


def _cursor(following: object) -> str | None:
    # Only the cursor is taken from the address: our token goes to the API's own host and nowhere else.
    return httpx.URL(following).params.get("cursor") if isinstance(following, str) else None
