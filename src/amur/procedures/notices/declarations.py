"""What a pack can say of notices: which answers of the form are addresses that a party gave to be told something."""

from __future__ import annotations

from pydantic import Field

from amur.base.declared import Declared, Identifier


class Addresses(Declared):
    """Where a party is told something: each names a field whose answer was given for that, and for nothing else.

    An empty answer is a channel that the party did not choose. Whoever follows the case may choose otherwise there.
    """

    email: Identifier | None = None
    sms: Identifier | None = Field(default=None)
