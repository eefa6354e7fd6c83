"""The writes of fees: demands, bookings, what the office gives back or lets go, and what is asked of the cashier."""

from amur.procedures.fees.acts.asking import ASKING, look_after_fees
from amur.procedures.fees.acts.booking import hear_cashier
from amur.procedures.fees.acts.office import refund_fee, waive_fee

__all__ = ["ASKING", "hear_cashier", "look_after_fees", "refund_fee", "waive_fee"]
