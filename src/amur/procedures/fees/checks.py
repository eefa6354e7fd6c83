"""The checks of fees: sums can be computed, each is of one currency, and what waits for a fee can go on."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from amur.base.expressions import ExpressionError, Kind, Struct, compile_
from amur.base.faults import Fault
from amur.base.fields import MoneyField
from amur.procedures.conditions import variables
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.engine import OPENED, SUBMITTED
from amur.procedures.fees.declarations import Fee
from amur.registers.checks import Known, Locate, Path, check_expression, fault

_PREFIX = "value."


def check_fees(definition: ProcedureDeclaration, known: Known, locate: Locate) -> Iterator[Fault]:
    """Yield the faults of all fees of a procedure."""
    events = {SUBMITTED, OPENED, *(one.event for one in definition.transitions)}
    values = {name: known.values[name] for name in definition.values if name in known.values}
    seen = variables(definition.data_fields, values)
    for place, fee in enumerate(definition.fees):
        at: Path = ("fees", place)
        yield from _names(fee, at, known, events, locate)
        yield from _sums(definition, fee, seen, at, known=known, locate=locate)
        if fee.surcharge and (name := fee.surcharge.per_day.removeprefix(_PREFIX)) != fee.surcharge.per_day:
            rates = {one for one, kind in values.items() if kind == "decimal"}
            if name not in rates:
                found = f"the procedure names no dated value {name!r} that is decimal"
                yield fault(locate, (*at, "surcharge", "per_day"), "fees.value", found, rates)
        first = definition.fees[0].currency
        if fee.currency != first:
            found = f"{fee.id!r} is in {fee.currency} and {definition.fees[0].id!r} in {first}"
            yield Fault(*locate((*at, "currency")), "fees.currency", found, "ask for all of a case in one currency")
    if definition.fees:
        yield from _guards(definition, known, locate)


def _names(fee: Fee, at: Path, known: Known, events: Collection[str], locate: Locate) -> Iterator[Fault]:
    for option in ("on", "ends_on"):
        for n, name in enumerate(getattr(fee, option)):
            if name not in events:
                yield fault(locate, (*at, option, n), "fees.event", f"unknown event {name!r}", events)
    for n, role in enumerate(fee.by):
        if role not in known.roles:
            yield fault(locate, (*at, "by", n), "fees.role", f"unknown role {role!r}", known.roles)


def _sources(fee: Fee) -> Iterator[tuple[Path, str, Kind]]:
    yield ("amount",), fee.amount, Kind.INTEGER
    for place, exemption in enumerate(fee.exemptions):
        yield ("exemptions", place, "when"), exemption.when, Kind.BOOLEAN
    if fee.surcharge and fee.surcharge.fixed:
        yield ("surcharge", "fixed"), fee.surcharge.fixed, Kind.INTEGER
    if fee.surcharge and fee.surcharge.cap.amount:
        yield ("surcharge", "cap", "amount"), fee.surcharge.cap.amount, Kind.INTEGER


def _sums(
    definition: ProcedureDeclaration, fee: Fee, seen: Struct, at: Path, *, known: Known, locate: Locate
) -> Iterator[Fault]:
    """Find expressions that have no value, that mix currencies, and sums that would tell something personal."""
    money = {one.id: one.currency for one in definition.data_fields if isinstance(one, MoneyField)}
    personal = {one.id for one in definition.data_fields if one.personal_class != "none"}
    for path, source, kind in _sources(fee):
        where: Path = (*at, *path)
        try:
            program = compile_(source, seen, kind)
        except ExpressionError:
            yield from check_expression(source, seen, kind, where, check="fees.value", locate=locate)
            continue
        if kind is not Kind.INTEGER:
            continue
        read = {
            **_of(known.currencies, program.reads_of("value"), "value"),
            **_of(money, program.reads_of("form"), "form"),
        }
        for name, currency in sorted(read.items()):
            if currency != fee.currency:
                found = f"{source!r} reads {name}, which is in {currency}; {fee.id!r} is in {fee.currency}"
                yield Fault(*locate(where), "fees.currency", found, "count one currency only")
        for name in sorted(program.reads_of("form") & personal):
            found = f"{source!r} reads {name!r}, which is personal; the sum stands in the open ledger"
            yield Fault(*locate(where), "fees.personal", found, "make it an exemption, which is sealed")


def _of(currencies: Mapping[str, str], names: Collection[str], of: str) -> dict[str, str]:
    return {f"{of}.{name}": currencies[name] for name in names if name in currencies}


def _guards(definition: ProcedureDeclaration, known: Known, locate: Locate) -> Iterator[Fault]:
    """Find guards that wait for a fee which no way to them demands, and that hold up whoever is exempt."""
    values = {name: known.values[name] for name in definition.values if name in known.values}
    seen = variables(
        definition.data_fields, values, (one.id for one in definition.opinions), (one.id for one in definition.fees)
    )
    for place, arrow in enumerate(definition.transitions):
        if not arrow.when or "fees" not in arrow.when:
            continue
        try:
            read = compile_(arrow.when, seen, Kind.BOOLEAN).reads_of("fees")
        except ExpressionError:
            continue  # the check of guards says so
        at: Path = ("transitions", place, "when")
        for fee in (one for one in definition.fees if one.id in read):
            if not {*fee.on} & _before(definition, arrow.sources):
                found = f"{arrow.event!r} waits for {fee.id!r}, and no event before it demands that"
                fix = f"demand it on an event that comes before; it is demanded on {', '.join(fee.on)}"
                yield Fault(*locate(at), "fees.never_demanded", found, fix)
            name = f"fees.{fee.id}."
            if fee.exemptions and f"{name}paid" in arrow.when and f"{name}settled" not in arrow.when:
                found = f"{arrow.event!r} waits until {fee.id!r} is paid, and whoever is exempt never pays it"
                yield Fault(*locate(at), "fees.exempt_waits", found, f"read {name}settled, which holds for both")


def _before(definition: ProcedureDeclaration, sources: Collection[str]) -> set[str]:
    """Return the events that may have happened when a case stands in one of some states; the beginning is one."""
    names, found = {*sources}, {SUBMITTED, OPENED}
    while True:
        near = {other for name in names for other in definition.near(name)}
        more = [one for one in definition.transitions if definition.near(one.target) & near]
        found |= {one.event for one in more}
        wider = near | {name for one in more for name in one.sources}
        if wider == names:
            return found
        names = wider
