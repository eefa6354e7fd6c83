"""What becomes of cases together and between bodies: ties, parts, hand-over; and fees with the other side of the money."""

from __future__ import annotations

from django.db.models import F

from amur.people.reads import day_of
from amur.procedures import acts
from amur.procedures.fees.cashier import Report
from amur.procedures.fees.counting import bill_of
from amur.procedures.fees.models import FeeDemand, FeeRefund
from amur.procedures.joint.models import AskedPart, HandOver
from amur.procedures.models import Case, Upload
from amur.procedures.opinions.receiving import Sent
from amur.procedures.queues.models import Batch
from amur.procedures.ties.engine import Share
from amur.procedures.ties.models import Likeness, Tie
from tests.procedures.everything import holds
from tests.procedures.everything.cashier import Cashier
from tests.procedures.everything.people import Person
from tests.procedures.everything.playing import TRIED
from tests.procedures.everything.working import Working
from tests.procedures.pack import PDF

_FIELDS = ("name", "colour", "region", "number", "indoors", "watts")
_APT, _AT_ONCE = 0.8, 0.3
"""How often nothing is tried where nothing is there to which it may happen, and a merge is undone at once."""


class Together(Working):
    """Several cases, several bodies, and money; ``cashier`` is its other side."""

    cashier: Cashier

    def tie(self) -> None:
        """Merge, undo it, split, reopen, join, leave, answer together, or say whether two are one."""
        verbs = ("merge", "merge", "undo", "split", "reopen", "join", "join", "leave", "leave", "answer", "say")
        verb = self.chance.choice(verbs)
        if verb == "undo":
            row = self.one(Tie.objects.filter(kind=Tie.Kind.MERGED, ended_at=None).order_by("made_at", "pk"))
        elif verb in {"leave", "answer"}:
            row = self.one(
                Tie.objects.filter(kind=Tie.Kind.JOINED, ended_at=None, case__closed_at=None).order_by("made_at")
            )
        elif verb == "say":
            row = self.one(Likeness.objects.filter(says="").order_by("pk"))
        elif verb == "reopen":
            over = Case.objects.filter(procedure="harbour").exclude(closed_at=None).order_by("number")
            row = self.rather(over.filter(state__in=["refused", "withdrawn"]), over)
        else:
            row = None
        if row is None and verb in {"undo", "leave", "answer", "say"} and self.chance.random() < _APT:
            return
        case = row if isinstance(row, Case) else row.case if row else self.some_case("harbour")
        if case is not None:
            who = self.somebody(["decider" if verb == "reopen" else "handler"], case.body_id, case.procedure)
            getattr(self, f"_{verb}")(case, who, row)

    def _merge(self, case: Case, who: Person, _: object) -> None:
        if lead := self._beside(case):
            options = self.as_(who, reason="One.", expected_version=case.version)
            call = lambda key: acts.merge_case(case.pk, lead.number, key=key, **options)  # noqa: E731 -- short
            if self.twice("merge_case", call, who) and self.chance.random() < _AT_ONCE:
                self._undo(case, who, None)

    def _beside(self, case: Case) -> Case | None:
        """Draw another case of the same kind, mostly one that is open and of the same body."""
        others = Case.objects.filter(procedure=case.procedure).order_by("number")
        return self.rather(others.filter(closed_at=None, body_id=case.body_id).exclude(pk=case.pk), others)

    def _undo(self, case: Case, who: Person, _: object) -> None:
        self.tries("undo_merge", lambda: acts.undo_merge(case.pk, **self.as_(who, reason="Two.")), who)

    def _split(self, case: Case, who: Person, _: object) -> None:
        if self.is_room(2):
            files = tuple(Upload.objects.filter(case=case, field="plan").values_list("pk", flat=True))
            shares = [Share("harbour", _FIELDS, files), Share("harbour", _FIELDS, files)]
            options = self.as_(who, reason="Two.", expected_version=case.version)
            self.twice("split_case", lambda key: acts.split_case(case.pk, shares, key=key, **options), who)

    def _reopen(self, case: Case, who: Person, _: object) -> None:
        options = self.as_(who, reason="Anew.", expected_version=case.version)
        self.twice("reopen_case", lambda key: acts.reopen_case(case.pk, "reopened", key=key, **options), who)

    def _join(self, case: Case, who: Person, _: object) -> None:
        if lead := self._beside(case):
            options = self.as_(who, reason="One storm.")
            call = lambda key: acts.join_case(case.pk, lead.number, key=key, **options)  # noqa: E731 -- short
            made = self.twice("join_case", call, who)
            if made and self.chance.random() < _AT_ONCE:
                self._answer(case, who, made)
            elif made and self.chance.random() < _AT_ONCE:
                self._leave(case, who, made)

    def _leave(self, case: Case, who: Person, _: object) -> None:
        self.tries("leave_incident", lambda: acts.leave_incident(case.pk, **self.as_(who, reason="Not it.")), who)

    def _answer(self, case: Case, who: Person, row: object) -> None:
        lead = row.lead if isinstance(row, Tie) else None
        if lead is not None:
            self.keys += 1
            options = self.as_(who, key=f"k{self.keys}", reason="why")
            rows = Tie.objects.filter(lead=lead, kind=Tie.Kind.JOINED, ended_at=None, case__closed_at=None)
            joined = [one.case for one in rows.select_related("case").order_by("made_at")]
            arrows = [arrow for one in joined for arrow in holds.leading(one, self.definition(one))]
            apt = {one.event for one in arrows if one.by == who.role and not one.sign_off and not one.asks}
            event = self.rather(sorted(apt), ["accept", "ask", "request_supplement"])
            made = self.tries("answer_joined", lambda: acts.answer_joined(lead.pk, event, **options), who)
            for batch in made or ():
                self.go_on_with(batch, who)

    def go_on_with(self, batch: Batch, who: Person) -> None:
        """Carry out what was begun for many cases."""
        call = lambda: acts.go_on_with_many(batch.pk, scope=who.scope, now=self.now) + 1  # noqa: E731 -- short
        self.tries("go_on_with_many", call, who)

    def _say(self, case: Case, who: Person, row: object) -> None:
        if isinstance(row, Likeness):
            same = self.chance.random() < 0.5
            options = self.as_(who, is_same=same, reason="So it is.")
            earlier = row.earlier.number
            self.tries("say_likeness", lambda: acts.say_likeness(case.pk, earlier=earlier, **options), who)

    def ask_a_part(self) -> None:
        """Ask a body for a part of the work, or give it."""
        waiting = self.one(AskedPart.objects.filter(given_at=None).select_related("case").order_by("asked_at", "pk"))
        if waiting and self.chance.random() < 0.6:
            who = self.somebody([waiting.role], waiting.body_id)
            file = Sent("report.pdf", [PDF]) if waiting.part == "report" else None
            options = self.as_(who, text="Here it is.", file=file)
            self.tries("give_part", lambda: acts.give_part(waiting.pk, **options), who)
        elif case := self.rather(self.reviewed(), [self.some_case("tower")]):
            part, body = self.chance.choice([("traces", "police"), ("report", "fire_office"), ("traces", "harbour")])
            who = self.somebody(["handler"], case.body_id)
            options = self.as_(who, text="Look at it.")
            self.twice("ask_part", lambda key: acts.ask_part(case.pk, part, body, key=key, **options), who)

    def hand_over(self) -> None:
        """Offer a case to another body, or confirm, refuse, withdraw that, or send the case back."""
        rows = HandOver.objects.select_related("case").order_by("offered_at", "pk")
        taken = rows.filter(state=HandOver.State.CONFIRMED, sends_back=False, case__closed_at=None)
        row = self.rather(taken.filter(case__body_id=F("to_body")).reverse(), rows)
        offered = HandOver.objects.filter(state=HandOver.State.OFFERED).select_related("case").first()
        if offered and self.chance.random() < 0.8:
            self._answer_offer(offered)
        elif row and row.state == HandOver.State.CONFIRMED and self.chance.random() < 0.6:
            who = self.somebody(["handler"], row.to_body)
            options = self.as_(who, reason="Yours.")
            self.tries("send_case_back", lambda: acts.send_case_back(row.pk, **options), who)
        elif case := self.rather(self.reviewed(), [self.some_case("tower")]):
            who = self.somebody(["head"], case.body_id)
            options = self.as_(who, expected_version=case.version)
            call = lambda key: acts.offer_case(case.pk, "police", key=key, **options)  # noqa: E731 -- short
            made = self.twice("offer_case", call, who)
            if made and self.chance.random() < _APT:
                self._answer_offer(made)

    def _answer_offer(self, row: HandOver) -> None:
        verb = self.chance.choice(["confirm", "confirm", "confirm", "refuse", "refuse", "withdraw", "withdraw"])
        who = self.somebody(["head" if verb == "withdraw" else "handler"], row.to_body)
        if verb == "confirm":
            call = lambda: acts.confirm_hand_over(row.pk, row.manifest_hash, **self.as_(who))  # noqa: E731 -- one of three
        elif verb == "refuse":
            call = lambda: acts.refuse_hand_over(row.pk, **self.as_(who, reason="Not ours."))  # noqa: E731 -- likewise
        else:
            who = self.somebody(["head"], row.from_body)
            call = lambda: acts.withdraw_hand_over(row.pk, **self.as_(who))  # noqa: E731 -- likewise
        self.tries(f"{verb}_hand_over", call, who)

    def pay(self) -> None:
        """Let a party pay what it owes, a part of it or too much, and the cashier report it, once or twice."""
        demands = FeeDemand.objects.select_related("case").order_by("demanded_at", "pk")
        row = self.rather(demands.filter(settled=False, case__closed_at=None), demands)
        if row is None:
            return
        owed = bill_of(row, day_of(self.now)).owed
        self.keys += 1
        amount = self.chance.choice([owed, owed, owed, owed // 2, owed + 100, 0])
        report = Report("payment", id=f"p-{self.keys}", demand=str(row.pk), amount=amount, currency=row.currency)
        report.receipt, report.payer, report.on = f"r-{self.keys}", "王小明", day_of(self.now)
        if amount and self.chance.random() < 0.2:
            report.code, self.cashier.silent = row.code, True
            self.cashier.reports.append(report)
            TRIED["pay, and the cashier is silent", "done"] += 1
        elif self.tries("hear payment", lambda: acts.hear_cashier(report, now=self.now)):
            self.cashier.reports.append(report)
            self._again(report)

    def give_back(self) -> None:
        """Ask the cashier to give money back, let something go, or hear what became of a refund."""
        waiting = self.one(FeeRefund.objects.filter(state=FeeRefund.State.ASKED).order_by("asked_at", "pk"))
        row = self.one(FeeDemand.objects.select_related("case").order_by("demanded_at", "pk"))
        if row is None:
            return
        bill = bill_of(row, day_of(self.now))
        who = self.somebody(["cashkeeper"], row.case.body_id)
        if waiting:
            self._hear_of(waiting)
        elif bill.net and self.chance.random() < 0.7:
            amount = self.chance.choice([bill.net, bill.net // 2, bill.over, bill.net + 1])
            options = self.as_(who, reason="多缴")
            self.twice("refund_fee", lambda key: acts.refund_fee(row.pk, amount, key=key, **options), who)
        else:
            of = self.chance.choice(["amount", "amount", "surcharge"])
            amount = self.chance.choice([bill.owed, bill.owed // 2, 1])
            options = self.as_(who, of=of, reason="困难", basis="Act 3")
            self.twice("waive_fee", lambda key: acts.waive_fee(row.pk, amount, key=key, **options), who)

    def _hear_of(self, refund: FeeRefund) -> None:
        self.keys += 1
        kind = self.chance.choice(["refund", "refund_refused"])
        report = Report(kind, id=f"b-{self.keys}", refund=str(refund.pk), amount=refund.amount, error="no")
        report.currency, report.on = refund.demand.currency, day_of(self.now)
        if self.tries(f"hear {kind}", lambda: acts.hear_cashier(report, now=self.now)):
            self.cashier.reports += [report] if kind == "refund" else []
            self._again(report)

    def _again(self, report: Report) -> None:
        """Let the cashier report the same again: it is booked once."""
        before = holds.counts()
        acts.hear_cashier(report, now=self.now)
        assert holds.counts() == before, "reported twice, booked twice"
