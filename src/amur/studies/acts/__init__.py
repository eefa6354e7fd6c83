"""The only writes of this room, by subject: studies are queued, run, published and withdrawn."""

from amur.studies.acts.publishing import publish, withdraw
from amur.studies.acts.queueing import Given, queue
from amur.studies.acts.running import run_next, tidy

__all__ = ["Given", "publish", "queue", "run_next", "tidy", "withdraw"]
