"""What can be wrong with a file of rows."""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: its row as a spreadsheet numbers it, its column, what was found, what to do.

    ``code`` is stable and is what pages translate; the row is 0 where the file as a whole is meant.
    """

    row: int
    column: str
    code: str
    found: str
    fix: str

    def __str__(self) -> str:
        """Print as one line.

        >>> print(Finding(7, "colour", "not_in_list", "found 'green'", "choose from the list"))
        row 7, colour: found 'green'; choose from the list
        """
        where = f"row {self.row}, {self.column}" if self.row and self.column else f"row {self.row}" if self.row else ""
        where = where or self.column or "the file"
        return f"{where}: {self.found}; {self.fix}"

    def as_dict(self) -> dict[str, str | int]:
        """Return it for JSON."""
        return asdict(self)


class SheetFault(ValueError):
    """A file that cannot be read on: the rows before it were good."""

    def __init__(self, code: str, found: str, fix: str, *, row: int = 0, column: str = "") -> None:
        super().__init__(f"{found}; {fix}")
        self.finding = Finding(row, column, code, found, fix)
