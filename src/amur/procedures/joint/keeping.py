"""What of joint work goes when a case is forgotten: files of other bodies, packs, and what was written."""

from __future__ import annotations

from django.db.models import Q

from amur.procedures.joint.models import AskedPart, HandOver
from amur.procedures.models import Case
from amur.procedures.opinions.models import GivenOpinion


def of_others(case: Case) -> Q:
    """Return the condition of the files that belong to a case beside its own: of opinions, of parts, of packs."""
    said = GivenOpinion.objects.filter(case=case, upload__isnull=False).values("upload_id")
    given = AskedPart.objects.filter(case=case, upload__isnull=False).values("upload_id")
    packed = HandOver.objects.filter(case=case).values("upload_id")
    return Q(pk__in=said) | Q(pk__in=given) | Q(pk__in=packed)


def forget_others(case: Case) -> None:
    """Take away what other bodies said and gave in a forgotten case."""
    GivenOpinion.objects.filter(case=case).update(text="")
    AskedPart.objects.filter(case=case).update(asked="", given="")
    HandOver.objects.filter(case=case).update(why="", reason="", manifest={})
