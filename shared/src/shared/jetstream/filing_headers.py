"""The headers of a request in ``JOBS``: what the sweep and the list read instead of the documents."""

from datetime import datetime
from urllib.parse import quote, unquote

from nats.aio.msg import Msg

from shared.domain.ids import BadJobId, read_job_id
from shared.domain.kinds import Kind
from shared.domain.request import JobRequest
from shared.ports.bus import Waiting
from shared.ports.filings import Filing

_JOB_ID, _DEADLINE = "Greenroom-Job", "Greenroom-Deadline"
_OWNER, _SHOW, _CHARACTER, _RETRY_OF = (
    "Greenroom-Owner",
    "Greenroom-Show",
    "Greenroom-Character",
    "Greenroom-Retry-Of",
)


def headers_of(request: JobRequest) -> dict[str, str]:
    """Return a request's headers. What clients wrote is percent-encoded: a header holds one line of ASCII."""
    told = {_OWNER: request.owner, _SHOW: request.show_id, _CHARACTER: request.character_id}
    encoded = {name: quote(text, safe="", errors="surrogatepass") for name, text in told.items() if text is not None}
    retry = {_RETRY_OF: request.retry_of} if request.retry_of is not None else {}
    return {_JOB_ID: request.job_id, _DEADLINE: request.deadline.isoformat(), **encoded, **retry}


def waiting_of(message: Msg) -> Waiting | None:
    """Return what the sweep needs of a request, None when its headers do not say it."""
    headers = message.headers or {}
    try:
        deadline = datetime.fromisoformat(headers[_DEADLINE])
        return Waiting(message.metadata.sequence.stream, _kind(message), read_job_id(headers[_JOB_ID]), deadline)
    except (KeyError, ValueError, BadJobId):
        return None


def filing_of(message: Msg) -> Filing | None:
    """Return what the list needs of a request, None when its headers name no job."""
    headers = message.headers or {}
    try:
        job_id, kind = read_job_id(headers[_JOB_ID]), _kind(message)
    except (KeyError, ValueError, BadJobId):
        return None
    owner, show, character = (_decoded(headers.get(name)) for name in (_OWNER, _SHOW, _CHARACTER))
    return Filing(message.metadata.sequence.stream, kind, job_id, owner, show, character)


def _kind(message: Msg) -> Kind:
    return Kind(message.subject.split(".")[1])


def _decoded(text: str | None) -> str | None:
    return None if text is None else unquote(text, errors="surrogatepass")
