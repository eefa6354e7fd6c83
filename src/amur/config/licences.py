"""The licence of every locked package, read from what is installed, against the list that may be used."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from amur.config.environment import ROOT

_LINE = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==(\S+)")
_FREE = {
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "CC0-1.0",
    "ISC",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "PSF-2.0",
    "Zlib",
}
ALLOWED = {
    # The LGPL's are imported unmodified, as ordinary dependencies; OFL-1.1 is that of fonts.
    "core": _FREE | {"LGPL-3.0-only", "OFL-1.1"},
    "analysis": _FREE | {"LGPL-2.1-only"},
    "methods": _FREE | {"Apache-2.0 WITH LLVM-exception"},
    "scale": _FREE,
    "spark": _FREE,
    # Never imported by src and never shipped.
    "test": _FREE | {"LGPL-2.1-only", "LGPL-3.0-only", "GPL-3.0-or-later", "Artistic-1.0-Perl", "Unlicense", "NTIA-PD"},
}
_NO_LICENCE = {"DFSG approved", "OSI Approved"}
"""Classifiers that say who approves of a licence, and not which it is."""
_WORDS = {
    "3-Clause BSD License": "BSD-3-Clause",
    "Apache 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD": "BSD-3-Clause",
    "BSD 2-Clause License": "BSD-2-Clause",
    "BSD License": "BSD-3-Clause",
    "GNU General Public License v3 or later (GPLv3+)": "GPL-3.0-or-later",
    "ISC License": "ISC",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "The Unlicense (Unlicense)": "Unlicense",
}
_READ_BY_HAND = {
    "axe-playwright-python": "MIT",  # says nothing in its metadata; its licence file is MIT
    "text-unidecode": "Artistic-1.0-Perl",  # that or the GPL, as one chooses
    "cel-python": "Apache-2.0",  # says nothing in its metadata; its licence file is Apache 2.0
    "atheris": "Apache-2.0",  # says nothing in its metadata; its licence file is Apache 2.0
    "proplib-p2108": "NTIA-PD",  # its licence file is the notice of public domain of the NTIA
    "pypdfium2": "BSD-3-Clause AND Apache-2.0",  # the binding's; PDFium's own parts add theirs, all permissive
    "spiffworkflow": "LGPL-3.0-only",  # its classifier leaves the version open; its licence file is version 3
    "@mapbox/jsonlint-lines-primitives": "MIT",  # says nothing; what it is a fork of, jsonlint, is MIT by its readme
    "qrcode": "BSD-3-Clause",  # adds "Other" for the trademark on the words QR Code
}


@dataclass(frozen=True, slots=True)
class Licence:
    """What one package says: its name, version and licence, and whether that one may be used here."""

    package: str
    version: str
    says: str
    is_allowed: bool


def of_lock(group: str, lock: Path) -> list[Licence]:
    """Return the licences of the packages of a lock that are installed on this platform."""
    found = []
    for line in lock.read_text(encoding="ascii").splitlines():
        if match := _LINE.match(line):
            try:
                says = licence_of(match[1])
            except metadata.PackageNotFoundError:
                continue  # locked for another platform
            found.append(Licence(match[1], match[2], says, is_allowed=is_allowed(says, ALLOWED[group])))
    return found


def of_front_end(lock: Path) -> list[Licence]:
    """Return the licences of the front-end packages, as their lock states them."""
    packages = json.loads(lock.read_text(encoding="utf-8"))["packages"]
    return [
        Licence(
            name := path.rpartition("node_modules/")[2],
            package["version"],
            says := package.get("license") or _READ_BY_HAND.get(name, ""),
            is_allowed=is_allowed(says, ALLOWED["core"]),
        )
        for path, package in packages.items()
        if path
    ]


def licence_of(package: str) -> str:
    """Return the licence that an installed package states, as an SPDX expression where it can be told."""
    if package in _READ_BY_HAND:
        return _READ_BY_HAND[package]
    stated = metadata.metadata(package)
    if "License-Expression" in stated:
        return stated["License-Expression"]
    classifiers = {line.rpartition(" :: ")[2] for line in stated.get_all("Classifier") or [] if line[:7] == "License"}
    words = classifiers - _NO_LICENCE or [stated["License"].strip().partition("\n")[0] if "License" in stated else ""]
    return " AND ".join(sorted({_WORDS.get(word, word) for word in words}))


def is_allowed(expression: str, allowed: set[str]) -> bool:
    """Say whether an expression is met by the list: every part of an AND, one part of an OR.

    >>> is_allowed("Apache-2.0 OR GPL-2.0-only", {"Apache-2.0"}), is_allowed("MIT AND GPL-2.0-only", {"MIT"})
    (True, False)
    """
    alternatives = expression.replace("(", "").replace(")", "").split(" OR ")
    return any(all(part.strip() in allowed for part in one.split(" AND ")) for one in alternatives)


def all_licences() -> Iterator[Licence]:
    """Return the licences of every lock."""
    yield from of_lock("core", ROOT / "requirements.lock")
    for group in ("analysis", "methods", "scale", "test", "spark"):
        yield from of_lock(group, ROOT / f"requirements-{group}.lock")
    yield from of_front_end(ROOT / "package-lock.json")
