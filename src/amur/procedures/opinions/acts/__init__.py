"""The acts of opinions: a round is asked, bodies answer, it is closed."""

from amur.procedures.opinions.acts.answering import give_opinion
from amur.procedures.opinions.acts.asking import CLOSE, ask
from amur.procedures.opinions.acts.closing import close_due, look_at_round
from amur.procedures.opinions.receiving import Sent

__all__ = ["CLOSE", "Sent", "ask", "close_due", "give_opinion", "look_at_round"]
