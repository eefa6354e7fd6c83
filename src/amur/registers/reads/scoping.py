"""Who may know of a register, what of it is restricted, and a version as a reader may see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from amur.base.acting import Scope
from amur.base.canonical import Json
from amur.base.faults import NotFound
from amur.base.fields import FieldDeclaration
from amur.people.engine import ADMINISTRATORS
from amur.policy import reads as policy
from amur.registers import keeping, lookups
from amur.registers.declarations import RecordEvent, RecordState, RegisterDeclaration, is_open
from amur.registers.models import RecordVersion


@dataclass(frozen=True, slots=True)
class RecordView:
    """A version of a record as a reader may see it; ``declaration`` is the one of its own time.

    ``fields`` and ``values`` hold what this reader may read, and nothing else does. ``state`` is that of the day that
    was asked for; for the record itself that is today. ``present`` is the number of the version that stands for the
    record today.
    """

    id: UUID
    register: str
    key: str
    state: str
    number: int
    latest: int
    present: int
    fields: tuple[FieldDeclaration, ...]
    values: dict[str, Json]
    valid_from: date
    valid_to: date | None
    state_until: date | None
    event: str
    through: str
    recorded_at: datetime
    reason: str
    source: str
    entry_hash: str
    declaration_hash: str
    closure_hash: str
    declaration: RegisterDeclaration

    @property
    def subject(self) -> str:
        """Return the subject under which the ledger keeps the record."""
        return f"record:{self.register}:{self.id}"

    @property
    def standing(self) -> RecordState:
        """Return the state with its title."""
        return self.declaration.state(self.state)

    @property
    def happening(self) -> RecordEvent | None:
        """Return the event that this version tells of, or None where only the content was written."""
        return self.declaration.event(self.event) if self.event else None


def register(register_id: str) -> RegisterDeclaration:
    """Return a register of the active pack.

    Raises:
        NotFound: if there is none of this id.
    """
    content_hash, _ = policy.declaration("register", register_id)
    return lookups.by_hash(RegisterDeclaration, content_hash)


def registers(scope: Scope) -> tuple[RegisterDeclaration, ...]:
    """Return the registers that a reader may open."""
    found = lookups.active(RegisterDeclaration, "register").values()
    return tuple(declared for declared in found if declared.public or reads_restricted(scope, declared))


def kept(scope: Scope) -> tuple[RegisterDeclaration, ...]:
    """Return the registers that a reader's offices keep, and so may write in directly."""
    found = lookups.active(RegisterDeclaration, "register").values()
    return tuple(declared for declared in found if keeper_role(scope, declared))


def keeper_role(scope: Scope, declaration: RegisterDeclaration) -> str:
    """Return the role by which a reader keeps a register; empty where they do not."""
    return next((role for role in declaration.kept_by if scope.kind == "office" and scope.holds(role)), "")


def opened(scope: Scope, register_id: str) -> RegisterDeclaration:
    """Return a register that a reader may open.

    Raises:
        NotFound: if there is none, or the reader may not know of it.
    """
    declaration = register(register_id)
    if not declaration.public and not reads_restricted(scope, declaration):
        raise NotFound("no_register", f"there is no register {register_id!r}")
    return declaration


def reads_restricted(scope: Scope, declaration: RegisterDeclaration) -> bool:
    """Say whether a reader may read what is restricted."""
    if scope.kind == "system":
        return True
    if scope.kind != "office":
        return False
    if declaration.readers:
        return any(scope.reads_as(role) for role in (*declaration.readers, *declaration.kept_by))
    return any(grant.role not in ADMINISTRATORS and not grant.procedure for grant in scope.grants)


def readable(scope: Scope, present: RegisterDeclaration, own: RegisterDeclaration) -> tuple[FieldDeclaration, ...]:
    """Return the fields of a version that a reader may see: what was restricted then or is now stays hidden."""
    if reads_restricted(scope, present):
        return own.fields
    now_hidden = {field.id for field in present.fields if not is_open(field)}
    return tuple(field for field in own.fields if is_open(field) and field.id not in now_hidden)


def view(scope: Scope, present: RegisterDeclaration, row: RecordVersion, state: str) -> RecordView:
    """Return what a reader may see of a version."""
    own = lookups.by_hash(RegisterDeclaration, row.declaration_hash)
    fields = readable(scope, present, own)
    data = keeping.read(own, row.data, f"record:{row.record.register}:{row.record.id}")
    return RecordView(
        id=row.record.id,
        register=row.record.register,
        key=row.record.key,
        state=state,
        number=row.number,
        latest=row.record.latest,
        present=row.record.present,
        fields=fields,
        values={field.id: data[field.id] for field in fields if field.id in data},
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        state_until=row.state_until,
        event=row.event,
        through=row.through,
        recorded_at=row.recorded_at,
        reason=row.reason,
        source=row.source,
        entry_hash=row.entry_hash,
        declaration_hash=row.declaration_hash,
        closure_hash=row.closure_hash,
        declaration=own,
    )
