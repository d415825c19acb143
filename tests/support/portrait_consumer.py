"""What the server says of the portraits' consumer."""

from nats.js import JetStreamContext

from shared.domain.kinds import Kind
from shared.jetstream.topology import JOBS, worker_consumer

CONSUMER = worker_consumer(Kind.PORTRAIT)


async def asked(js: JetStreamContext) -> bool:
    """Whether somebody waits for a portrait's request."""
    return bool((await js.consumer_info(JOBS, CONSUMER)).num_waiting)


async def delivered(js: JetStreamContext) -> bool:
    """Whether some portrait's request is in somebody's hands."""
    return bool((await js.consumer_info(JOBS, CONSUMER)).num_ack_pending)
