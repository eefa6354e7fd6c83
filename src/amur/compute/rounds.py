"""One run of a pool: which task goes to which worker, what is kept for the case that one dies, what comes back."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import wait

from amur.compute.failures import ComputeError, WorkerLost
from amur.compute.processes import Task, Worker
from amur.compute.sessions import Done

_ONCE_MORE = 1
"""How often a batch over which a worker died is done again."""


@dataclass(slots=True)
class _Lane:
    """What only one worker may do, in order: its tasks to come, its last states and its tasks since."""

    waiting: deque[Task] = field(default_factory=deque)
    states: bytes | None = None
    since: list[Task] = field(default_factory=list)


class Round:
    """One kernel or fold over one source, with the workers of a pool.

    Raises from ``results`` what ``local.run`` says: when the turn of that batch comes, so that it is always the first
    at fault. Workers that are in the middle of a task when it ends early are
    ended, since nobody waits for their answer.
    """

    def __init__(
        self,
        workers: list[Worker | None],
        name: str,
        work: bytes,
        groups: Iterator[list[Task]],
        in_flight: int,
        *,
        is_fold: bool,
    ) -> None:
        self._workers = workers
        self._name = name
        self._work = work
        self._groups: Iterator[list[Task]] | None = groups
        self._in_flight = in_flight
        self._is_fold = is_fold
        self._opened: set[int] = set()
        self._anyone: deque[Task] = deque()
        self._lanes = [_Lane() for _ in workers]
        self._open: dict[int, int] = {}
        self._parts: dict[int, list[Done]] = {}
        self._failed: dict[int, ComputeError] = {}

    def results(self) -> Iterator[list[Done]]:
        """Give the parts of each batch's result, in the order of the input."""
        number = 1
        try:
            while True:
                self._take()
                self._assign()
                if number in self._failed:
                    raise self._failed[number].on(number) from None
                if self._open.get(number) == 0:
                    del self._open[number]
                    yield self._parts.pop(number)
                    number += 1
                elif self._open:
                    self._hear()
                else:
                    return
        finally:
            for place, worker in enumerate(self._workers):
                if worker and worker.task:
                    worker.close(at_once=True)
                    self._workers[place] = None

    def _take(self) -> None:
        while self._groups and len(self._open) < self._in_flight:
            group = next(self._groups, None)
            if group is None:
                self._groups = None
                return
            self._open[group[0].number] = len(group)
            self._parts[group[0].number] = []
            for task in group:
                (self._anyone if task.lane is None else self._lanes[task.lane].waiting).append(task)

    def _assign(self) -> None:
        for place, lane in enumerate(self._lanes):
            worker = self._workers[place]
            queue = lane.waiting or self._anyone
            while queue and not (worker and worker.task):
                task = queue.popleft()
                if self._gave(place, task):
                    break
                queue = lane.waiting or self._anyone
                worker = self._workers[place]

    def _gave(self, place: int, task: Task) -> bool:
        """Say whether a worker has taken a task; one that has died meanwhile is replaced at the next try."""
        worker = self._workers[place] = self._workers[place] or Worker()
        try:
            if place not in self._opened:
                self._opened.add(place)
                worker.open(self._work, self._lanes[place].states, is_fold=self._is_fold)
                for former in self._lanes[place].since:
                    worker.give(former, is_replayed=True)
            worker.give(task)
        except OSError:
            worker.task = task
            self._bury(place, worker)
            return False
        return True

    def _hear(self) -> None:
        busy = {place: worker for place, worker in enumerate(self._workers) if worker and worker.task}
        ready = wait([one for worker in busy.values() for one in (worker.connection, worker.process.sentinel)])
        for place, worker in busy.items():
            if worker.connection in ready or worker.process.sentinel in ready:
                self._answered(place, worker)

    def _answered(self, place: int, worker: Worker) -> None:
        task = worker.task
        if task is None:
            return
        try:
            done, states = worker.answer()
        except (EOFError, OSError):
            self._bury(place, worker)
            return
        except ComputeError as error:
            worker.task = None
            self._failed[task.number] = error
            return
        self._parts[task.number].append(done)
        self._open[task.number] -= 1
        if self._is_fold:
            lane = self._lanes[place]
            lane.since.append(task)
            if states is not None:
                lane.states, lane.since = states, []

    def _bury(self, place: int, worker: Worker) -> None:
        """Put the task of a dead worker back at the head of its queue, unless it was not the first to die over it."""
        task = worker.task
        why = worker.why()
        worker.close(at_once=True)
        self._workers[place] = None
        self._opened.discard(place)
        if task is None:
            return
        task.deaths += 1
        if task.deaths > _ONCE_MORE:
            text = (
                f"kernel '{self._name}': {task.deaths} workers died over it, the last {why}; if memory ran out "
                "(signal 9), take smaller batches or fewer workers"
            )
            self._failed[task.number] = WorkerLost("compute.worker_lost", text, kernel=self._name)
            return
        (self._anyone if task.lane is None else self._lanes[task.lane].waiting).appendleft(task)
