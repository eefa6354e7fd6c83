"""The only writes of this room, by subject: the queue, its workers, the subscribers of the ledger."""

from amur.jobs.acts.queue import cancel, discard, enqueue, forget_done, move, revive
from amur.jobs.acts.running import run_due, run_timers
from amur.jobs.acts.subscribing import Subscriber, advance

__all__ = [
    "Subscriber",
    "advance",
    "cancel",
    "discard",
    "enqueue",
    "forget_done",
    "move",
    "revive",
    "run_due",
    "run_timers",
]
