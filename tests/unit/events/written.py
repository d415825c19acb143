"""Changes of a job and clients' documents, and how they are written and read."""

import json
from typing import Any

from hypothesis import strategies as st

from shared.domain.fold import Entry
from shared.domain.job import Change, accept, fail, past_deadline, start, succeed
from shared.events.codec import decode_event, encode_change
from tests.support.jobs import NOON, a_request, an_output

QUEUED = accept(a_request(metadata={"k": "v"}), 7)
FAILED = fail(QUEUED.job, past_deadline(QUEUED.job), NOON)
SUCCEEDED = succeed(start(QUEUED.job, "w", "local", NOON).job, an_output(), NOON)

TEXT = st.text('aé🎭 \n"\\/\x00\u2028', max_size=6)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
DOCUMENTS = st.dictionaries(TEXT, JSON, max_size=4)


def written(change: Change) -> dict[str, Any]:
    """Return an event as the JSON it is."""
    event: dict[str, Any] = json.loads(encode_change(change, "id-1", "worker-1").body)
    return event


def read(event: object) -> Entry:
    """Read an event from its JSON."""
    return decode_event(json.dumps(event).encode(), 5).entry
