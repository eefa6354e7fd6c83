"""Which survey of coverage the portal shows: the newest that was made public, with what is said beside its figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache, partial

from amur.base.acting import PUBLIC
from amur.base.declared import Text
from amur.base.faults import NotFound
from amur.studies import reads as studies
from amur.studies.declarations import MethodDeclaration
from amur.studies.reads import StudyView
from amur.web.portal import coverage_words
from amur.web.portal.coverage_results import Results

MODEL = "coverage"
_HELD = 4
_EVER = datetime.min.replace(tzinfo=UTC)
_FILES = ("shares.csv", "villages.csv", "answers.csv", "flips.csv", "between.csv", "villages.geojson", "report.pdf")


@dataclass(frozen=True, slots=True)
class Source:
    """Data that a survey rests on: what they are, whose, of when, under which licence, how fine."""

    what: str
    whose: str
    on: str
    licence: str
    resolution: str


@dataclass(frozen=True, slots=True)
class Survey:
    """A public survey, with what proves it and what its reader can do.

    ``entry`` is the entry of the ledger, ``challenge`` the procedure against it, ``review`` the number under which its
    map was reviewed; each is empty where there is none.
    """

    title: str | Text
    results: Results
    made_at: datetime | None
    clauses: tuple[tuple[str, int], ...] = ()
    entry: str = ""
    challenge: str = ""
    made_up: tuple[Text, ...] = ()
    review: str = ""

    @property
    def public_files(self) -> tuple[str, ...]:
        """Return which files are offered, of those that everybody may read."""
        return tuple(name for name in _FILES if name in self.results.names)

    @property
    def simulated(self) -> Sequence[str | Text]:
        """Return what of it is simulated or coarse: as the pack declares it, and as the survey found it."""
        told = [one for name in ("simulated", "coarse") for one in self.results.summary.get(name) or ()]
        return list(dict.fromkeys([*self.made_up, *map(coverage_words.text, told)]))

    @property
    def sources(self) -> Sequence[Source]:
        """Return the data that it rests on."""
        names = ("what", "from", "date", "licence", "resolution")
        told = [one for one in self.results.summary.get("sources") or () if isinstance(one, Mapping)]
        return [
            Source(*(coverage_words.data(coverage_words.say(one.get(name) or "")) for name in names)) for one in told
        ]

    @property
    def unplaced(self) -> tuple[str, str] | None:
        """Return how many people are nowhere on the map, and of how many; None where all are."""
        said = self.results.summary.get("people")
        if not isinstance(said, Mapping) or not said.get("unplaced"):
            return None
        return coverage_words.whole(said["unplaced"]), coverage_words.whole(said.get("total"))

    @property
    def error(self) -> Mapping[str, str]:
        """Return by how much the fast way of computing errs against the full one in dB, by name; empty if not told."""
        told = self.results.summary.get("error_db") or {}
        return {name: coverage_words.dbm(float(told[name])) for name in ("rms", "p95") if told.get(name) is not None}

    @property
    def ways(self) -> str:
        """Return on how many paths that was measured."""
        return coverage_words.whole((self.results.summary.get("error_db") or {}).get("ways"))


def public() -> tuple[Survey, ...]:
    """Return the public surveys of the methods that the active pack declares, the last published first."""
    views = [
        (method, view)
        for method in studies.methods(PUBLIC)
        if method.model == MODEL
        for view in studies.studies(PUBLIC, method=method.id).rows
    ]
    views.sort(key=lambda one: (one[1].published_at or _EVER, one[1].id), reverse=True)
    return tuple(_survey(method, view) for method, view in views)


def newest() -> Survey | None:
    """Return the newest public survey, None if there is none yet."""
    return next(iter(public()), None)


def of_digest(digest: str) -> Survey:
    """Return the public survey with the results of a hash.

    Raises:
        NotFound: if there is none, or it is not public any more.
    """
    found = next((one for one in public() if one.results.digest == digest), None)
    if found is None:
        raise NotFound("no_survey", "no public survey has these results")
    return found


def _survey(method: MethodDeclaration, view: StudyView) -> Survey:
    return Survey(
        view.title,
        _results(view.id, view.result_hash, frozenset(view.files)),
        view.ended_at,
        tuple((name, int(name.partition(".")[0])) for name in method.carries_out),
        view.ended_entry,
        method.challenge or "",
        made_up=view.simulated,
        review=method.public.map_review if method.public else "",
    )


@lru_cache(maxsize=_HELD)
def _results(study: int, digest: str, names: frozenset[str]) -> Results:
    return Results(digest, names, partial(studies.file, PUBLIC, study))
