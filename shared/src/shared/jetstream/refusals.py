"""What an operator has to know when NATS will not have us: what is wrong, and what to do about it."""

import re
import ssl

import structlog
from nats.errors import AuthorizationError

from shared.jetstream.server import Server

log = structlog.get_logger()

_FORBIDDEN = re.compile(r'permissions violation for (publish|subscription) to "([^"]*)"')

_NO_GREETING = "expecting info message"
"""In what nats-py says of a server that hung up before a word."""


class Refusals:
    """Says each refusal once for every connection, however often it is met: nats-py tries twice a second."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._said: set[str] = set()
        self._greeted = False

    def hear(self, error: Exception) -> None:
        """Log what nats-py reports: an error with what to do where somebody has to act, else for debugging."""
        sentence = explain(error, self._server) or self._unanswered(error)
        if sentence is None:
            log.debug("NATS reported an error", action="nats_error", error=repr(error))
        elif sentence not in self._said:
            self._said.add(sentence)
            log.error(sentence, action="nats_refuses", error=str(error))

    def greeted(self) -> None:
        """Once we were let in, silence means that NATS is away."""
        self._greeted = True

    def forget(self) -> None:
        """Begin anew: what is refused from now on is news."""
        self._said.clear()

    def _unanswered(self, error: Exception) -> str | None:
        # It waits two seconds for our handshake as we do for its greeting: whoever gives up first, we are not greeted.
        ungreeted = isinstance(error, TimeoutError) or _NO_GREETING in str(error).lower()
        if self._greeted or self._server.ca_file is not None or not ungreeted:
            return None
        return (
            f"NATS at {self._server.address} does not greet: if it begins with TLS, set NATS_CA_FILE to the authority "
            "that signed its certificate"
        )


def explain(error: Exception, server: Server) -> str | None:
    """Say in one sentence what is wrong and what to do, None when that is nobody's to mend here."""
    said = str(error).lower()
    if forbidden := _FORBIDDEN.search(said):
        verb = "publish" if forbidden[1] == "publish" else "listen"
        return (
            f"NATS does not allow {server.identity} to {verb} to {forbidden[2]}: give this service its own user, "
            "or that user the right, as in deploy/nats/users.conf"
        )
    if isinstance(error, AuthorizationError) or "authorization violation" in said:
        return (
            f"NATS does not know {server.identity}: give this service what NATS at {server.address} has for it, "
            "or give NATS what this service has"
        )
    return _of_tls(error, server)


def _of_tls(error: Exception, server: Server) -> str | None:
    if isinstance(error, ssl.SSLCertVerificationError):
        return (
            f"The certificate of NATS at {server.address} does not hold ({error.verify_message}): NATS_CA_FILE must be "
            "the authority that signed it, and NATS_URL must use a name that it is for"
        )
    if isinstance(error, ssl.SSLError):
        return (
            f"NATS at {server.address} does not begin with TLS: give its tls block handshake_first: true, "
            "or take NATS_CA_FILE away if it is to be spoken to in the clear"
        )
    return None
