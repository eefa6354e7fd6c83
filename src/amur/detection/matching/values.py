"""What holds of one value of one field: all atoms of the rules about that field, asked at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy

from amur.detection.events import SEVERAL
from amur.detection.matching import scanning
from amur.detection.sigma.atoms import Atom, Op, is_plain, predicate

_NONE: tuple[int, ...] = ()
_TESTED = {Op.CIDR, Op.COMPARE, Op.PART}
Dumped = tuple[bytes, bytes]


class ValueMatcher:
    """Finds the atoms of one field that hold of a value; atoms are called by number, as given."""

    def __init__(self, atoms: Mapping[int, Atom], dumped: Dumped = (b"", b"")) -> None:
        """Make it; ``dumped`` spares compiling."""
        self._atoms = atoms
        self._same: dict[str, list[int]] = {}
        self._same_case: dict[str, list[int]] = {}
        tested = {number: atom for number, atom in atoms.items() if atom.op in _TESTED}
        self._tests = [(number, predicate(atom)) for number, atom in tested.items()]
        self.absent = tuple(number for number, atom in atoms.items() if atom.op is Op.ABSENT)
        self._present = tuple(number for number, atom in atoms.items() if atom.op is Op.PRESENT)
        low, exact = {}, {}
        for number, atom in atoms.items():
            if atom.op in {Op.LIKE, Op.CASED} and is_plain(atom.value):
                (self._same if atom.op is Op.LIKE else self._same_case).setdefault(atom.value, []).append(number)
            elif atom.op is Op.LIKE:
                low[number] = atom
            elif atom.op in {Op.CASED, Op.REGEX}:
                exact[number] = atom
        self._low_numbers, self._exact_numbers = list(low), list(exact)
        self._low = scanning.make(list(low.values()), dumped[0]) if low else None
        self._exact = scanning.make(list(exact.values()), dumped[1]) if exact else None

    def __reduce__(self) -> tuple[type[ValueMatcher], tuple[Mapping[int, Atom], Dumped]]:
        """Return what makes it again without compiling."""
        dumped = (self._low.dump() if self._low else b"", self._exact.dump() if self._exact else b"")
        return type(self), (self._atoms, dumped)

    def another(self) -> ValueMatcher:
        """Return one for another thread, of the same patterns."""
        found = copy(self)
        found._low = self._low and self._low.another()  # noqa: SLF001 -- one of its own
        found._exact = self._exact and self._exact.another()  # noqa: SLF001 -- as above
        return found

    def find(self, value: str | None) -> Sequence[int]:
        """Return the numbers of the atoms that hold of a value, in any order; of several values, of one of them."""
        if value is None:
            return self.absent
        if SEVERAL in value:
            return [*{number for part in value.split(SEVERAL) for number in self._of_one(part)}, *self._present]
        found = self._of_one(value)
        return [*found, *self._present] if self._present else found

    def _of_one(self, value: str) -> Sequence[int]:
        lowered = value.lower()
        found = list(self._same.get(lowered, _NONE))
        if self._low:
            numbers = self._low_numbers
            found += [numbers[place] for place in self._low.find(lowered)]
        if self._same_case:
            found += self._same_case.get(value, _NONE)
        if self._exact:
            numbers = self._exact_numbers
            found += [numbers[place] for place in self._exact.find(value)]
        if self._tests:
            found += [number for number, test in self._tests if test(value)]
        return found
