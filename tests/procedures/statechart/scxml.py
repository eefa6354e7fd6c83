"""Reads the W3C's SCXML tests into charts and runs them on a clock that is only a number.

What the files do besides moving between states (assign, raise, send to oneself, …) is done here with expressions of
Python: the engine knows nothing of it.
"""

from __future__ import annotations

import ast
import heapq
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree as ET

from amur.procedures.statechart import Arrow, Chart, Event, Moment, Node, start, step

PROCESSOR = "http://www.w3.org/TR/scxml/#SCXMLEventProcessor"
SESSION = "one"
_RESERVED = {"_event", "_sessionid", "_name", "_ioprocessors"}
_STATES = {"state", "parallel", "final", "history"}


class CannotRun(Exception):
    """The file needs what this reader does not have."""


class Failed(Exception):
    """An error of executable content: the event that tells of it, and which message it was about."""

    def __init__(self, event: str, sendid: str | None = None) -> None:
        super().__init__(event)
        self.event, self.sendid = event, sendid


def _tag(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


@dataclass
class Session:
    """A chart that was read from a file, with its variables, its queue of events from outside and its clock."""

    file: Path | None = None
    text: str = ""
    variables: dict[str, object] = field(default_factory=dict)
    outside: list[tuple[float, int, str, Event]] = field(default_factory=list)
    cancelled: set[int] = field(default_factory=set)
    now: float = 0.0

    def __post_init__(self) -> None:
        self.root = ET.parse(self.file).getroot() if self.file else ET.fromstring(self.text)
        self._ids = count()
        self._late = self.root.get("binding") == "late"
        io = _Data({"location": f"#_scxml_{SESSION}"})
        self.variables |= {
            "_sessionid": SESSION,
            "_name": self.root.get("name", ""),
            "_ioprocessors": {"scxml": io, PROCESSOR: io},
        }
        self._results: dict[str, object] = {}
        self.chart = Chart(
            *[self._node(child) for child in self.root if _tag(child) in _STATES],
            initial=tuple((self.root.get("initial") or "").split()),
            effects=(self._begin,),
        )

    def run(self) -> str:
        """Run to the end and return in which state it stands."""
        outcome = start(self.chart, holds=self._holds, run=self._run)
        while not outcome.done and self.outside:
            self.now, number, _, event = heapq.heappop(self.outside)
            if number not in self.cancelled:
                outcome = step(self.chart, outcome.configuration, event, holds=self._holds, run=self._run)
        return " ".join(outcome.configuration.active)

    def _node(self, element: ET.Element) -> Node:
        tag, blocks = _tag(element), {"onentry": [], "onexit": []}
        name = element.get("id") or f"state{next(self._ids)}"
        initial, initially, arrows = tuple((element.get("initial") or "").split()), (), []
        for child in element:
            inner = _tag(child)
            if inner in blocks:
                blocks[inner].append(self._block(child))
            elif inner == "transition" and tag != "history":
                arrows.append(self._arrow(child))
            elif inner == "transition":
                initial, initially = tuple(child.get("target", "").split()), (self._block(child),)
            elif inner == "initial":
                taken = child[0]
                initial, initially = tuple(taken.get("target", "").split()), (self._block(taken),)
            elif inner == "datamodel" and self._late:
                blocks["onentry"].insert(0, self._once(child))
            elif inner == "donedata":
                blocks["onentry"].append(self._result(name, child))
            elif inner not in _STATES | {"datamodel"}:
                raise CannotRun(inner)
        kind = element.get("type", "shallow") if tag == "history" else tag
        children = tuple(self._node(child) for child in element if _tag(child) in _STATES)
        enter, leave = tuple(blocks["onentry"]), tuple(blocks["onexit"])
        return Node(name, kind, children, initial, tuple(arrows), enter, leave, initially, name)

    def _arrow(self, element: ET.Element) -> Arrow:
        return Arrow(
            tuple((element.get("event") or "").split()),
            tuple((element.get("target") or "").split()),
            element.get("cond"),
            (self._block(element),) if len(element) else (),
            element.get("type") == "internal",
        )

    # What charts ask of their caller

    def _holds(self, guard: object, moment: Moment) -> bool:
        try:
            return bool(self._value(str(guard), moment))
        except Exception:  # noqa: BLE001 -- whatever it is, SCXML tells of it by an event
            moment.raise_("error.execution", _told("platform"))
            return False

    def _run(self, effect: object, moment: Moment) -> None:
        effect(moment)

    # Executable content

    def _block(self, element: ET.Element) -> Callable[[Moment], None]:
        def run(moment: Moment) -> None:
            try:
                self._execute(element, moment)
            except Failed as failed:
                moment.raise_(failed.event, _told("platform", sendid=failed.sendid))

        return run

    def _begin(self, moment: Moment) -> None:
        for data in self.root.iter():
            if _tag(data) == "data" and not self._late:
                self._declare(data, moment)
        for child in self.root:
            if _tag(child) == "datamodel" and self._late:
                for data in child:
                    self._declare(data, moment)
            elif _tag(child) == "script":
                self._do(child, moment)

    def _once(self, element: ET.Element) -> Callable[[Moment], None]:
        def run(moment: Moment) -> None:
            for data in element:
                if data.get("id") not in self.variables:
                    self._declare(data, moment)

        return run

    def _declare(self, data: ET.Element, moment: Moment) -> None:
        name = data.get("id")
        self.variables[name] = None
        try:
            if data.get("src"):
                file = self.file.parent / data.get("src").removeprefix("file:")
                self.variables[name] = _content(file.read_text())
            elif data.get("expr"):
                self.variables[name] = self._value(data.get("expr"), moment)
            elif data.text and data.text.strip():
                self.variables[name] = _content(data.text)
        except Exception:  # noqa: BLE001 -- whatever it is, SCXML tells of it by an event
            moment.raise_("error.execution", _told("platform"))

    def _result(self, name: str, element: ET.Element) -> Callable[[Moment], None]:
        def run(moment: Moment) -> None:
            try:
                self._results[name] = self._payload(element, moment)
            except Exception:  # noqa: BLE001 -- whatever it is, SCXML tells of it by an event
                self._results[name] = None
                moment.raise_("error.execution", _told("platform"))

        return run

    def _execute(self, block: ET.Element, moment: Moment) -> None:
        for element in block:
            try:
                self._do(element, moment)
            except (Failed, CannotRun):
                raise
            except Exception as error:
                raise Failed("error.execution") from error

    def _do(self, element: ET.Element, moment: Moment) -> None:  # noqa: C901 -- one line for each kind of content
        tag = _tag(element)
        if tag == "raise":
            moment.raise_(element.get("event"), _told("internal"))
        elif tag == "assign":
            self._assign(element.get("location").strip(), self._value(element.get("expr"), moment))
        elif tag == "log":
            self._value(element.get("expr") or "None", moment)
        elif tag == "if":
            self._if(element, moment)
        elif tag == "foreach":
            self._foreach(element, moment)
        elif tag == "send":
            self._send(element, moment)
        elif tag == "cancel":
            wanted = element.get("sendid") or self._value(element.get("sendidexpr"), moment)
            self.cancelled |= {number for _, number, sent, _ in self.outside if sent == wanted}
        elif tag == "script":
            for line in ast.parse((element.text or "").strip()).body:
                if not isinstance(line, ast.Assign):
                    raise CannotRun(tag)
                name = ast.unparse(line.targets[0])
                self.variables.setdefault(name)
                self._assign(name, self._value(ast.unparse(line.value), moment))
        else:
            raise CannotRun(tag)

    def _assign(self, name: str, value: object) -> None:
        root, _, rest = name.partition(".")
        if root not in self.variables or root in _RESERVED:
            raise Failed("error.execution")
        if rest:
            setattr(self.variables[root], rest, value)
        else:
            self.variables[name] = value

    def _if(self, element: ET.Element, moment: Moment) -> None:
        branches: list[tuple[str, list[ET.Element]]] = [(element.get("cond"), [])]
        for child in element:
            if _tag(child) in {"elseif", "else"}:
                branches.append((child.get("cond", "True"), []))
            else:
                branches[-1][1].append(child)
        for condition, content in branches:
            try:
                holds = self._value(condition, moment)
            except Exception:  # noqa: BLE001 -- whatever it is, SCXML tells of it by an event
                moment.raise_("error.execution", _told("platform"))
                holds = False
            if holds:
                self._execute(content, moment)
                return

    def _foreach(self, element: ET.Element, moment: Moment) -> None:
        items = list(self._value(element.get("array"), moment))
        names = [element.get("item"), *([element.get("index")] if element.get("index") else [])]
        if not all(name.isidentifier() for name in names):
            raise Failed("error.execution")
        for place, item in enumerate(items):
            self.variables |= dict(zip(names, (item, place), strict=False))
            self._execute(element, moment)

    def _send(self, element: ET.Element, moment: Moment) -> None:
        def asked(name: str, default: object = None) -> object:
            if element.get(f"{name}expr") is not None:
                return self._value(element.get(f"{name}expr"), moment)
            return element.get(name, default)

        sent = element.get("id") or (f"send{next(self._ids)}" if element.get("idlocation") else None)
        if element.get("idlocation"):
            self._assign(element.get("idlocation"), sent)
        if asked("type", PROCESSOR) not in {PROCESSOR, "scxml", PROCESSOR.partition("#")[0]}:
            raise Failed("error.execution", sent)
        target, data = asked("target", ""), self._payload(element, moment)
        name, delay = str(asked("event")), _seconds(str(asked("delay", "0s")))
        if target == "#_internal":
            moment.raise_(name, _told("internal", data))
        elif target in {"", f"#_scxml_{SESSION}"}:
            told = _told("external", data, sent, f"#_scxml_{SESSION}", PROCESSOR)
            heapq.heappush(self.outside, (self.now + delay, next(self._ids), sent or "", Event(name, told)))
        else:
            known = str(target).startswith("#_scxml_")
            raise Failed("error.communication" if known else "error.execution", sent)

    def _payload(self, element: ET.Element, moment: Moment) -> object:
        given: dict[str, object] = {}
        for name in (element.get("namelist") or "").split():
            given[name] = self._value(name, moment)
        for child in element:
            if _tag(child) == "content":
                return self._value(child.get("expr"), moment) if child.get("expr") else _content(child.text or "")
            given[child.get("name")] = self._value(child.get("expr") or child.get("location"), moment)
        return _Data(given) if given else None

    # Expressions

    def _value(self, source: str, moment: Moment) -> object:
        scope = {"true": True, "false": False, "In": moment.within, "hasattr": hasattr, **self.variables}
        if moment.event is not None:
            told = moment.event.data
            if not isinstance(told, SimpleNamespace):
                told = _told("internal", self._results.get(str(told)))
            scope["_event"] = SimpleNamespace(**{**vars(told), "name": moment.event.name})
        return eval(source.strip(), {"__builtins__": {}}, scope)


class _Data(dict):
    """What an event carries: asked by attribute, as in one of the languages of the tests, or by name."""

    def __getattr__(self, name: str) -> object:
        return self[name]


def _told(
    kind: str, data: object = None, sendid: str | None = None, origin: str = "", origintype: str = ""
) -> SimpleNamespace:
    return SimpleNamespace(type=kind, data=data, sendid=sendid, origin=origin, origintype=origintype, invokeid="")


def _content(text: str) -> object:
    """Return a literal, or the words with single blanks between them."""
    try:
        return ast.literal_eval(text.strip())
    except (SyntaxError, ValueError):
        return " ".join(text.split())


def _seconds(text: str) -> float:
    found = re.fullmatch(r"([0-9]*\.?[0-9]+)(s|ms)", text)
    if not found:
        raise Failed("error.execution")
    return float(found[1]) * (1 if found[2] == "s" else 0.001)


def every_file(folder: Path) -> Iterator[Path]:
    """Yield the files of the tests, mandatory and optional."""
    yield from sorted(folder.glob("*/*.scxml"))
