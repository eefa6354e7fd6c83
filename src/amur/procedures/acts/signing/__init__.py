"""The acts of sign-off: draft, sign, change, return, vote, conclude, urge, withdraw."""

from amur.procedures.acts.signing.drafting import draft_decision, withdraw_draft
from amur.procedures.acts.signing.signing import return_draft, sign_draft
from amur.procedures.acts.signing.urging import urge_draft
from amur.procedures.acts.signing.voting import conclude_vote, vote_on_draft

__all__ = [
    "conclude_vote",
    "draft_decision",
    "return_draft",
    "sign_draft",
    "urge_draft",
    "vote_on_draft",
    "withdraw_draft",
]
