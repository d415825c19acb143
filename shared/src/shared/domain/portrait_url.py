"""How a ``portraitUrl`` is understood. Nothing here, and nobody else of ours, ever fetches one.

Our own ``/media/<name>`` is read from the store. Any other https address, and a picture in a ``data:`` address, goes to
the provider as it is: whether it leads to anything is between the client and the provider.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from shared.domain.media_name import is_media_name

MEDIA_PATH = "/media/"
"""The path below which the gateway serves stored files."""

_DEFAULT_PORTS = {"http": 80, "https": 443}
_PICTURE_DATA = re.compile(
    r"data:image/[a-z0-9.+-]+(?:;[a-z0-9-]+=[^;,\s]+)*;base64,[A-Za-z0-9+/]+={0,2}", re.IGNORECASE
)
_UNFIT = re.compile(r"[\s\x00-\x1f\x7f\\]")


class BadPortraitUrl(ValueError):
    """The address is none that a portrait may have; the message is a sentence for people."""


@dataclass(frozen=True, slots=True)
class OwnMedia:
    """A file in our own store."""

    name: str


@dataclass(frozen=True, slots=True)
class PassThrough:
    """An address for the provider, exactly as the client wrote it."""

    url: str


def understand(url: str, bases: Collection[str]) -> OwnMedia | PassThrough:
    """Say what a portrait's address means, or raise :class:`BadPortraitUrl`.

    ``bases`` are the addresses at which we are reached, such as ``https://greenroom.example/studio``: the public one
    and the request's own. ``/media/<name>`` is ours without a host, and with one when the rest is one of them.
    """
    if url[:5].lower() == "data:":
        return _picture_data(url)
    parts = None if _UNFIT.search(url) else _parse(url)
    if parts is None:
        raise BadPortraitUrl("portraitUrl is not an address: it has spaces or backslashes in it, or no readable host.")
    name = _own_name(parts, bases)
    if name is not None:
        return _own(name)
    if parts.scheme != "https" or not parts.hostname:
        raise BadPortraitUrl(
            "portraitUrl must be an https address, a data:image/…;base64 one, or one of Greenroom's own below /media/."
        )
    return PassThrough(url)


def _picture_data(url: str) -> PassThrough:
    if not _PICTURE_DATA.fullmatch(url):
        raise BadPortraitUrl("portraitUrl is a data: address, but not of a base64 picture (data:image/…;base64,…).")
    return PassThrough(url)


def _parse(url: str) -> SplitResult | None:
    """Take an address apart; None when that cannot be done, its port included."""
    try:
        parts = urlsplit(url)
        return None if parts.port == 0 else parts
    except ValueError:
        return None


def _own_name(parts: SplitResult, bases: Collection[str]) -> str | None:
    """Return what follows ``/media/`` when the address is below one of ours; a query or fragment changes nothing.

    A base comes from a request's own headers, too: one that cannot be read is nobody's address.
    """
    known = [base for base in map(_parse, bases) if base is not None]
    relative = not parts.scheme and not parts.netloc
    prefixes = {base.path.rstrip("/") for base in known if relative or _origin(base) == _origin(parts)}
    for prefix in prefixes | {""} if relative else prefixes:
        if parts.path.startswith(prefix + MEDIA_PATH):
            return parts.path.removeprefix(prefix + MEDIA_PATH)
    return None


def _origin(parts: SplitResult) -> tuple[str, str | None, int | None]:
    return parts.scheme, parts.hostname, parts.port or _DEFAULT_PORTS.get(parts.scheme)


def _own(name: str) -> OwnMedia:
    if not is_media_name(name):
        raise BadPortraitUrl(f"portraitUrl is an address below {MEDIA_PATH}, but not that of a stored file.")
    return OwnMedia(name)
