"""The only writes of webhooks: subscribing and replacing secrets, hearing of events, telling them."""

from amur.procedures.notices.webhooks.acts.subscribing import end_subscription, rotate_secret, subscribe
from amur.procedures.notices.webhooks.acts.telling import CALLING, hear_of_cases, send_event

__all__ = ["CALLING", "end_subscription", "hear_of_cases", "rotate_secret", "send_event", "subscribe"]
