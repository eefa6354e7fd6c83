"""What is left of a forgotten case in the tables of subjects that keep something beside it."""

from __future__ import annotations

from amur.procedures.appeals.models import Appeal
from amur.procedures.fees.models import FeeBooking, FeeDemand, FeeRefund
from amur.procedures.hearings.models import Hearing
from amur.procedures.models import Case
from amur.procedures.ratings.models import Rating
from amur.procedures.ties import erasing as ties
from amur.procedures.window.models import Intake


def clear_beside(case: Case) -> None:
    """Take away sealed values of a case whose key is destroyed, beside the case itself."""
    Appeal.objects.filter(case=case).update(late_reason="")
    FeeBooking.objects.filter(case=case).update(receipt_check="", payer="", reason="")
    FeeDemand.objects.filter(case=case).update(exemption="")
    FeeRefund.objects.filter(case=case).update(reason="")
    Hearing.objects.filter(case=case).update(why="", place="", link="", attends="", minutes="")
    Rating.objects.filter(case=case).update(said="", result="")
    ties.clear(case)
    Intake.objects.filter(case=case).update(identity={})
