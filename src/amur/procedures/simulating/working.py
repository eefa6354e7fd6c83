"""The work of the office in a play: it waits at desks, goes through hands, is done, or comes to nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from amur.procedures.simulating.desks import Desk, Task
from amur.procedures.simulating.kept import Run
from amur.procedures.simulating.plans import Office

Push = Callable[[float, Callable[[float], None]], None]
"""Lets something happen at a time."""
_NOTHING = 1e-9


class Working:
    """All desks. ``push`` lets something happen later, and ``done`` is told of work that went through all its hands."""

    def __init__(
        self,
        offices: Mapping[str, Office],
        kept: Run,
        counted_from: float,
        push: Push,
        done: Callable[[Task, float], None],
    ) -> None:
        self._kept, self._counted_from, self._push, self._done = kept, counted_from, push, done
        self._desks = {name: Desk(office, kept.roles[name], counted_from) for name, office in offices.items()}

    def start(self, task: Task, time: float) -> None:
        """Let work come to the desk of whoever has it next."""
        desk = self._desks[task.next_hand.office]
        task.desk, task.person, task.since = desk, None, time
        task.work = task.next_hand.draw(task.case.chance) * desk.office.stretch
        task.queued = desk.office.time.at(time)
        desk.pass_to(task.queued)
        person = desk.person_for(task)
        if person is None:
            desk.queue.append(task)
        else:
            desk.free.remove(person)
            self._begin(desk, task, person, task.queued)

    def drop(self, task: Task, time: float) -> None:
        """Let work come to nothing, since its case has moved on; whoever does it stops at once."""
        task.dropped, desk = True, task.desk
        if desk is None:
            return
        work = desk.office.time.at(time)
        desk.pass_to(work)
        if task.person is None:
            desk.queue.remove(task)
            desk.kept.unserved.append(work - task.queued)
        else:
            self._release(desk, task.person, time)

    def finish(self, end: float) -> None:
        """Add up to the end who waits and who works."""
        for desk in self._desks.values():
            work = desk.office.time.at(end)
            desk.pass_to(work)
            desk.kept.unserved += [work - task.queued for task in desk.queue]

    def _begin(self, desk: Desk, task: Task, person: int, work: float) -> None:
        task.person = person
        if task.since >= self._counted_from:
            waited = work - task.queued
            waited = waited if waited > _NOTHING else 0.0
            desk.kept.waits.append(waited)
            self._kept.states[task.case.route.definition.id, task.state].waits.append(waited)
        self._push(desk.office.time.reach(work + task.work), partial(self._passed, task))

    def _passed(self, task: Task, time: float) -> None:
        """Let work that somebody has done go to the next hand, and whoever did it to what waits."""
        desk, person = task.desk, task.person
        if task.dropped or desk is None or person is None:
            return
        desk.pass_to(desk.office.time.at(time))
        task.desk, task.person = None, None
        self._release(desk, person, time)
        task.took.append((desk.office.role, person))
        task.hand += 1
        if task.hand < len(task.way.hands):
            self.start(task, time)
        else:
            self._done(task, time)

    def _release(self, desk: Desk, person: int, time: float) -> None:
        following = desk.next_for(person)
        if following is None:
            desk.free.append(person)
        else:
            self._begin(desk, following, person, desk.office.time.at(time))
