"""Those who work in the bench: officers at their queue, and applicants with their forms. Each thinks like a person.

How long somebody thinks is drawn from a gamma distribution with shape 2 (nobody answers at once, few take very long),
with a seed of their own:

- an officer: 3 s over the queue, 5 s over a case before deciding, 2 s after an act; so an act every ten seconds.
  Real people read longer; fifty of them are the work of a far larger office.
- an applicant: 9 s over each page of the form, 12 s before looking at the case again.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from browser import Answer, Browser, File, Seen

PASSWORD = "of no use outside this bench"
SERVICE = "new_service_filing"
ANSWERS = {
    "enterprise_name": "例江云桥信息（演示）有限公司",
    "credit_code": "91239900MA0DEM0017",
    "contact_name": "例经办",
    "contact_telephone": "0451-00000000",
    "contact_email": "firm@example.org",
    "service_name": "演示 车船互助通话",
    "description": "让江上的船和岸边的车在没有公网的地方互相通话，试办期不收费。",
    "nearest_class": "",
    "technology": "窄带自组网，终端之间直接转发。",
    "region": "230100",
    "security_measures": "通话全程加密，不保存内容；出现异常立即停用并报告。",
}
"""What an applicant enters, by field, wherever the form asks for it."""
PLAN: File = ("plan", "plan.pdf", b"%PDF-1.7\n" + b"x" * 20_000 + b"\n%%EOF\n")
REGIONS = tuple(f"{code}00" for code in (2301, 2302, 2303, 2304, 2305, 2306, 2307, 2308, 2309, 2310, 2311, 2312))
"""Where services start; each has officers of its own, as the offices of a province have."""
GIVES_UP = 0.2
"""How many of those who got no answer to an act walk away instead of sending it again."""
_DAY = {"starts_on-year": "2027", "starts_on-month": "4", "starts_on-day": "1", "starts_on": "2027-04-01"}
_STEP = re.compile(r"^/en/apply/([0-9a-f-]{36})/([a-z_]*)/?")
_NUMBER = re.compile(r"[0-9]{4}-XYW-[0-9]{5,}")
_IN_QUEUE = re.compile(r'href="(/en/desk/cases/([0-9]{4}-XYW-[0-9]{5,})/)')
_OFFERED = re.compile(r'name="event" type="radio" value="([a-z_]+)"')
_CHANCES = {"accept": 6, "request_supplement": 2, "not_accept": 1, "file": 5, "refuse": 2}
"""How often an officer chooses what, where the case offers it."""
_NOTHING = {0, 429, 500, 502, 503}
_LOOKS = 4


@dataclass(slots=True)
class Act:
    """One act as its client saw it: done, refused, or never answered (None)."""

    number: str
    event: str
    key: str
    done: bool | None
    status: int
    ms: float
    tries: int
    by_officer: bool
    measured: bool


@dataclass(slots=True)
class Kept:
    """What the clients hold in their hands when all is over."""

    acts: list[Act] = field(default_factory=list)
    receipts: list[tuple[str, str]] = field(default_factory=list)
    sent_off: list[tuple[str, float, bool]] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


class Person(Browser):
    """Somebody at a browser, who stops when the day is over."""

    pace = 1.0

    def __init__(self, place: int, port: int, seen: Seen, kept: Kept, over: asyncio.Event) -> None:
        super().__init__(place, port, seen)
        self.place, self.kept, self.over = place, kept, over

    async def think(self, seconds: float) -> bool:
        """Wait as somebody does who reads; say whether the day goes on."""
        try:
            await asyncio.wait_for(self.over.wait(), self.chance.gammavariate(2, seconds / 2) / self.pace)
        except TimeoutError:
            return True
        return False

    async def work(self, once: Callable[[], Awaitable[None]]) -> None:
        """Do the same until the day is over; what goes wrong is kept."""
        try:
            while not self.over.is_set():
                await once()
        except Exception as error:  # noqa: BLE001 -- who leaves silently would make the bench easier
            self.kept.complaints.append(f"{type(self).__name__} {self.place}: {type(error).__name__}: {error}")

    async def act(self, number: str, event: str, form: dict[str, str], *, by_officer: bool) -> Answer | None:
        """Send an act until it is answered, or walk away; the clock runs from the first sending to the answer."""
        begun, tries, measured = time.perf_counter(), 0, self.seen.measuring
        done: bool | None = None
        answer: Answer | None = None
        place = form[""]
        sent = {name: value for name, value in form.items() if name}
        while time.perf_counter() - begun < 60:
            tries += 1
            answer = await self.post(place, sent)
            if answer.status not in _NOTHING:
                done = answer.status in {301, 302}
                break
            if self.chance.random() < GIVES_UP:
                break
            await asyncio.sleep(self.chance.uniform(0.3, 1.0))
        ms = (time.perf_counter() - begun) * 1000
        status = answer.status if answer else 0
        self.kept.acts.append(Act(number, event, form["key"], done, status, ms, tries, by_officer, measured))
        return answer


class Officer(Person):
    """Somebody with an office: looks at the queue, opens a case, does something with it."""

    async def sign_in(self) -> None:
        """Sign in with a password; a session without one would be none."""
        page = await self.get("/en/accounts/login/")
        form = page.form('name="password"')
        sent = {**form, "login": f"officer{self.place}", "password": PASSWORD}
        answer = await self.insist(sent.pop(""), sent)
        if answer.status != 302:
            raise AssertionError(f"officer {self.place} cannot sign in: {answer.status}")

    async def once(self) -> None:
        """Take one case out of the queue."""
        states = ("received", "supplied") if self.place % 2 == 0 else ("under_review",)
        queue = await self.get(f"/en/desk/?view=open&state={self.chance.choice(states)}", "queue")
        cases = sorted(set(_IN_QUEUE.findall(queue.text)))
        if not await self.think(3) or not cases:
            return
        place, number = self.chance.choice(cases)
        page = await self.get(place, "case")
        if not await self.think(5):
            return
        form, offered = page.form('name="event"'), [one for one in _OFFERED.findall(page.text) if one in _CHANCES]
        if offered and form:
            event = self.chance.choices(offered, [_CHANCES[one] for one in offered])[0]
            form |= {"event": event, "reason": "材料看过了，按规定办理。"}
            answer = await self.act(number, event, form, by_officer=True)
            if answer is not None and answer.location:
                await self.get(answer.location, "case")
        await self.think(2)


class Applicant(Person):
    """Somebody who fills in the form, follows the case, and answers when asked."""

    def __init__(self, *others: Any) -> None:
        super().__init__(*others)
        self.region = self.chance.choice(REGIONS)

    async def once(self) -> None:
        """Bring one matter as far as the day allows."""
        page = await self.get(f"/en/services/{SERVICE}/", "service")
        if not await self.think(9):
            return
        form = page.form("/apply/")
        answer = await self.insist(form.pop(""), form)
        number = await self.fill(await self.get(answer.location, "form"))
        for _ in range(_LOOKS):
            if not number or not await self.think(12):
                return
            await self.look(number)

    async def fill(self, page: Answer) -> str:
        """Fill in one page after the other and submit; return the number, or nothing when the day ended before."""
        until = time.monotonic() + 600
        while time.monotonic() < until:
            found = _STEP.match(page.place)
            if found is None:
                raise AssertionError(f"the form led to {page.place!r} ({page.status})")
            draft, step = found.groups()
            if step == "receipt":
                return await self.receive(draft, page)
            # What is begun is brought to its end: whoever sits before the last page when the day ends still submits.
            if not await self.think(9) and step != "check":
                return ""
            page = await self.send_page(page, draft, step)
        raise AssertionError("the form did not end")

    async def send_page(self, page: Answer, draft: str, step: str) -> Answer:
        """Send one page of the form and return the one that follows."""
        form = page.form('name="version"')
        place = form.pop("", page.place)
        begun, measured = time.perf_counter(), self.seen.measuring
        if step == "check":
            answer = await self.insist(place, form)
            self.kept.sent_off.append((draft, (time.perf_counter() - begun) * 1000, measured))
        else:
            fields = {
                name: value
                for name, value in (ANSWERS | _DAY | {"region": self.region}).items()
                if f'name="{name}"' in page.text
            }
            has_file = 'type="file"' in page.text
            answer = await self.insist(place, {**form, **fields}, PLAN if has_file else None)
        if answer.status == 422:
            raise AssertionError(f"page {step} was not taken: {re.findall('error-message.*?</p>', answer.text)[:3]}")
        return await self.get(answer.location or f"/en/apply/{draft}/", "form")

    async def receive(self, draft: str, page: Answer) -> str:
        """Keep number and draft as the receipt tells them, and open the case with its code."""
        number = _NUMBER.search(page.text)
        if number is None:
            raise AssertionError("the receipt has no number")
        self.kept.receipts.append((draft, number[0]))
        form = page.form('name="code"')
        answer = await self.insist(form.pop(""), form)
        if answer.location:
            await self.get(answer.location, "status")
        return number[0]

    async def look(self, number: str) -> None:
        """Look at the case, and supply what is asked for."""
        page = await self.get(f"/en/cases/{number}/", "status")
        form = page.form(f"/cases/{number}/supply/")
        if form and await self.think(9):
            form["reason"] = "已补上，见说明。"
            answer = await self.act(number, "supply", form, by_officer=False)
            if answer is not None and answer.location:
                await self.get(answer.location, "status")
