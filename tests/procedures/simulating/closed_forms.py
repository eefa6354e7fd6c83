"""What queueing theory says exactly of simple queues: the outside judge of the simulation."""

from __future__ import annotations

from math import factorial


def waits_at_all(servers: int, load: float) -> float:
    """Return the probability of waiting in M/M/c (Erlang's second formula); ``load`` is that of each server."""
    offered = servers * load
    full = offered**servers / factorial(servers) / (1 - load)
    return full / (sum(offered**n / factorial(n) for n in range(servers)) + full)


def wait_of_many(servers: int, load: float, service: float) -> float:
    """Return the mean wait in M/M/c, in the unit of the service time."""
    return waits_at_all(servers, load) * service / (servers * (1 - load))


def wait_of_one(load: float, service: float, deviation: float = 0.0) -> float:
    """Return the mean wait in M/G/1 (Pollaczek and Khinchine); without a deviation, M/D/1."""
    return load * service * (1 + (deviation / service) ** 2) / (2 * (1 - load))
