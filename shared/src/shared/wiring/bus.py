"""From settings to NATS."""

from shared.jetstream.connection import Server
from shared.runtime.settings import CommonSettings


def server_of(settings: CommonSettings) -> Server:
    """Return where NATS is and who we are there."""
    return Server(
        urls=settings.nats_url,
        credentials=settings.nats_creds,
        user=settings.nats_user,
        password=settings.nats_password,
    )
