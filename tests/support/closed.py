"""Whether anybody still listens."""

import asyncio


async def is_closed(port: int) -> bool:
    """Return whether a connection to this port of loopback is refused."""
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return True
    writer.close()
    return False
