"""Where NATS is, and how we prove there who we are."""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import nkeys


class LoginUnusable(Exception):
    """A file that logs us in cannot be used; the message is a sentence that names its variable."""


@dataclass(frozen=True, slots=True)
class Server:
    """One server or the servers of one cluster. ``urls`` are ``nats://`` addresses, at least one.

    ``inbox`` is the prefix of the subjects our answers come to: a user's own, where NATS keeps users apart.
    With ``ca_file`` nothing is said but over TLS, to a server whose certificate that authority signed.
    """

    urls: tuple[str, ...] = field(repr=False)
    credentials: str | None = None
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    nkey_file: Path | None = None
    ca_file: Path | None = None
    inbox: str = "_INBOX"

    @property
    def address(self) -> str:
        """The addresses for people: without what may stand before the ``@``."""
        parts = [(url, urlsplit(url)) for url in self.urls]
        return ", ".join(url.replace(f"{each.netloc.rpartition('@')[0]}@", "") for url, each in parts)

    @property
    def identity(self) -> str:
        """Who we say we are, for people."""
        if self.nkey_file:
            return f"the key in NATS_NKEY_FILE ({self.nkey_file})"
        if self.credentials:
            return f"the credentials in NATS_CREDS ({self.credentials})"
        if self.user:
            return f"NATS_USER {self.user} with this NATS_PASSWORD"
        named = urlsplit(self.urls[0]).username
        return f"the user {named} of NATS_URL with this password" if named else "a client that does not say who it is"

    def options(self) -> Mapping[str, Any]:
        """Return nats-py's arguments for logging in; raises :class:`LoginUnusable`."""
        given = {
            "user_credentials": self.credentials,
            "user": self.user,
            "password": self.password,
            "nkeys_seed": self._nkey(),
            "tls": self._tls(),
            # nats-py would go on in the clear with a server that does not offer TLS: so TLS comes before any word.
            "tls_handshake_first": True if self.ca_file else None,
            "inbox_prefix": self.inbox,
        }
        return {name: value for name, value in given.items() if value is not None}

    def _nkey(self) -> str | None:
        if self.nkey_file is None:
            return None
        try:
            nkeys.from_seed(bytearray(self.nkey_file.read_bytes().strip())).wipe()
        except OSError as error:
            raise LoginUnusable(f"NATS_NKEY_FILE={self.nkey_file} cannot be read: {error.strerror}") from error
        except (nkeys.NkeysError, ValueError) as error:
            raise LoginUnusable(f"NATS_NKEY_FILE={self.nkey_file} holds no seed of an nkey (SU…)") from error
        return str(self.nkey_file)

    def _tls(self) -> ssl.SSLContext | None:
        if self.ca_file is None:
            return None
        try:
            return ssl.create_default_context(cafile=self.ca_file)
        except ssl.SSLError as error:
            raise LoginUnusable(f"NATS_CA_FILE={self.ca_file} holds no certificate in PEM form") from error
        except OSError as error:
            raise LoginUnusable(f"NATS_CA_FILE={self.ca_file} cannot be read: {error.strerror}") from error
