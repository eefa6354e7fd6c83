"""What can go wrong in a run: the batch, the kernel or the worker."""

from __future__ import annotations

from typing import Self

from amur.base.faults import AmurError


class ComputeError(AmurError):
    """The root of what a run raises; ``details`` name the kernel, and the batch where one is at fault."""

    def on(self, number: int) -> Self:
        """Return the same error, saying on which batch of the input it came, counted from 1.

        >>> Unfit("compute.unfit", "found 3 columns").on(7).message
        'batch 7: found 3 columns'
        """
        return type(self)(self.code, f"batch {number}: {self.message}", **{**self.details, "batch": number})


class Unfit(ComputeError):
    """A batch does not have the columns that the kernel says, or what was declared cannot be run."""


class KernelFailed(ComputeError):
    """The code of a kernel raised an error; ``details`` hold it with the lines it came from."""


class WorkerLost(ComputeError):
    """A worker ended in the middle of a batch, and so did the one that took its place."""
