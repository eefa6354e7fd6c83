"""The acts of joint work: parts are asked and given, a case is offered, and taken over or not."""

from amur.procedures.joint.acts.ending import (
    confirm_hand_over,
    lapse_hand_over,
    refuse_hand_over,
    send_case_back,
    withdraw_hand_over,
)
from amur.procedures.joint.acts.offering import offer_case
from amur.procedures.joint.acts.parts import ask_part, give_part

__all__ = [
    "ask_part",
    "confirm_hand_over",
    "give_part",
    "lapse_hand_over",
    "offer_case",
    "refuse_hand_over",
    "send_case_back",
    "withdraw_hand_over",
]
