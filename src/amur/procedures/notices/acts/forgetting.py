"""What becomes of notices when what is personal of their case is erased."""

from __future__ import annotations

from amur.procedures.models import Case, Notice
from amur.procedures.notices.engine import EMAIL
from amur.procedures.notices.mail import message_id
from amur.procedures.notices.models import Attempt, ChannelChoice, Delivery


def forget_notices(case: Case) -> list[str]:
    """Clear the words, addresses, receipts and errors of a case's notices; return the ids of messages written as files.

    That something was told, over which channel and what became of it stays.
    """
    deliveries = Delivery.objects.filter(case=case)
    mailed = deliveries.filter(channel=EMAIL)
    messages = {receipt for receipt in mailed.values_list("receipt", flat=True) if receipt}
    messages |= {message_id(one) for one in mailed.only("pk")}
    Notice.objects.filter(case=case).update(subject="", body="", short="")
    deliveries.update(address="", error="", receipt="")
    Attempt.objects.filter(delivery__case=case).update(error="", receipt="")
    ChannelChoice.objects.filter(case=case).update(address="")
    return sorted(messages)
