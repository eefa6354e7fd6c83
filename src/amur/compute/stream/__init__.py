"""Runs kernels and folds over a stream that does not end, by as many workers as there are, on any number of machines.

NATS JetStream keeps the batches. ``feed`` puts them in, ``work`` is a worker, ``results`` and ``dead`` read what came
out; ``run`` does both for one source. A message is delivered at least once; identities make of that one result for each
batch.
"""

from amur.compute.stream.feeding import feed, finish
from amur.compute.stream.jobs import Job
from amur.compute.stream.reading import Dead, Result, dead, results
from amur.compute.stream.running import run
from amur.compute.stream.working import work

__all__ = ["Dead", "Job", "Result", "dead", "feed", "finish", "results", "run", "work"]
