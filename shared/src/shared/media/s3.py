"""What an S3 needs beyond what object stores promise: an address for browsers, and words for its refusals."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import obstore
from obstore.exceptions import BaseError, PermissionDeniedError, UnauthenticatedError
from obstore.store import S3Store

REFUSALS = (PermissionDeniedError, UnauthenticatedError, FileNotFoundError)
"""What does not get better by waiting: we may not, or (where no object was asked for) there is no such bucket."""

_CODE = re.compile(r"<Code>(\w{1,60})</Code>")
# Options given here replace AWS_ALLOW_HTTP; an endpoint that is plain http was set so by the operator. We give up soon
# enough for a caller who waits: a worker tries again, a reader is told to.
_OPTIONS: dict[str, Any] = {
    "client_options": {"connect_timeout": "5s", "read_timeout": "30s", "timeout": "5m", "allow_http": True},
    "retry_config": {"max_retries": 3, "retry_timeout": timedelta(seconds=15)},
}


def open_s3(url: str) -> S3Store:
    """Open ``s3://bucket/prefix`` with the keys, region and endpoint of the ``AWS_…`` variables; asks it nothing.

    Raises ``ValueError`` and obstore's errors for an address or variables that cannot be.
    """
    return S3Store.from_url(url, **_OPTIONS)


def origin_of(url: str) -> str:
    """Return the scheme, host and port under which browsers will be sent to this bucket's objects.

    It is that of a signed address, made with keys of our own: a machine's real ones may take a call to get.
    """
    stand_in = S3Store.from_url(url, access_key_id="-", secret_access_key="-", **_OPTIONS)
    signed = urlsplit(obstore.sign(stand_in, "GET", "any", timedelta(seconds=1)))
    return f"{signed.scheme}://{signed.netloc}"


def trouble(error: BaseError | OSError) -> str:
    """Say why the store did not do it, and what to do where only the operator can; without a full stop."""
    match error:
        case PermissionDeniedError() | UnauthenticatedError():
            code = _CODE.search(str(error))
            said = f" ({code[1]})" if code else ""
            return (
                f"access is denied{said}. Check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY or the role,"
                " and that it may get, put, delete and list there"
            )
        case FileNotFoundError():
            return "there is no such bucket. Make it, or correct MEDIA_URL, AWS_REGION or AWS_ENDPOINT"
    return first_line(error)


def first_line(error: Exception) -> str:
    """Return what obstore says of its trouble; below it come pages of its own state."""
    return str(error).partition("\n")[0].rstrip(". ")
