"""Where media are kept: which of obstore's stores an address means, and how browsers get there."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from obstore.exceptions import BaseError
from obstore.store import LocalStore, ObjectStore

from shared.media.folder import Folder
from shared.media.s3 import first_line, open_s3, origin_of


class StoreUnusable(Exception):
    """The configured store cannot be used; the message is a sentence that names what to set."""


@dataclass(frozen=True, slots=True)
class Place:
    """A store of obstore's. ``where`` is what messages call it, ``folder`` the folder that it is, if it is one.

    ``origin`` is the scheme, host and port where browsers may be sent for files; None when they are to come to us.
    """

    objects: ObjectStore
    where: str
    folder: Folder | None = None
    origin: str | None = None


def find_place(url: str, *, signed_urls: bool = True) -> Place:
    """Return the place at ``url``: ``file:///folder``, made if need be, or ``s3://bucket/prefix``.

    S3's keys, region and endpoint come from its usual ``AWS_…`` variables; it is not asked yet. ``signed_urls`` is
    whether browsers can reach it. Raises :class:`StoreUnusable`.
    """
    try:
        parts = urlsplit(url)
        if parts.scheme == "file" and parts.netloc in ("", "localhost") and parts.path.startswith("/"):
            return _folder(Path(unquote(parts.path)), url)
        if parts.scheme == "s3" and parts.netloc:
            return Place(open_s3(url), url, origin=origin_of(url) if signed_urls else None)
    except (ValueError, BaseError) as error:
        raise StoreUnusable(f"MEDIA_URL cannot be read: {first_line(error)}.") from error
    raise StoreUnusable(f"MEDIA_URL must be file:///some/folder or s3://bucket/prefix; it is {url!r}.")


def _folder(path: Path, url: str) -> Place:
    folder = Folder(path)
    try:
        folder.prepare()
    except OSError as error:
        reason = error.strerror or str(error)
        raise StoreUnusable(f"MEDIA_URL names {path}, which is no folder that can be written: {reason}.") from error
    return Place(LocalStore(path), url, folder)
