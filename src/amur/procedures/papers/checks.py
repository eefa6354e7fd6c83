"""Checks of standard papers and of service: what a paper must tell is asked for, and consent is a plain yes or no."""

from __future__ import annotations

from collections.abc import Iterator

from amur.base.faults import Fault
from amur.procedures.declarations import DocumentTemplate, ProcedureDeclaration, Transition
from amur.procedures.effects import IssueDocument
from amur.registers.checks import Locate, Path, fault

_WITH_REASON = {"not_accepted", "supplement"}


def check_papers(definition: ProcedureDeclaration, locate: Locate) -> Iterator[Fault]:
    """Yield papers whose event does not ask what they must tell, and a consent that cannot be read."""
    papers = {document.id: document for document in definition.documents if document.paper}
    for place, arrow in enumerate(definition.transitions):
        for number, effect in enumerate(arrow.effects):
            if isinstance(effect, IssueDocument) and effect.document in papers:
                at: Path = ("transitions", place, "effects", number, "document")
                yield from _told(papers[effect.document], arrow, at, locate)
    if definition.online_service_field is None:
        return
    yes_no = {field.id for field in definition.fields if field.type == "yes_no"}
    if definition.online_service_field not in yes_no:
        found = f"{definition.online_service_field!r} is no yes-or-no field of the form"
        yield fault(locate, ("online_service_field",), "service.consent", found, yes_no)
    if not any(document.serve_within for document in definition.documents):
        found = "the party is asked to agree to service, and no document is served"
        yield Fault(*locate(("online_service_field",)), "service.unused", found, "give a document serve_within")


def _told(document: DocumentTemplate, arrow: Transition, at: Path, locate: Locate) -> Iterator[Fault]:
    """Find an event that decides nothing and issues a decision, or asks no reason for a paper that must tell one."""
    decides = arrow.outcome != "none"
    if document.paper == "decision" and not decides:
        found = f"{document.id!r} tells a decision, and {arrow.event!r} decides nothing"
        yield Fault(*locate(at), "paper.outcome", found, "give the event an outcome")
    must_say_why = document.paper in _WITH_REASON or (document.paper == "decision" and arrow.outcome == "refused")
    lists_it = document.paper == "supplement" and arrow.supplement is not None
    if must_say_why and not lists_it and arrow.reason != "required":
        found = f"{document.id!r} must say why, and {arrow.event!r} does not require a reason"
        yield Fault(*locate(at), "paper.reason", found, "write reason: required on the event")
