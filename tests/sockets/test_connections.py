"""The register of connections: who makes room for whom."""

import resource

import pytest

from app.sockets.connections import ConnectionLimits, Connections


class Caller:
    """A connection that notes whether it was closed."""

    def __init__(self) -> None:
        self.is_closed = False

    def make_room(self) -> None:
        self.is_closed = True


def admitted(register: Connections, address: str, count: int) -> list[Caller]:
    callers = [Caller() for _ in range(count)]
    for caller in callers:
        assert register.admit(caller, address)
    return callers


def test_the_oldest_idle_connection_makes_room() -> None:
    """Not the one that is being served, and not the one that was served last."""
    register = Connections(ConnectionLimits(most=3, most_per_address=3))
    served, was_served, silent = admitted(register, "a", 3)
    register.note_busy(served)
    register.note_busy(was_served)
    register.note_idle(was_served)

    assert register.admit(Caller(), "b")
    assert (served.is_closed, was_served.is_closed, silent.is_closed) == (False, False, True)
    assert register.admit(Caller(), "b")
    assert (served.is_closed, was_served.is_closed) == (False, True)


def test_an_address_takes_no_place_of_others() -> None:
    """At its own limit it loses its own oldest, while another's older one stays."""
    register = Connections(ConnectionLimits(most=10, most_per_address=2))
    (other,) = admitted(register, "b", 1)
    first, second = admitted(register, "a", 2)

    assert register.admit(Caller(), "a")
    assert (other.is_closed, first.is_closed, second.is_closed) == (False, True, False)


def test_without_an_idle_one_nobody_comes_in() -> None:
    """Requests that are being served go on to their end, which makes room."""
    register = Connections(ConnectionLimits(most=2, most_per_address=2))
    busy = admitted(register, "a", 2)
    for connection in busy:
        register.note_busy(connection)

    assert not register.admit(Caller(), "a")
    assert not register.admit(Caller(), "b")
    register.forget(busy[0])
    assert register.admit(Caller(), "b")


@pytest.mark.parametrize(("descriptors", "most"), [(1024, 768), (100, 32), (1_000_000, 8_192)])
def test_the_limit_is_below_that_of_descriptors(
    monkeypatch: pytest.MonkeyPatch, descriptors: int, most: int
) -> None:
    """Some are kept for the database, upstream and files."""
    monkeypatch.setattr(resource, "getrlimit", lambda _: (descriptors, descriptors))

    limits = ConnectionLimits.of_this_process()

    assert (limits.most, limits.most_per_address) == (most, most * 3 // 4)
