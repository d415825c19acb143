"""Reading an event where it lies: on the subject of the job that it tells of, or not at all.

A writer names where its answers go, and what a consumer delivers as an answer is stored by whichever stream has that
subject, under the subject it came from. And a writer may have one kind's logs only, whatever it says in them.
"""

from nats.aio.msg import Msg

from shared.events import subjects
from shared.events.codec import Read, Unreadable, decode_event


def event_of(message: Msg) -> Read:
    """Read a delivered message of ``STATUS``; raises :class:`shared.events.codec.Unreadable`."""
    return event_at(message.subject, message.data, message.metadata.sequence.stream)


def event_at(subject: str, body: bytes, revision: int) -> Read:
    """Read what lies on ``subject`` at ``revision``; raises :class:`shared.events.codec.Unreadable`."""
    read = decode_event(body, revision)
    job = read.entry.job
    if subject != subjects.log(job.kind, job.job_id):
        raise Unreadable(f"event {read.event_id} of {job.kind} {job.job_id} lies in {subject}", foreign=True)
    return read
