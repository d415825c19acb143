"""What clients see of webhooks: the body they are sent, and each try to send it."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from shared.domain.states import Status
from shared.domain.webhooks import DeliveryLog, Outcome, Try
from shared.views import JobView, View

Announced = Literal["job.starting", "job.processing", "job.succeeded", "job.failed", "job.canceled"]

_TYPES: dict[Status, Announced] = {
    Status.STARTING: "job.starting",
    Status.PROCESSING: "job.processing",
    Status.SUCCEEDED: "job.succeeded",
    Status.FAILED: "job.failed",
    Status.CANCELED: "job.canceled",
}


class WebhookMessage(View):
    """What is sent: the status that a job came into, when it did, and the job as it then stood."""

    type: Announced
    timestamp: datetime
    data: JobView

    @classmethod
    def of(cls, job: JobView) -> "WebhookMessage":
        """Return the message about a job that has just come into its status."""
        return cls(type=_TYPES[job.status], timestamp=job.updated_at, data=job)


class TryView(View):
    """One try. ``error`` is a sentence for people; ``nextTryAt`` is set when this one was to be followed by another."""

    webhook_id: str
    type: Announced
    attempt: Annotated[int, Field(ge=1)]
    at: datetime
    seconds: Annotated[float, Field(ge=0)]
    outcome: Outcome
    http_status: int | None
    error: str | None
    next_try_at: datetime | None

    @classmethod
    def of(cls, one: Try) -> "TryView":
        """Show a try."""
        return cls(
            webhook_id=one.webhook_id,
            type=_TYPES[one.status],
            attempt=one.number,
            at=one.at,
            seconds=round(one.seconds, 3),
            outcome=one.outcome,
            http_status=one.http_status,
            error=one.error,
            next_try_at=one.next_at,
        )


class DeliveriesView(View):
    """Every try for a job, oldest first."""

    deliveries: list[TryView]

    @classmethod
    def of(cls, log: DeliveryLog) -> "DeliveriesView":
        """Show a log."""
        return cls(deliveries=[TryView.of(each) for each in sorted(log.tries, key=lambda each: each.at)])
