"""Knowing that a server has read all that a connection said."""

from nats.aio.client import Client


async def read_by_server(client: Client) -> None:
    """Return once the server has read what was published and subscribed before, and its complaints were heard.

    One ``flush`` is no barrier: nats-py 2.16 writes its PING past what still waits in its own buffer. The first one
    empties that buffer, so the second one's PING comes after all of it.
    """
    await client.flush()
    await client.flush()
