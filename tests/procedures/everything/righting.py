"""How what was wrong is put right, and how running cases come to another edition and back."""

from __future__ import annotations

from typing import Any

from amur.base.acting import SYSTEM, system
from amur.policy import acts as policy
from amur.procedures.correcting.acts import agree, correct, withdraw_correction
from amur.procedures.correcting.models import Correction
from amur.procedures.migrating.acts import bring_back, migrate_case
from amur.procedures.migrating.planning import edition_of
from amur.procedures.migrating.reads import dry_run, meant, ways_back
from amur.procedures.models import Case, CaseEvent
from tests.procedures.everything.declared import items
from tests.procedures.everything.people import EVERYBODY, of_role
from tests.procedures.everything.playing import TRIED
from tests.procedures.everything.together import Together

_PLAIN = 0.4
"""How often an event is voided without another in its place."""
_AT_ONCE = 0.3
"""How often what was brought to an edition is brought back at once, before it moves on."""
MACHINE: dict[str, Any] = {"by": system("migration"), "scope": SYSTEM}


class Righting(Together):
    """Corrections, and editions."""

    calendar: int
    edition: int

    def put_right(self) -> None:
        """Void the last event, put another in its place, put an answer right, or agree to what another proposed."""
        open_one = Correction.objects.filter(version=None, withdrawn_at=None).select_related("case").first()
        if open_one and self.chance.random() < 0.85:
            self._decide(open_one)
            return
        case = self._voidable() if self.chance.random() < 0.7 else self.some_case("harbour", "tower")
        if case is None:
            return
        who = self.somebody(["decider"], case.body_id, case.procedure)
        rule = self.definition(case).correction
        last = CaseEvent.objects.filter(case=case).order_by("version").last()
        voidable = rule.of(last.event) if rule and last else None
        options = self.as_(who, reason="It was wrong.", expected_version=case.version, said="why")
        if last and voidable and self.chance.random() < 0.75:
            event = "" if self.chance.random() < _PLAIN else self.rather(voidable.supersede, [""])
            name = "correct by another event" if event else "void"
            call = lambda key: correct(case.pk, last.version, event=event, key=key, **options)  # noqa: E731 -- short
        else:
            name, extra = "correct an answer", {"name": f"灯{self.chance.randrange(99)}"}
            call = lambda key: correct(case.pk, None, extra=extra, key=key, **options)  # noqa: E731 -- short
        if rule and rule.separation:
            row = self.tries(f"propose to {name}", lambda: call(""), who)
            if row and self.chance.random() < 0.5:
                self._decide(row)
        else:
            self.twice(name, call, who)

    def _decide(self, row: Correction) -> None:
        """Let a second person agree, or somebody withdraw it: what the case has moved away from waits for that."""
        row.case.refresh_from_db()
        seconds = [one for role in ("handler", "decider") for one in of_role(role, row.case.body_id)]
        seconds = [one for one in seconds if one.account != row.proposed_by]
        who = self.rather(seconds, EVERYBODY) or EVERYBODY[0]
        moved = row.case.version != row.case_version
        if self.chance.random() < (0.3 if moved else 0.85):
            options = self.as_(who, expected_version=row.case.version)
            name = "agree to void" if row.voided_version else "agree to an answer"
            self.twice(name, lambda key: agree(row.pk, key=key, **options), who)
        else:
            self.tries("withdraw_correction", lambda: withdraw_correction(row.pk, **self.as_(who)), who)

    def _voidable(self) -> Case | None:
        """Draw a case whose last event may be voided."""
        found = []
        for case in Case.objects.filter(procedure__in=["harbour", "tower"]).order_by("number"):
            rule = self.definition(case).correction
            last = CaseEvent.objects.filter(case=case).order_by("version").last()
            voidable = rule.of(last.event) if rule and last else None
            found += [case] * (4 if voidable and voidable.supersede else 1 if voidable else 0)
        return self.one(found)

    def change_the_edition(self) -> None:
        """Declare the other edition, and bring running cases there, as a dry run over all of them has said."""
        if self.chance.random() < 0.5:
            self.edition = 1 - self.edition
            self.declare()
        edition = edition_of("harbour_again")
        told = list(dry_run(SYSTEM, edition, self.now))
        done = [migrate_case(pk, edition, now=self.now, **MACHINE) for pk in meant(SYSTEM, edition)]
        assert done == told, "the dry run said otherwise"
        for report in told:
            TRIED["migrate_case", "done" if report.becomes == "moves" else "refused"] += 1
        if told and self.chance.random() < _AT_ONCE:
            self.bring_back()

    def bring_back(self) -> None:
        """Bring a case back to the edition that it came from."""
        edition = edition_of("harbour_again")
        if way := self.one(ways_back(SYSTEM, edition.map_hash)):
            call = lambda: bring_back(way[0], edition.map_hash, now=self.now, **MACHINE)  # noqa: E731 -- short
            assert (self.tries("bring_back", call) is None) == way[2]

    def declare(self) -> None:
        """Let what is declared be what it is now."""
        version = f"{self.edition + 1}.0.{self.calendar}"
        policy.sync_release("lantern", version, items(self.calendar, self.edition), by=system("sync"), now=self.now)
