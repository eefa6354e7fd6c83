"""The other side of the money, in this process: it gives codes, takes money, reports it or forgets to, and gives it back.

What is sent over the wire, and how it is signed, is tested with a real server; here every step counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from amur.procedures.fees.cashier import Coded, Day, GivingBack, Report


@dataclass
class Cashier:
    """A cashier: the code of each demand, what it was last told is owed, and all that it took and gave back."""

    codes: dict[str, str] = field(default_factory=dict)
    told: dict[str, int] = field(default_factory=dict)
    reports: list[Report] = field(default_factory=list)
    silent: bool = False
    """Whether something is at the cashier that it has not reported."""

    def ask(self, path: str, told: Mapping[str, Any], answer: type, *, message: str, now: datetime) -> Any:
        """Answer as an outside cashier does, in place of ``cashier.ask``."""
        if answer is Coded:
            self.told[told["id"]] = told["owed"]
            return Coded(self.codes.setdefault(told["id"], f"PAY{len(self.codes):04}"))
        if answer is GivingBack:
            return GivingBack("taken")
        assert path == "/days", f"{path} {message} at {now} is nothing that a cashier is asked"
        return Day([one for one in self.reports if one.on == date.fromisoformat(told["day"])])

    def took(self) -> Counter[tuple[str, int]]:
        """Return what it took and gave back."""
        return Counter((one.kind, one.amount) for one in self.reports)


CASHIER = Cashier()
"""The cashier of the present history."""
