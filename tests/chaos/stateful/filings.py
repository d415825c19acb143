"""The requests in ``JOBS`` and the leases on them, as they have to be."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum, auto

from shared.domain.kinds import Kind


class Broken(AssertionError):
    """Something happened that may not; ``job_id`` says whose log to look at."""

    def __init__(self, what: str, job_id: str | None = None) -> None:
        super().__init__(what)
        self.job_id = job_id


class Lease(Enum):
    """How a request stands with its consumer."""

    NEW = auto()  # never delivered
    HELD = auto()  # delivered, and neither answered nor lapsed
    AGAIN = auto()  # lapsed or handed back: to be delivered at the next pull
    LATER = auto()  # handed back with a delay: to be delivered some time
    OVER = auto()  # acknowledged


@dataclass
class Filing:
    """One request in ``JOBS``: the workers it was ``given`` to, and those of them whose lease ``lapsed``."""

    sequence: int
    job_id: str
    kind: Kind
    claim: str
    content: str
    lease: Lease = Lease.NEW
    holder: str | None = None
    last_given: str | None = None
    given: set[str] = field(default_factory=set)
    lapsed: set[str] = field(default_factory=set)
    removed: bool = False


class Filings:
    """Every request ever filed, by its sequence."""

    def __init__(self) -> None:
        self.filed: dict[int, Filing] = {}

    def file(self, filing: Filing) -> None:
        """A request was filed."""
        self.filed[filing.sequence] = filing

    def lying(self) -> Iterable[Filing]:
        """Return those that nobody removed."""
        return (each for each in self.filed.values() if not each.removed)

    def last(self, kind: Kind, claim: str) -> Filing | None:
        """Return the last request that lies under a claim."""
        under = [each for each in self.lying() if (each.kind, each.claim) == (kind, claim)]
        return max(under, key=lambda each: each.sequence, default=None)

    def deliverable(self, kind: Kind) -> list[int]:
        """Return the requests that the next pull of a kind may bring, and does bring unless there are none."""
        ready = (Lease.NEW, Lease.AGAIN)
        return [each.sequence for each in self.lying() if each.kind is kind and each.lease in ready]

    def outstanding(self, kind: Kind) -> int:
        """Return how many requests of a kind its consumer still has to see through."""
        return sum(1 for each in self.lying() if each.kind is kind and each.lease is not Lease.OVER)

    def deliver(self, sequence: int, worker: str) -> None:
        """A worker was given a request."""
        filing = self.filed[sequence]
        if filing.lease in (Lease.HELD, Lease.OVER):
            raise Broken(f"{worker} was given request {sequence}, which is {filing.lease.name}", filing.job_id)
        filing.lease, filing.holder, filing.last_given = Lease.HELD, worker, worker
        filing.given.add(worker)
        filing.lapsed.discard(worker)

    def lapse(self, sequence: int) -> None:
        """The lease on a request ran out."""
        filing = self.filed[sequence]
        if filing.holder is not None:
            filing.lapsed.add(filing.holder)
        filing.lease, filing.holder = Lease.AGAIN, None

    def hand_back(self, sequence: int, worker: str, *, later: bool, unsaid: bool) -> None:
        """A worker let go of a request; ``unsaid`` when it may not have come to say so in the job's log."""
        filing = self.filed[sequence]
        if worker in filing.lapsed:
            return  # It knows, and says nothing: were it heard, the next pull would bring too much.
        if filing.lease is Lease.HELD and filing.holder != worker:
            raise Broken(f"{worker} handed back request {sequence}, which is {filing.holder}'s by now", filing.job_id)
        if filing.lease is Lease.HELD:
            filing.lease, filing.holder = Lease.LATER if later else Lease.AGAIN, None
            if unsaid:
                filing.lapsed.add(worker)

    def ack(self, sequence: int) -> None:
        """A worker said that a request needs no more deliveries."""
        self.filed[sequence].lease, self.filed[sequence].holder = Lease.OVER, None

    def remove(self, sequence: int) -> None:
        """A request was taken away."""
        self.filed[sequence].removed = True
