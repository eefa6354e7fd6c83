"""What a pack can say about a procedure: form, states, transitions, clocks, effects, appeal."""

from amur.procedures.appeals.declarations import Appeal
from amur.procedures.clocks import Clock
from amur.procedures.declarations.forms import Page
from amur.procedures.declarations.procedure import ProcedureDeclaration
from amur.procedures.declarations.states import State
from amur.procedures.declarations.texts import DocumentTemplate, Question
from amur.procedures.declarations.transitions import (
    APPLICANT,
    CASES,
    EXCHANGE,
    MACHINE,
    NO_OFFICE,
    REVIEW,
    TIE,
    Transition,
)
from amur.procedures.effects import Effect

__all__ = [
    "APPLICANT",
    "CASES",
    "EXCHANGE",
    "MACHINE",
    "NO_OFFICE",
    "REVIEW",
    "TIE",
    "Appeal",
    "Clock",
    "DocumentTemplate",
    "Effect",
    "Page",
    "ProcedureDeclaration",
    "Question",
    "State",
    "Transition",
]
