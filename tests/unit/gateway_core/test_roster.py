"""Who is there, and when a silence may be taken for an absence."""

from datetime import timedelta

from gateway.roster import ANSWERED_WITHIN, BACK_WITHIN, FRESH_FOR, Roster
from shared.domain.kinds import Kind
from shared.ports.workers import BELIEVED_FOR
from tests.support.fakes.clock import ManualClock
from tests.support.fakes.workers import a_load
from tests.support.jobs import NOON


class Hall:
    """A roster whose question was answered by ``workers``, and the time that passes."""

    def __init__(self, *workers: str) -> None:
        self.clock = ManualClock()
        self.roster = Roster(self.clock)
        self._ask()
        for worker in workers:
            self.roster.heard(a_load(worker))

    def _ask(self) -> None:
        """Ask who is there, and hear the echo behind the question."""
        self.roster.asked()
        self.roster.up_to_date(0.0)

    def pass_time(self, seconds: float) -> None:
        """Let time pass in which nothing but our own echo is heard."""
        for _ in range(int(seconds)):
            self.clock.advance(1.0)
            self.roster.up_to_date(0.0)

    def lose_nats(self) -> None:
        """Hear nothing for half a minute, then ask anew."""
        self.clock.advance(30)
        self._ask()


def test_at_first_nothing_is_known_and_soon_it_is() -> None:
    hall = Hall()
    hall.roster.up_to_date(0.0)
    assert not hall.roster.known, "who was asked this very moment may still answer"

    hall.clock.advance(ANSWERED_WITHIN)
    hall.roster.up_to_date(0.0)

    assert hall.roster.known
    assert hall.roster.alive(Kind.PORTRAIT) == []


def test_a_question_that_nats_heard_late_leaves_the_workers_their_time() -> None:
    """NATS stood still: the question, and the two echoes after it, come through all at once."""
    clock = ManualClock()
    roster = Roster(clock)
    roster.asked()
    clock.advance(ANSWERED_WITHIN + 1)

    roster.up_to_date(ANSWERED_WITHIN + 1)
    roster.up_to_date(0.0)
    assert not roster.known, "the answers are one hop behind the echoes"

    clock.advance(ANSWERED_WITHIN)
    roster.up_to_date(0.0)
    assert roster.known


def test_a_worker_counts_until_it_is_provably_silent() -> None:
    hall = Hall("w1")

    hall.pass_time(BELIEVED_FOR - 1)
    assert hall.roster.is_here("w1")

    hall.pass_time(1)
    assert not hall.roster.is_here("w1")


def test_without_proof_of_hearing_a_silence_means_nothing() -> None:
    hall = Hall("w1")
    hall.pass_time(2)

    hall.clock.advance(60)

    assert not hall.roster.known
    assert hall.roster.is_here("w1")


def test_an_old_proof_proves_only_old_silence() -> None:
    """An echo that took seconds says nothing of what was announced behind it."""
    hall = Hall("w1")
    hall.clock.advance(BELIEVED_FOR + 1)

    hall.roster.up_to_date(3.0)

    assert hall.roster.is_here("w1")
    assert hall.roster.known is (FRESH_FOR > 3.0)


def test_after_a_reconnect_the_answers_are_waited_for() -> None:
    hall = Hall("w1")
    hall.pass_time(2)
    hall.lose_nats()

    hall.pass_time(BACK_WITHIN - 1)
    assert hall.roster.is_here("w1"), "it lost the server too, and may be on its way back"
    assert not hall.roster.known

    hall.roster.heard(a_load("w1"))
    hall.pass_time(1)
    assert hall.roster.is_here("w1")
    assert hall.roster.known


def test_who_does_not_come_back_with_the_server_is_gone() -> None:
    hall = Hall("w1")
    hall.pass_time(2)
    hall.lose_nats()

    hall.pass_time(BACK_WITHIN)

    assert not hall.roster.is_here("w1")


def test_a_draining_worker_is_here_but_takes_nothing() -> None:
    roster = Hall().roster
    roster.heard(a_load("w1", draining=True))

    assert roster.is_here("w1")
    assert roster.alive(Kind.PORTRAIT) == []

    roster.left("w1")
    assert not roster.is_here("w1")


def test_the_newest_announcement_counts_and_the_oldest_worker_comes_first() -> None:
    roster = Hall().roster
    old, young = a_load("b", running=1), a_load("a", running=2, throttled_until=NOON + timedelta(seconds=9))
    roster.heard(a_load("b"))
    roster.heard(young)
    roster.heard(old)

    assert roster.alive(Kind.PORTRAIT) == [old, young]
