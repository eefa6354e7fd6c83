"""The only writes of notices: telling inside an act, sending by the worker, what people do with them."""

from amur.procedures.notices.acts.choosing import choose_channels, hear_report, read_notice, send_again
from amur.procedures.notices.acts.forgetting import forget_notices
from amur.procedures.notices.acts.sending import SENDING, NotSent, send_notice
from amur.procedures.notices.acts.telling import NOTICE, tell

__all__ = [
    "NOTICE",
    "SENDING",
    "NotSent",
    "choose_channels",
    "forget_notices",
    "hear_report",
    "read_notice",
    "send_again",
    "send_notice",
    "tell",
]
