"""The regions of the release that runs, read once in a process, since only its sync changes them."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from amur.base.declared import Text
from amur.ledger.prepared import prepared
from amur.people import engine
from amur.people.models import Region
from amur.policy import reads as policy

_REGIONS = prepared(lambda: Region.objects.values_list("code", "titles", "valid_from", "valid_to", "successors"))


def titles() -> dict[str, Text]:
    """Return the titles of all regions by code, also of those that are no more."""
    return dict(_titles_of(_regions()))


def gone(on: date) -> dict[str, tuple[str, ...]]:
    """Return the codes of the regions that are not in force on a day, each with those that carry on after it."""
    return dict(_gone_of(_regions(), on))


class _Regions(dict[str, tuple[Text, engine.RegionLife]]):
    """All regions as they were read, known by being just these."""

    __hash__ = object.__hash__  # type: ignore[assignment]  # nobody changes them once they are read


def _regions() -> _Regions:
    """Return all regions; those of a release are read once in a process, since only its sync changes them."""
    release = policy.active_hash()
    if (known := _known_regions.get(release)) is not None:
        return known
    found = _Regions(
        (code, (Text.model_validate(titles), engine.RegionLife(first, last, tuple(successors))))
        for code, titles, first, last, successors in _REGIONS()
    )
    if release and release == policy.active_hash():
        _known_regions.clear()
        _known_regions[release] = found
    return found


_known_regions: dict[str, _Regions] = {}


@lru_cache(maxsize=8)
def _titles_of(known: _Regions) -> dict[str, Text]:
    return {code: title for code, (title, _) in known.items()}


@lru_cache(maxsize=16)
def _gone_of(known: _Regions, on: date) -> dict[str, tuple[str, ...]]:
    return engine.gone({code: life for code, (_, life) in known.items()}, on)
