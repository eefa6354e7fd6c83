"""What may follow from an event, as a pack says it: records, clocks, other cases, documents, notices.

``acts.effects`` carries it out, downward and in the transaction of the event.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from amur.base.declared import Declared, Identifier, Text
from amur.procedures.opinions.declarations import AskOpinions


class WriteRecord(Declared):
    """Write a record: each field takes its value from an expression.

    A path alone, such as ``form.service_name`` or ``case.number``, copies what stands there, an empty answer too;
    anything else, such as ``form.watts * 2``, must have a value of the field's kind. ``when`` says whether the record
    must be new or must exist: what changes a record that nobody knows fails. It holds from today on, or from the day
    that the expression ``valid_from`` gives.
    """

    do: Literal["write_record"]
    register_id: Identifier = Field(alias="register")
    key: str = "case.number"
    when: Literal["new", "existing", "either"] = "either"
    valid_from: str = ""
    values: dict[Identifier, str] = Field(min_length=1)


class CorrectRecord(Declared):
    """Correct what was known of a record from a past day on; what was known before stays readable."""

    do: Literal["correct_record"]
    register_id: Identifier = Field(alias="register")
    key: str
    valid_from: str
    values: dict[Identifier, str] = Field(min_length=1)


class CloseRecord(Declared):
    """Close a record, which stays readable with its end date."""

    do: Literal["close_record"]
    register_id: Identifier = Field(alias="register")
    key: str


class ChangeState(Declared):
    """Let an event that its register declares happen to a record: suspend, renew, revoke, transfer.

    ``until`` is the last day of a suspension and ``valid_to`` the new end that a renewal sets, each an expression of a
    date; ``values`` is what a transfer changes. It happens today, or on the day that ``valid_from`` gives.
    """

    do: Literal["change_state"]
    register_id: Identifier = Field(alias="register")
    key: str
    event: Identifier
    valid_from: str = ""
    until: str = ""
    valid_to: str = ""
    values: dict[Identifier, str] = Field(default_factory=dict)


class StartClock(Declared):
    """Start a clock of the case that no state starts here; one that runs already goes on."""

    do: Literal["start_clock"]
    clock: Identifier


class Notify(Declared):
    """Tell the party, in the words of the pack: on the page of its case, and over the channels that it chose.

    ``short`` is what a short message says; without it none is sent. It names ``number``, ``state`` and ``due_on`` only.
    """

    do: Literal["notify"]
    subject: Text
    body: Text
    short: Text | None = None


class OpenCase(Declared):
    """Open another case for the same party: each field of its form takes its value from an expression.

    It begins where a submitted one does, with what its form asks; what is missing or does not fit stops the event.
    With ``own_motion`` it is a case of the office alone, which the party does not see.
    """

    do: Literal["open_case"]
    procedure_id: Identifier = Field(alias="procedure")
    own_motion: bool = False
    values: dict[Identifier, str] = Field(min_length=1)


class IssueDocument(Declared):
    """Issue one of the documents of the procedure: numbered, sealed in the ledger, and kept as it was issued."""

    do: Literal["issue_document"]
    document: Identifier


RecordEffect = WriteRecord | CorrectRecord | CloseRecord | ChangeState
Effect = Annotated[
    RecordEffect | StartClock | OpenCase | IssueDocument | AskOpinions | Notify, Field(discriminator="do")
]
