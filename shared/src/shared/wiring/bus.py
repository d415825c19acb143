"""From settings to NATS."""

from shared.jetstream.server import Server
from shared.runtime.settings import CommonSettings


def server_of(settings: CommonSettings, user: str) -> Server:
    """Return where NATS is and who we are there; ``user`` is the service's, in whose own inbox its answers come."""
    return Server(
        urls=settings.nats_url,
        credentials=settings.nats_creds,
        user=settings.nats_user,
        password=settings.nats_password,
        nkey_file=settings.nats_nkey_file,
        ca_file=settings.nats_ca_file,
        inbox=f"_INBOX.{user}",
    )
