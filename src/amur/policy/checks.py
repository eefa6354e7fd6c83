"""This room's checks of a pack: every commitment has an answer, and every name leads somewhere.

Checks take parsed declarations and a function that finds the line of a path; they read no file themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from amur.base.faults import Fault
from amur.policy.declarations import PackDeclaration, PolicyDeclaration, ValueDeclaration
from amur.policy.engine import values

Path: TypeAlias = "tuple[str | int, ...]"
Locate: TypeAlias = Callable[[Path], tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Claim:
    """That something in the pack says it carries out or proves a commitment, and where it says so."""

    commitment: str
    key: str
    place: int
    locate: Locate

    @property
    def where(self) -> tuple[str, int]:
        """Return file and line."""
        return self.locate((self.key, self.place))


def check_editions(
    declaration: PackDeclaration, bodies: Collection[str], roles: Collection[str], locate: Locate
) -> list[Fault]:
    """Return where the office that confirms new editions leads nowhere."""
    said, faults = declaration.editions, []
    if said is not None and said.role not in roles:
        where = locate(("editions", "role"))
        faults.append(Fault(*where, "editions.role", f"unknown role {said.role!r}", "declare it in roles.yaml"))
    if said is not None and said.body is not None and said.body not in bodies:
        where = locate(("editions", "body"))
        faults.append(Fault(*where, "editions.body", f"unknown body {said.body!r}", "declare it in bodies.yaml"))
    return faults


def check_pack(declaration: PackDeclaration, version: str, bodies: Collection[str], locate: Locate) -> list[Fault]:
    """Return the faults of ``pack.yaml``, given the kernel's version and the declared bodies."""
    faults = []
    if not fits(declaration.kernel, version):
        found = f"the pack is for kernel {declaration.kernel}, this one is {version}"
        faults.append(Fault(*locate(("kernel",)), "pack.kernel", found, "use a kernel that fits, or widen the range"))
    if declaration.authority_body not in bodies:
        found = f"unknown body {declaration.authority_body!r}"
        faults.append(Fault(*locate(("authority_body",)), "pack.body", found, "declare it in bodies.yaml"))
    languages = [entry.language for entry in declaration.languages]
    faults += [
        Fault(*locate(("languages",)), "pack.language", f"the language {language!r} is missing", "every pack has it")
        for language in ("zh", "en")
        if language not in languages
    ]
    return faults


def fits(wanted: str, version: str) -> bool:
    """Say whether a version lies in a range such as ``>=0.1,<1.0``.

    >>> fits(">=0.1,<1.0", "0.1.0"), fits(">=0.2", "0.1.9"), fits(">=0.1,<0.2", "0.2.0")
    (True, False, False)
    """
    here = _numbers(version)
    for bound in wanted.split(","):
        if bound.startswith(">=") and here < _numbers(bound[2:]):
            return False
        if bound.startswith("<") and here >= _numbers(bound[1:]):
            return False
    return True


def _numbers(version: str) -> tuple[int, ...]:
    found = tuple(int(part) for part in version.split(".") if part.isdigit())
    return (*found, 0, 0)[:3]


def check_policy(declaration: PolicyDeclaration, bodies: Collection[str], locate: Locate) -> list[Fault]:
    """Return the faults of ``policy.yaml`` in itself."""
    faults = []
    for place, commitment in enumerate(declaration.commitments):
        for number, body in enumerate(commitment.bodies):
            if body not in bodies:
                where = locate(("commitments", place, "bodies", number))
                faults.append(Fault(*where, "policy.body", f"unknown body {body!r}", "declare it in bodies.yaml"))
    return faults


def check_value(declaration: ValueDeclaration, locate: Locate) -> list[Fault]:
    """Return what is wrong with a dated value: entries of another type, periods that overlap or end before they begin.

    Gaps are no fault: a law may begin late or pause, and whoever asks for a day in a gap is told so.
    """
    faults = []
    for place, entry in enumerate(declaration.entries):
        at: Path = ("entries", place)
        try:
            values.typed(declaration, entry)
        except ValueError as error:
            found, _, fix = str(error).partition("; ")
            faults.append(Fault(*locate((*at, "value")), "value.type", found, fix))
        if entry.valid_to is not None and entry.valid_to < entry.valid_from:
            found = f"the entry ends on {entry.valid_to}, before it begins on {entry.valid_from}"
            faults.append(Fault(*locate((*at, "valid_to")), "value.period", found, "exchange them"))
    for place, earlier in values.overlaps(declaration.entries):
        other = declaration.entries[earlier]
        found = (
            f"the entry from {declaration.entries[place].valid_from} overlaps the one from {other.valid_from} "
            f"in line {locate(('entries', earlier))[1]}"
        )
        faults.append(Fault(*locate(("entries", place)), "value.overlap", found, "end the earlier one the day before"))
    return faults


def check_claims(
    declaration: PolicyDeclaration, carried: Iterable[Claim], proved: Iterable[Claim], locate: Locate
) -> list[Fault]:
    """Return where commitments, carriers and examples do not fit together.

    A commitment is carried out and proved by an example, or a verdict with its reason says why not; never both.
    """
    carriers, examples = _by_commitment(carried), _by_commitment(proved)
    known = {commitment.id for commitment in declaration.commitments}
    faults = [*_unknown(carriers, known), *_unknown(examples, known)]
    for place, commitment in enumerate(declaration.commitments):
        where = locate(("commitments", place))
        name = commitment.id
        if name in carriers and commitment.verdict:
            found = f"{name} has the verdict {commitment.verdict!r}, but {carriers[name][0].where[0]} carries it out"
            faults.append(Fault(*where, "policy.verdict", found, "delete the verdict, or the claim of the carrier"))
        elif name in carriers and name not in examples:
            found = f"{carriers[name][0].where[0]} carries out {name}, but no example proves it"
            faults.append(Fault(*where, "policy.unproved", found, f'add an example with proves: ["{name}"]'))
        elif name not in carriers and not commitment.verdict:
            found = f"nothing carries out {name}, and no verdict says why"
            faults.append(Fault(*where, "policy.gap", found, "add a carrier, or a verdict with its reason"))
    return faults


def _by_commitment(claims: Iterable[Claim]) -> Mapping[str, list[Claim]]:
    found: dict[str, list[Claim]] = {}
    for claim in claims:
        found.setdefault(claim.commitment, []).append(claim)
    return found


def _unknown(claims: Mapping[str, list[Claim]], known: Collection[str]) -> Iterator[Fault]:
    for name, made in claims.items():
        if name not in known:
            for claim in made:
                yield Fault(
                    *claim.where, "policy.commitment", f"unknown commitment {name!r}", "declare it in policy.yaml"
                )
