"""What every run of a worker works with."""

from collections.abc import Callable
from dataclasses import dataclass

from shared.domain.ids import JobId
from shared.domain.kinds import Kind
from shared.ports.bus import Predictions
from shared.ports.clock import Clock, Ids
from shared.ports.job_log import JobLog
from shared.ports.media import MediaStore
from shared.ports.meters import Meters
from shared.ports.provider import Provider
from shared.worker.settings import Limits
from shared.worker.translation import Translation

WebhookFor = Callable[[JobId], str | None]
"""The address the provider may call about a job; None where nobody outside can reach us."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The collaborators. ``kind`` is what is made here, ``worker`` the process's name in the logs, ``ack_wait`` a
    delivery's lease in seconds.
    """

    kind: Kind
    worker: str
    log: JobLog
    register: Predictions
    provider: Provider
    media: MediaStore
    translation: Translation
    clock: Clock
    ids: Ids
    meters: Meters
    limits: Limits
    ack_wait: float
    webhook: WebhookFor = lambda _: None
