"""The only writes of this room, by subject: messages out, receipts, messages in, files, comparisons."""

from amur.exchange.acts.answers import NAME as RECEIPTS
from amur.exchange.acts.answers import note_receipts
from amur.exchange.acts.bringing import keep_file
from amur.exchange.acts.comparing import compare_file, resolve_difference
from amur.exchange.acts.hearing import hear_of_acts, hear_of_case
from amur.exchange.acts.intakes import check_file, drop_file, take_in
from amur.exchange.acts.looking import HANDLERS, look_after
from amur.exchange.acts.office import hand_over_as_file, send_again, set_aside
from amur.exchange.acts.receipts import Told, enter_receipt, note_receipt
from amur.exchange.acts.receiving import Came, receive
from amur.exchange.acts.sending import imagine_answers

__all__ = [
    "HANDLERS",
    "RECEIPTS",
    "Came",
    "Told",
    "check_file",
    "compare_file",
    "drop_file",
    "enter_receipt",
    "hand_over_as_file",
    "hear_of_acts",
    "hear_of_case",
    "imagine_answers",
    "keep_file",
    "look_after",
    "note_receipt",
    "note_receipts",
    "receive",
    "resolve_difference",
    "send_again",
    "set_aside",
    "take_in",
]
