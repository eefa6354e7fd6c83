"""Rules that are taken up without a restart when their files change, for workers that run for months.

A thread looks at the content of the files now and then. What has changed and then stayed the same for a look is
compiled beside the rules in use and takes their place between two batches. Rules that a fault has crept into are not
taken up: those in use stay, and the reason is told, until the files change again.
"""

from __future__ import annotations

import hashlib
import threading
import weakref
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from amur.base.faults import AmurError
from amur.base.journal import journal
from amur.compute.kernel import Kernel, Transform
from amur.detection.detecting import HITS, Detector, RulesAt
from amur.detection.events import schema_of
from amur.detection.matching.keeping import Loaded
from amur.detection.sigma.files import rule_files

_MOST_TOLD = 3
_log = journal("detection")


@dataclass(frozen=True, slots=True)
class Watched:
    """Where rules are: files and folders, looked at every so many seconds; the rest as ``RulesAt`` has it."""

    paths: tuple[Path, ...]
    kept_in: Path | None = None
    placeholders: tuple[tuple[str, tuple[str, ...]], ...] = ()
    units: tuple[Path, ...] = ()
    every_seconds: float = 10.0

    def now(self) -> RulesAt:
        """Return where the rules are that are there now."""
        return RulesAt(tuple(rule_files(self.paths)), self.kept_in, self.placeholders, self.units)


def watching(rules: Watched) -> Kernel[Watched]:
    """Return the kernel of ``detecting.detection``, which takes changed rules up while it runs."""
    return Kernel("detection", schema_of([]), HITS, rules, opened, takes_more=True)


def opened(rules: Watched) -> Transform:
    """Open the kernel in a process."""
    return Reloading(rules)


class Reloading:
    """Finds the hits of the rules that its files hold at the time; for one thread at a time.

    ``told`` says why the rules in use are not those of the files, and is empty else.
    """

    def __init__(self, rules: Watched) -> None:
        """Load the rules, and begin to look.

        Raises:
            AmurError: if there is no rule.
        """
        self.rules = rules
        self.told = ""
        at = rules.now()
        self._seen = self._taken = _content(at)
        self.loaded = at.load()
        if why := _nothing_in(self.loaded):
            raise AmurError("no_rules", f"{', '.join(map(str, rules.paths))}: {why}")
        self._detector = Detector(self.loaded, at.derivations())
        self._ended = threading.Event()
        threading.Thread(target=_look, args=(weakref.ref(self), self._ended), daemon=True, name="amur-rules").start()

    def __call__(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Return a row for each hit in a batch, by one set of rules from its beginning to its end."""
        return self._detector.hits(batch)

    def close(self) -> None:
        """Look no more."""
        self._ended.set()

    def look(self) -> None:
        """Take changed rules up, if they are the same as at the last look: a file may be written to just now."""
        try:
            at = self.rules.now()
            before, self._seen = self._seen, _content(at)
            if self._seen == before and self._seen != self._taken:
                self._take(at)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with new rules, those in use stay
            self._refuse(f"{type(error).__name__}: {error}")

    def _take(self, at: RulesAt) -> None:
        self._taken = self._seen
        loaded = at.load()
        if _content(at) != self._taken:
            return  # it changed while it was read; the next look sees it
        if why := _broken_in(loaded, self.loaded) or _nothing_in(loaded):
            self._refuse(why)
            return
        self._detector, self.loaded, self.told = Detector(loaded, at.derivations()), loaded, ""
        counts = len(loaded.read.rules), len(loaded.read.correlations)
        _log.info("changed rules are taken up: %d rules and %d correlations", *counts)

    def _refuse(self, why: str) -> None:
        if why != self.told:
            self.told = why
            _log.error("changed rules are not taken up, those in use stay: %s", why)


def _look(whose: weakref.ref[Reloading], ended: threading.Event) -> None:
    """Look now and then, until nobody needs it."""
    while (one := whose()) is not None:
        every = one.rules.every_seconds
        del one
        if ended.wait(every):
            return
        if (one := whose()) is not None:
            one.look()
            del one


def _content(at: RulesAt) -> bytes:
    found = hashlib.sha256()
    for file in (*at.files, *at.units):
        try:
            inside = file.read_bytes()
        except OSError as error:
            inside = repr(error).encode()
        found.update(repr((str(file), len(inside))).encode() + inside)
    return found.digest()


def _nothing_in(loaded: Loaded) -> str:
    return "" if loaded.read.rules else "no rule is there"


def _broken_in(new: Loaded, old: Loaded) -> str:
    """Return what cannot be used of new rules and was no fault of the old ones."""
    known = {(one.file, one.id) for one in old.read.unusable}
    broken = [one for one in new.read.unusable if (one.file, one.id) not in known]
    told = [f"{one.file}: {one.id}: {one.why}" if one.id else f"{one.file}: {one.why}" for one in broken[:_MOST_TOLD]]
    return "; ".join(told) + (f"; and {len(broken) - _MOST_TOLD} more" if len(broken) > _MOST_TOLD else "")
