"""Sending webhooks: signed, to public https addresses, no redirect followed, whatever comes of it put into words."""

import ssl
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from time import monotonic
from types import TracebackType
from typing import Self

import httpx

from shared.domain.public_address import is_public
from shared.domain.webhooks import Answer, Message
from shared.outbound.pinning import Resolve, addresses_of, fresh_connections, resolve, send_pinned
from shared.outbound.signing import Signer
from shared.ports.clock import Clock
from shared.tasks import Expired, within

TIMEOUT = 15.0
"""Seconds from looking the host up to the first of the answer."""

_HEADERS = {"Content-Type": "application/json", "User-Agent": "Greenroom-Webhooks/1", "Accept-Encoding": "identity"}
_MOST_RETRY_AFTER = 86_400.0
_MOST_WORDS = 300


class _Refused(Exception):
    """The host is not one we call."""


class WebhookEndpoints:
    """:class:`shared.ports.webhooks.Endpoints` over HTTP. Use it in its context.

    ``allow_private`` allows plain http, and addresses that are not the public's. Of an answer nothing but its head is
    read: what a client's server has to say is of no use here, and might be without end.
    """

    def __init__(
        self,
        signer: Signer,
        clock: Clock,
        *,
        allow_private: bool = False,
        timeout: float = TIMEOUT,
        transport: httpx.AsyncBaseTransport | None = None,
        resolver: Resolve = resolve,
    ) -> None:
        self._signer = signer
        self._clock = clock
        self._allow_private = allow_private
        self._timeout = timeout
        self._resolve = resolver
        self._client = httpx.AsyncClient(
            transport=transport or fresh_connections(httpx.create_ssl_context()), timeout=timeout, trust_env=False
        )

    async def __aenter__(self) -> Self:
        """Begin."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close what is open."""
        await self._client.aclose()

    async def send(self, message: Message) -> Answer:
        """See :meth:`shared.ports.webhooks.Endpoints.send`."""
        began = monotonic()
        try:
            head = await within(self._post(message), self._timeout)
        except (_Refused, Expired, OSError, httpx.HTTPError, httpx.InvalidURL) as error:
            return Answer(seconds=monotonic() - began, error=self._words(error))
        return Answer(
            seconds=monotonic() - began,
            http_status=head.status_code,
            retry_after=_retry_after(head.headers.get("retry-after"), self._clock.now()),
        )

    async def _post(self, message: Message) -> httpx.Response:
        url = httpx.URL(message.url)
        addresses = await self._addresses(url)
        signed = self._signer.headers(message.webhook_id, self._clock.now(), message.body)
        request = self._client.build_request("POST", url, content=message.body.encode(), headers={**_HEADERS, **signed})
        answer = await send_pinned(self._client, request, addresses)
        await answer.aclose()
        return answer

    async def _addresses(self, url: httpx.URL) -> list[str]:
        if url.scheme not in ("https", "http") or (url.scheme == "http" and not self._allow_private):
            raise _Refused("The address is not an https one.")
        try:
            found = await addresses_of(url, self._resolve)
        except OSError as error:
            raise _Refused("The endpoint's host cannot be found.") from error
        if not self._allow_private and not all(map(is_public, found)):
            raise _Refused("The endpoint's host leads to an address that is not public.")
        return found

    def _words(self, error: Exception) -> str:
        """Say what went wrong without repeating the address: its path and query may be secrets."""
        match error:
            case _Refused():
                return str(error)
            case Expired() | httpx.TimeoutException():
                return f"The endpoint did not answer within {self._timeout:g} s."
            case httpx.ConnectError() if isinstance(_root(error), ssl.SSLError):
                return f"The endpoint's certificate or its TLS is not good: {_root(error)}"[:_MOST_WORDS]
            case httpx.ConnectError() | OSError():
                return "The endpoint takes no connections."
            case httpx.InvalidURL() | httpx.UnsupportedProtocol():
                return "The address cannot be read."
            case _:
                return "The endpoint broke the connection off, or does not speak HTTP."


def _root(error: BaseException) -> BaseException:
    while (cause := error.__cause__ or error.__context__) is not None:
        error = cause
    return error


def _retry_after(header: str | None, now: datetime) -> float | None:
    if header is None:
        return None
    if header.isascii() and header.isdigit():
        return min(float(header[:9]), _MOST_RETRY_AFTER)
    try:
        at = parsedate_to_datetime(header)
    except (ValueError, OverflowError):
        return None
    aware = at if at.tzinfo else at.replace(tzinfo=UTC)
    return min(max(0.0, (aware - now).total_seconds()), _MOST_RETRY_AFTER)
