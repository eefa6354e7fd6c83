"""Compiled rules kept on disk, by what they were compiled from, so that the next start takes no time."""

from __future__ import annotations

import hashlib
import os
import pickle
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from amur.base.journal import journal
from amur.detection.matching.compiled import Compiled, compile_rules
from amur.detection.sigma.files import content_of, text_of
from amur.detection.sigma.rules import Rule, RuleSet, Unusable, Variant
from amur.detection.sigma.trees import Tree, shared

_FORM = 4
"""Counted up when what is kept, or how a rule is read, changes."""
_MOST_KEPT = 6
_ENDING = ".rules"
_MADE_BY = ("pySigma", "hyperscan", "google-re2")
_log = journal("detection")


@dataclass(frozen=True, slots=True)
class Loaded:
    """Rules as read and as compiled, with the key by which they are kept; ``was_kept`` if nothing was compiled."""

    read: RuleSet
    compiled: Compiled
    key: str
    was_kept: bool


def load(files: Iterable[Path], folder: Path | None, placeholders: Mapping[str, Sequence[str]] | None = None) -> Loaded:
    """Return the rules of some files, compiled; from the folder if they are kept there, and kept there else.

    The folder has to be one that only its owner can write to: what is kept in it is trusted. Else nothing is kept.
    """
    texts = [(str(file), content_of(file)) for file in files]
    key = _key(texts, placeholders or {})
    kept = folder / f"{key}{_ENDING}" if folder and _is_own(folder) else None
    if kept and (found := _from(kept)):
        return Loaded(*found, key, was_kept=True)
    from amur.detection.sigma.reading import read_texts  # noqa: PLC0415 -- it takes pySigma along, for nothing where rules are kept

    read = _shared(read_texts(((name, text_of(name, content)) for name, content in texts), placeholders))
    compiled = compile_rules(read.rules)
    compiled.matchers()  # so that they are kept as well
    if kept:
        _keep(kept, read, compiled)
    return Loaded(read, compiled, key, was_kept=False)


def _shared(read: RuleSet) -> RuleSet:
    """Return the same rules with the parts that they have in common kept once."""
    known: dict[Tree, Tree] = {}

    def of(rule: Rule) -> Rule:
        variants = tuple(Variant(one.way, shared(one.tree, known)) for one in rule.variants)
        return replace(rule, variants=variants)

    return replace(read, rules=tuple(map(of, read.rules)))


def _key(texts: Sequence[tuple[str, bytes | Unusable]], placeholders: Mapping[str, Sequence[str]]) -> str:
    """Return what the rules are kept by: everything that what is compiled depends on."""
    found = hashlib.sha256(
        repr((_FORM, sys.version_info[:2], sys.implementation.name, *map(_version, _MADE_BY))).encode()
    )
    found.update(repr(sorted((name, tuple(said)) for name, said in placeholders.items())).encode())
    for name, content in texts:
        inside = content if isinstance(content, bytes) else repr(content).encode()
        found.update(repr((name, len(inside))).encode() + inside)
    return found.hexdigest()[:40]


def _version(package: str) -> str:
    try:
        return f"{package} {version(package)}"
    except PackageNotFoundError:
        return ""


def _is_own(folder: Path) -> bool:
    """Say whether only its owner can write to a folder, which is made if it is not there."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.stat()
    except OSError as error:
        _log.warning("compiled rules are not kept: %s: %s", folder, error.strerror)
        return False
    if found.st_uid != os.geteuid() or found.st_mode & 0o022:
        _log.warning("compiled rules are not kept: %s is not yours alone to write to", folder)
        return False
    return True


def _from(file: Path) -> tuple[RuleSet, Compiled] | None:
    try:
        with file.open("rb") as kept:
            read, compiled = pickle.load(kept)  # noqa: S301 - written here, in a folder that only its owner writes to
        os.utime(file)
    except FileNotFoundError:
        return None
    except Exception as error:  # noqa: BLE001 - whatever is wrong with it, it is made anew
        _log.warning("the kept rules %s cannot be used and are compiled anew: %r", file.name, error)
        return None
    return read, compiled


def _keep(file: Path, read: RuleSet, compiled: Compiled) -> None:
    half = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        half.write_bytes(pickle.dumps((read, compiled), protocol=pickle.HIGHEST_PROTOCOL))
        half.replace(file)
    except OSError as error:
        _log.warning("the compiled rules are not kept: %s", error)
        half.unlink(missing_ok=True)
        return
    kept = sorted(file.parent.glob(f"*{_ENDING}"), key=lambda one: one.stat().st_mtime, reverse=True)
    for old in kept[_MOST_KEPT:]:
        with suppress(OSError):
            old.unlink()
