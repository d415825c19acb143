"""The chassis's numbers, all in seconds or counts, with what they are for."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """How a worker behaves.

    ``concurrency`` jobs at once; ``pull_timeout`` how long one pull waits, and so how long a drain may wait for it;
    ``progress_every`` the least time between two progress events of a job; ``finish_within`` how long a drain lets a
    create that is on its way come back before it is left to be reconciled; ``most_deaths`` how often a job may be found
    dead in a worker's hands; ``look_every`` how often a job's log is read though nobody hinted at it; ``silent_for``
    how long a prediction may show no sign of life; ``downloads`` the pauses between tries to fetch an output.
    """

    concurrency: int
    pull_timeout: float = 2.0
    progress_every: float = 1.0
    finish_within: float = 5.0
    most_deaths: int = 10
    look_every: float = 5.0
    silent_for: float = 600.0
    downloads: tuple[float, ...] = (1.0, 3.0, 8.0, 15.0)
