"""Places at hosts: a few for one that answers, one for a silent one, and nothing remembered without end."""

from status.webhooks import hosts
from status.webhooks.hosts import MOST, Hosts
from tests.support.fakes.clock import ManualClock


def make(clock: ManualClock | None = None) -> Hosts:
    return Hosts(clock or ManualClock(), lambda: 1.0)


def test_a_host_has_so_many_places_and_each_given_back_is_free_again() -> None:
    places = make()
    assert [places.enter("a") for _ in range(MOST)] == [None] * MOST
    assert places.enter("a") is not None
    assert places.enter("b") is None

    places.leave("a", 0.1, answered=True)
    assert places.enter("a") is None


def test_those_who_find_no_place_are_spread_over_the_time_it_will_take() -> None:
    clock = ManualClock()
    places = make(clock)
    for _ in range(MOST):
        places.enter("a")
    clock.advance(8.0)

    waits = [places.enter("a") or 0.0 for _ in range(MOST)]
    assert waits == sorted(set(waits))
    assert waits[-1] == 8.0, "the tries in flight have taken eight seconds so far"


def test_no_wait_is_longer_than_five_minutes_and_chance_spreads_the_longest() -> None:
    places = make()
    places.enter("a")
    places.leave("a", 15.0, answered=False)
    places.enter("a")

    waits = [places.enter("a") or 0.0 for _ in range(1_000)]
    assert waits[0] == 15.0
    assert max(waits) <= 300.0
    assert waits[-1] == 150.0


def test_hosts_that_were_never_there_are_forgotten() -> None:
    places = make()
    places.enter("busy")
    for number in range(3 * hosts._MOST_KNOWN):
        places.enter(f"{number}.example")
        places.leave(f"{number}.example", 15.0, answered=False)

    assert len(places._hosts) <= hosts._MOST_KNOWN
    places.leave("busy", 0.1, answered=True)
