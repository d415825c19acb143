"""Every subject, spelled once."""

from shared.domain.ids import JobId
from shared.domain.kinds import Kind

ALL_REQUESTS = "jobs.>"
ALL_LOGS = "status.*.*"
ALL_OWNED_PREDICTIONS = "predictions.*.*"
ALL_SET_ASIDE = "setaside.>"
ALL_WEBHOOKS = "webhooks.*.*"
ALL_DELIVERIES = "deliveries.*"
ALL_DELETIONS = "deletions.*"
ALL_ANSWERS = "answers.*"
ALL_ANNOUNCEMENTS = "workers.*.*"
ROLL_CALL = "workers.rollcall"
ECHOES = "workers.echo."


def requests_of(kind: Kind) -> str:
    """All requests of one kind."""
    return f"jobs.{kind}.*"


def request(kind: Kind, claim: str) -> str:
    """The requests of one claim; the last of them is the claim."""
    return f"jobs.{kind}.{claim}"


def log(kind: Kind, job_id: JobId) -> str:
    """One job's log."""
    return f"status.{kind}.{job_id}"


def log_of_any_kind(job_id: JobId) -> str:
    """The log of a job whose kind is not known; no two kinds share a jobId."""
    return f"status.*.{job_id}"


def owned_prediction(provider: str, prediction: str) -> str:
    """The register entry that says whose a prediction is."""
    return f"predictions.{provider}.{prediction}"


def deletion(job_id: JobId) -> str:
    """Where it is said that a job was deleted."""
    return f"deletions.{job_id}"


def answer(job_id: JobId) -> str:
    """Which job a jobId was answered with."""
    return f"answers.{job_id}"


def webhook(job_id: JobId, webhook_id: str) -> str:
    """One message to a job's client; there is never a second one."""
    return f"webhooks.{job_id}.{webhook_id}"


def deliveries(job_id: JobId) -> str:
    """The tries made to reach a job's client, all in one message."""
    return f"deliveries.{job_id}"


def set_aside(stream: str, sequence: int) -> str:
    """Where an unreadable message of ``stream`` is kept for an operator."""
    return f"setaside.{stream}.{sequence}"


def hints_to(worker: str) -> str:
    """Where one worker process hears hints; core NATS, kept nowhere."""
    return f"hints.{worker}"


def announcement(kind: Kind, worker: str) -> str:
    """Where one worker process says how it is, and with an empty message that it ends; core NATS, kept nowhere."""
    return f"workers.{kind}.{worker}"


def own_echo(name: str) -> str:
    """What one listener to the announcements says to itself: among them, so that it comes in order with them."""
    return f"{ECHOES}{name}"
