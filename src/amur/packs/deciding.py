"""What the author of a pack has to decide next, in the order in which it is easiest to decide.

It is worked out from the pack alone: what is unwritten, what was inferred and nobody confirmed, what nothing carries
out yet. So a decision goes from the list when the pack says it, and nobody keeps the list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from amur.base.canonical import Json
from amur.base.declared import MayCarry, Text, inside
from amur.indicators.declarations import IndicatorDeclaration
from amur.packs.engine import Found, Pack
from amur.people.declarations import BodiesDeclaration
from amur.policy.declarations import CommitmentDeclaration, PackDeclaration, PolicyDeclaration, SourcesDeclaration
from amur.policy.tongues.declarations import TextsDeclaration
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.draws.declarations import DrawDeclaration
from amur.procedures.finders.declarations import FinderDeclaration
from amur.registers.declarations import RegisterDeclaration

UNWRITTEN = Text(zh="待写", en="To be written")
UNSAID = Text(zh="待用自己的话写", en="to be said in your own words")
UNTRANSLATED = Text(zh="待译", en="to be translated")

FILES = {"en": "DECISIONS.md", "zh": "DECISIONS.zh-CN.md"}
"""The files that list what is open, by language."""


@dataclass(frozen=True, slots=True)
class Place:
    """One thing that a decision is about, and where it stands."""

    what: str
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Decision:
    """Something that is open: what to decide, how, and all places of the pack that wait for it."""

    id: str
    title: Text
    how: Text
    places: tuple[Place, ...]

    def as_dict(self, language: str) -> dict[str, Json]:
        """Return the decision as JSON, in one language."""
        places: list[Json] = [{"what": one.what, "file": one.file, "line": one.line} for one in self.places]
        return {"id": self.id, "title": self.title.say(language), "do": self.how.say(language), "places": places}


def open_decisions(pack: Pack) -> list[Decision]:
    """Return what is open in a pack, the first to decide first; nothing where all is said."""
    return [
        Decision(name, title, how, places)
        for name, title, how, look in _TOPICS
        if (places := tuple(dict.fromkeys(look(pack))))
    ]


def write(folder: Path, pack: Pack) -> list[Path]:
    """Write the list of what is open into the pack, in both languages; return the files."""
    decisions, written = open_decisions(pack), []
    for language, name in FILES.items():
        path = folder / name
        path.write_text(page(decisions, language), encoding="utf-8")
        written.append(path)
    return written


def page(decisions: list[Decision], language: str) -> str:
    """Return the list as a page.

    >>> print(page([], "en").splitlines()[0])
    # What to decide next
    """
    lines = [f"# {_HEAD.say(language)}", "", _MADE.say(language)]
    if not decisions:
        lines += ["", _NOTHING.say(language)]
    for number, one in enumerate(decisions, start=1):
        lines += ["", f"## {number}. {one.title.say(language)}", "", one.how.say(language), ""]
        lines += [f"- {file}: {', '.join(what)}" for file, what in _by_file(one).items()]
    return "\n".join(lines) + "\n"


def _by_file(one: Decision) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for place in one.places:
        found.setdefault(place.file, []).append(place.what)
    return found


_HEAD = Text(zh="接下来要决定什么", en="What to decide next")
_MADE = Text(
    zh="由 `amur pack next --write` 从政策包里还空着的地方生成；请改政策包，不要改这一页。",
    en="Made by `amur pack next --write` from what the pack leaves open; change the pack, not this page.",
)
_NOTHING = Text(zh="没有要决定的了。", en="Nothing is open.")


def is_open(text: Text) -> bool:
    """Say whether a text is a placeholder that waits for its author.

    >>> is_open(Text(zh="第3条第2段：待用自己的话写", en="Clause 3")), is_open(Text(zh="灯", en="Lamps"))
    (True, False)
    """
    return any(
        text.zh.rstrip("）").endswith(mark.zh) or text.en.rstrip(")").endswith(mark.en)
        for mark in (UNWRITTEN, UNSAID, UNTRANSLATED)
    ) or text.zh.startswith(UNWRITTEN.zh)


def _unwritten(*kinds: str) -> Callable[[Pack], Iterator[Place]]:
    """Return what yields the unwritten texts of files of some kinds; of all other kinds where none is named."""

    def look(pack: Pack) -> Iterator[Place]:
        for found in pack.found:
            if found.kind.name in kinds or not (kinds or found.kind.name in _OWN):
                for path, one in inside(found.declared):
                    if isinstance(one, Text) and is_open(one):
                        name = ".".join(str(step + 1) if isinstance(step, int) else step for step in path)
                        yield Place(name, *found.source.locate(path))

    return look


def _unread_bodies(pack: Pack) -> Iterator[Place]:
    for found, declared in pack.of(BodiesDeclaration):
        for place, body in enumerate(declared.bodies):
            if not (declared.verified or body.verified):
                yield Place(body.id, *found.source.locate(("bodies", place)))


def _unread_sources(pack: Pack) -> Iterator[Place]:
    for found, declared in pack.of(SourcesDeclaration):
        for place, source in enumerate(declared.sources):
            if not source.verified:
                yield Place(source.id, *found.source.locate(("sources", place)))


def _unsaid_clauses(pack: Pack) -> Iterator[Place]:
    for found, declared in pack.of(PolicyDeclaration):
        if is_open(declared.title):
            yield Place("title", *found.source.locate(("title",)))
        for place, part in enumerate(declared.parts):
            if is_open(part.title):
                yield Place(f"parts {part.number}", *found.source.locate(("parts", place)))
        for place, clause in enumerate(declared.clauses):
            if is_open(clause.title) or is_open(clause.summary):
                yield Place(f"clauses {clause.number}", *found.source.locate(("clauses", place)))


def _commitments(asked: Callable[[CommitmentDeclaration], bool]) -> Callable[[Pack], Iterator[Place]]:
    def look(pack: Pack) -> Iterator[Place]:
        for found, declared in pack.of(PolicyDeclaration):
            for place, one in enumerate(declared.commitments):
                if asked(one):
                    yield Place(one.id, *_line(found, place))

    return look


def _other_kinds(pack: Pack) -> Iterator[Place]:
    """Yield each commitment that things carry out of which none is of a kind that it names."""
    kinds: dict[str, set[str]] = {}
    for carrier, one in pack.of(MayCarry):
        for name in one.carries_out:
            kinds.setdefault(name, set()).add(carrier.kind.name)
    for found, declared in pack.of(PolicyDeclaration):
        for place, commitment in enumerate(declared.commitments):
            carried = kinds.get(commitment.id, set())
            if carried and not carried & set(commitment.kinds):
                yield Place(f"{commitment.id} ({', '.join(sorted(carried))})", *_line(found, place))


def _untranslated(pack: Pack) -> Iterator[Place]:
    """Yield each text of the main pages that is not said in a language which the pack speaks."""
    declared = pack.one(PackDeclaration)
    languages = [entry.language for entry in declared.languages] if declared else []
    said = {
        one: {zh for _, texts in pack.of(TextsDeclaration) if texts.language == one for zh in texts.texts}
        for one in languages
    }
    for found in pack.found:
        for part in _on_main_pages(found.declared):
            text: Text = getattr(found.declared, part)
            missing = [one for one in languages if not getattr(text, one) and text.zh not in said[one]]
            if missing:
                yield Place(f"{part} ({', '.join(missing)})", *found.source.locate((part,)))


def _on_main_pages(declared: object) -> tuple[str, ...]:
    """Return which texts of something stand on lists and front pages of the portal."""
    if isinstance(declared, IndicatorDeclaration):
        return ("title",)
    if isinstance(declared, FinderDeclaration | DrawDeclaration | ProcedureDeclaration):
        return ("title", "summary")
    return ("title", "summary") if isinstance(declared, RegisterDeclaration) and declared.public else ()


def _line(found: Found, place: int) -> tuple[str, int]:
    return found.source.locate(("commitments", place))


_OWN = frozenset(
    {"pack", "regions", "bodies", "roles", "sources", "calendar", "policy", "example", "demonstration", "closed"}
)

_TOPICS: tuple[tuple[str, Text, Text, Callable[[Pack], Iterator[Place]]], ...] = (
    (
        "authority",
        Text(zh="这是谁的文件", en="Whose policy it is"),
        Text(
            zh="写明政策包的名称、主管机关（authority、authority_body）和文件的全名。读出来的发文机关只是推断，请核对。",
            en="Write the pack's title, the authority (authority, authority_body) and the full title of the document. "
            "An issuing body that was read is inferred: compare it.",
        ),
        _unwritten("pack"),
    ),
    (
        "sources",
        Text(zh="文件从哪里来", en="Where the text is from"),
        Text(
            zh="写明出处和许可；在那里读过之后写上 verified: true。",
            en="Write where it was published and under which licence; once you have read it there, "
            "write verified: true.",
        ),
        _unread_sources,
    ),
    (
        "regions",
        Text(zh="管哪些地方", en="Which regions there are"),
        Text(zh="写上地区的代码和名称。", en="Write the codes and the names of the regions."),
        _unwritten("regions"),
    ),
    (
        "bodies",
        Text(zh="有哪些单位", en="Which bodies there are"),
        Text(
            zh="核对每个单位的名称、译名和所在地区，删去不是单位的；核对过的写上 verified: true。",
            en="Compare each body's name, its translation and its region, and delete what is no body; "
            "then write verified: true.",
        ),
        _unread_bodies,
    ),
    (
        "roles",
        Text(zh="谁做什么", en="Who does what"),
        Text(zh="写明每个角色做什么。", en="Say what each role does."),
        _unwritten("roles"),
    ),
    (
        "calendar",
        Text(zh="哪些天上班", en="Which days are worked"),
        Text(
            zh="给日历写上名称，填上公布的假日和调休。",
            en="Name the calendar and fill in the published holidays and working days.",
        ),
        _unwritten("calendar"),
    ),
    (
        "clauses",
        Text(zh="每一条说了什么", en="What each clause says"),
        Text(
            zh="用自己的大白话写每一部分、每一条的标题和一句话概括，不要抄原文。",
            en="Give each part and clause a title and one sentence in your own plain words; do not copy the text.",
        ),
        _unsaid_clauses,
    ),
    (
        "commitments",
        Text(zh="每一段承诺了什么", en="What each paragraph promises"),
        Text(
            zh="用自己的话写；一段要求几件事的，拆成几项；定下 target（硬性、可计数、方向）和 kinds（靠什么落实）。",
            en="Say it in your own words; where a paragraph asks several things, split it; choose its target "
            "(hard, countable, direction) and its kinds (by what it is carried out).",
        ),
        _commitments(lambda one: is_open(one.title)),
    ),
    (
        "responsible",
        Text(zh="负责单位对不对", en="Whether these bodies are responsible"),
        Text(
            zh="这些单位是从文中读出来的；确认后删去 bodies_inferred，不对的改正。",
            en="These bodies were read or guessed; when you know, delete bodies_inferred, or correct them.",
        ),
        _commitments(lambda one: one.bodies_inferred),
    ),
    (
        "nobody",
        Text(zh="由谁负责", en="Who is responsible"),
        Text(
            zh="文中没有写由谁负责；写上 bodies，推断的另写 bodies_inferred: true。",
            en="The text names nobody; write bodies, and bodies_inferred: true where you infer them.",
        ),
        _commitments(lambda one: not one.bodies and one.verdict not in {"no_duty", "boundary"}),
    ),
    (
        "carriers",
        Text(zh="怎样落实", en="How it is carried out"),
        Text(
            zh="选一种：`amur new procedure 3.2 NAME --pack …` 新建办事流程（或 register、indicator 等）；"
            "不用系统做的，把 planned 改成 manual、no_duty 或 not_met 并写明原因。",
            en="Choose: `amur new procedure 3.2 NAME --pack …` begins a procedure (or register, indicator …); "
            "what needs no system gets the verdict manual, no_duty or not_met with its reason in place of planned.",
        ),
        _commitments(lambda one: one.verdict == "planned"),
    ),
    (
        "kinds",
        Text(zh="用另一种方式落实的", en="What is carried out by another kind of thing"),
        Text(
            zh="这些事项写的 kinds 里没有落实它的那一种；想清楚哪一个对，改 kinds 或改落实方式。",
            en="The kinds of these commitments do not name what carries them out; change what is wrong.",
        ),
        _other_kinds,
    ),
    (
        "texts",
        Text(zh="还没有写的字句", en="Words that are not written yet"),
        Text(zh="把“待写”换成自己的话。", en="Replace each placeholder by your own words."),
        _unwritten(),
    ),
    (
        "languages",
        Text(zh="门户首页和目录上还没有译出的", en="What the front pages do not say in each language"),
        Text(
            zh="在 texts 文件中按中文原文写上译文；只有草译的语言标为 draft，页面会照实说明。",
            en="Write the translation beside the Chinese words in a texts file; where the language is a draft, "
            "pages say so.",
        ),
        _untranslated,
    ),
)
