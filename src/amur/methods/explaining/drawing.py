"""The profile of a way as a drawing: ground, line of sight, first Fresnel zone and ridge, over axes with their units.

What is what is told by shape, by dashes and by words, so that it can be read without colour; the table of the same
numbers is ``telling.profile_csv``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from amur.base.faults import AmurError
from amur.methods.coverage.reasons import Language
from amur.methods.explaining.values import Explanation, Profile, Way
from amur.methods.explaining.vocabulary import say
from amur.methods.printing.svg import (
    EDGE,
    GROUND,
    HAIR,
    HATCH,
    INK,
    META,
    PAPER,
    RIVER,
    WIDTH,
    drawing,
    element,
    short,
    strong,
    text,
    width_of,
)
from amur.methods.propagation.paths import Numbers

HEIGHT: Final = 470.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 84.0, WIDTH - 24.0, 104.0, HEIGHT - 66.0
_TICKS = 6
_TIP = 9.0
_COARSE_M = 10.0
_WRITTEN = 0.15
"""How much of the drawing's height is ground everywhere, so that words fit into it."""
_LONGEST = 24


@dataclass(frozen=True, slots=True)
class Frame:
    """Where kilometres and metres are on the drawing."""

    most_km: float
    least_m: float
    most_m: float

    def x(self, km: float) -> float:
        """Return how far from the left."""
        return _LEFT + (_RIGHT - _LEFT) * km / self.most_km

    def y(self, metres: float) -> float:
        """Return how far from the top."""
        return _BOTTOM - (_BOTTOM - _TOP) * (metres - self.least_m) / (self.most_m - self.least_m)

    def line(self, km: Numbers, metres: Numbers) -> str:
        """Return the commands of a line through points."""
        return "M" + "L".join(
            f"{short(self.x(x))} {short(self.y(y))}" for x, y in zip(km.tolist(), metres.tolist(), strict=True)
        )


def profile_svg(of: Explanation, way: Way, language: Language = "zh") -> str:
    """Return the profile of a way as SVG.

    Raises:
        AmurError: if the way has none, as it is too near or its ground is not known.
    """
    if way.profile is None or way.ridge is None or way.ground_m is None:
        raise AmurError("no_profile", f"the way from site {way.site} has no profile: {say(way.state, language)}")
    profile, frame = way.profile, _frame(way.profile)
    parts = [
        element("rect", x=0, y=0, width=WIDTH, height=HEIGHT, fill=PAPER),
        *_axes(frame, language),
        *_ground(profile, frame, is_simulated=bool(of.simulated)),
        *_sight(profile, frame),
        *_ends(way, profile, frame, language),
        *_ridge(way, profile, frame),
        *_legend(way, language),
    ]
    village = shortened(of.subject.name or of.subject.id)
    title = say("drawing", language, site=shortened(way.site), village=village)
    parts.append(strong(title, 20, 30, 20))
    if of.simulated:
        how = {"fill": INK, "stroke": INK, "text_anchor": "end"}
        parts.append(text(say("partly_simulated", language), _RIGHT, 30, 16, stroke_width=0.24, **how))
    says = f"{title}. {ridge_said(way, language)}. {say('distance', language)} 0–{profile.km[-1]:.1f}."
    return drawing(parts, HEIGHT, language, title, says)


def shortened(name: str) -> str:
    """Return a name as far as a drawing has room for it.

    >>> shortened("向阳村"), len(shortened(100 * "a"))
    ('向阳村', 24)
    """
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"


def ridge_said(way: Way, language: Language) -> str:
    """Return where the ground hinders most, and how far over or under the line."""
    if way.ridge is None:
        return say(way.state, language)
    key, over = "ridge_at" if way.ridge.over_m >= 0 else "ridge_under", abs(way.ridge.over_m)
    return say(key, language, km=way.ridge.km, over=f"{over:.0f}" if over >= _COARSE_M else f"{over:.1f}")


def _frame(profile: Profile) -> Frame:
    least = float(min(profile.tops_m.min(), (profile.lines_m - profile.zones_m).min()))
    most = float(max(profile.tops_m.max(), (profile.lines_m + profile.zones_m).max()))
    # The zone reaches far down where the line is high: what is under the ground there is not worth its room.
    least = max(least, float(profile.tops_m.min()) - 0.15 * (most - float(profile.tops_m.min())))
    pad = max(0.06 * (most - least), 2.0)
    # What stands at both ends is written into the ground: its lowest place has to leave room for that.
    least = min(least - pad, float(profile.tops_m.min()) - _WRITTEN * (most - least))
    return Frame(float(profile.km[-1]), least, most + 2 * pad)


def ticks(least: float, most: float, count: int = _TICKS) -> list[float]:
    """Return round numbers between two, about so many.

    >>> ticks(0, 10), ticks(141, 182)
    ([0.0, 2.0, 4.0, 6.0, 8.0, 10.0], [150.0, 160.0, 170.0, 180.0])
    """
    rough = (most - least) / (count - 1)
    size = 10.0 ** math.floor(math.log10(rough))
    step = next(size * one for one in (1, 2, 5, 10) if size * one >= rough - 1e-9 * rough)
    first, last = math.ceil(least / step - 1e-9), math.floor(most / step + 1e-9)
    return [round(step * one, 9) for one in range(first, last + 1)]


def _axes(frame: Frame, language: Language) -> list[str]:
    made = []
    for metres in ticks(frame.least_m, frame.most_m):
        y = frame.y(metres)
        made += [
            element("line", x1=_LEFT, y1=y, x2=_RIGHT, y2=y, stroke=HAIR, stroke_width=1),
            text(f"{metres:g}", _LEFT - 8, y + 5, 15, fill=META, text_anchor="end"),
        ]
    for km in ticks(0.0, frame.most_km):
        x = frame.x(km)
        made += [
            element("line", x1=x, y1=_BOTTOM, x2=x, y2=_BOTTOM + 6, stroke=EDGE, stroke_width=1),
            text(f"{km:g}", x, _BOTTOM + 23, 15, fill=META, text_anchor="middle"),
        ]
    made.append(element("line", x1=_LEFT, y1=_BOTTOM, x2=_RIGHT, y2=_BOTTOM, stroke=EDGE, stroke_width=1))
    made.append(text(say("distance", language), (_LEFT + _RIGHT) / 2, _BOTTOM + 48, 16, text_anchor="middle"))
    made.append(text(say("height", language), 20, _TOP - 14, 15))
    return made


def _ground(profile: Profile, frame: Frame, *, is_simulated: bool) -> list[str]:
    line = frame.line(profile.km, profile.tops_m)
    corners = f"L{short(_RIGHT)} {short(_BOTTOM)}L{short(_LEFT)} {short(_BOTTOM)}Z"
    made = [element("path", d=line + corners, fill=GROUND)]
    if is_simulated:
        made.append(element("path", d=line + corners, fill=f"url(#{HATCH})", opacity=0.5))
    return [*made, element("path", d=line, fill="none", stroke=INK, stroke_width=2)]


def _sight(profile: Profile, frame: Frame) -> list[str]:
    """Draw the line of sight whole, and the zone around it dashed."""
    # The ellipse is drawn as finely where the profile has few points: it is narrow at both ends.
    share = (1 - np.cos(np.linspace(0, np.pi, 121))) / 2
    length = profile.km[-1]
    widest = profile.zones_m.max() / np.sqrt(np.max(_bow(profile.km / length)))
    zone = widest * np.sqrt(_bow(share))
    line = np.interp(share, [0, 1], [profile.lines_m[0], profile.lines_m[-1]])
    both = [frame.line(share * length, line + sign * zone) for sign in (1, -1)]
    clip = element("rect", x=_LEFT, y=_TOP, width=_RIGHT - _LEFT, height=_BOTTOM - _TOP)
    zones = [
        element("path", d=one, fill="none", stroke=RIVER, stroke_width=1.5, stroke_dasharray="7 5") for one in both
    ]
    return [
        element("clipPath", clip, id="amur-frame"),
        element("g", "".join(zones), clip_path="url(#amur-frame)"),
        element("path", d=frame.line(share * length, line), fill="none", stroke=RIVER, stroke_width=2.5),
    ]


def _bow(share: Numbers) -> Numbers:
    return share * (1 - share)


def _ends(way: Way, profile: Profile, frame: Frame, language: Language) -> list[str]:
    """Draw the mast and the receiver, each from its ground to where the line begins or ends."""
    made = []
    named = (say("antenna", language, site=shortened(way.site), height=way.antenna_m), say("receiver", language))
    for at, said in zip((0, -1), named, strict=True):
        x, foot, top = frame.x(profile.km[at]), frame.y(profile.tops_m[at]), frame.y(profile.lines_m[at])
        made.append(element("line", x1=x, y1=foot, x2=x, y2=top, stroke=INK, stroke_width=4))
        made.append(element("circle", cx=x, cy=top, r=5, fill=PAPER, stroke=INK, stroke_width=2))
        # In the ground, where no line runs that the words would lie over.
        made.append(
            _labelled(said, (x + 10, _BOTTOM - 12), "start")
            if at == 0
            else _labelled(said, (x - 10, _BOTTOM - 12), "end")
        )
    return made


def _ridge(way: Way, profile: Profile, frame: Frame) -> list[str]:
    """Mark the ridge by a triangle over it, and by a line to the line of sight."""
    ridge = way.ridge
    if ridge is None:
        return []
    at = int(np.argmax(profile.parameters))
    x, top, line = frame.x(ridge.km), frame.y(profile.tops_m[at]), frame.y(profile.lines_m[at])
    tip = min(top, line) - 4 if ridge.over_m < 0 else top - 4
    return [
        element("line", x1=x, y1=top, x2=x, y2=line, stroke=INK, stroke_width=1.5, stroke_dasharray="2 3"),
        element("path", d=_triangle(x, tip), fill=INK),
    ]


def _triangle(x: float, tip: float) -> str:
    return f"M{short(x)} {short(tip)}l{-_TIP:g} {-1.6 * _TIP:g}h{2 * _TIP:g}z"


def _labelled(said: str, at: tuple[float, float], anchor: str) -> str:
    """Return a text with a seam of paper around it, so that lines behind it do not cross its letters."""
    seam = text(said, *at, 16, fill=PAPER, stroke=PAPER, stroke_width=6, text_anchor=anchor, aria_hidden="true")
    return seam + text(said, *at, 16, fill=INK, text_anchor=anchor)


def _legend(way: Way, language: Language) -> list[str]:
    """Return what lines are, in a row under the title, and where the ridge stands."""
    lines: Sequence[tuple[str, dict[str, str | float]]] = (
        ("ground", {"stroke": INK, "stroke_width": 2}),
        ("line", {"stroke": RIVER, "stroke_width": 2.5}),
        ("zone", {"stroke": RIVER, "stroke_width": 1.5, "stroke_dasharray": "7 5"}),
    )
    made, x = [], 20.0
    for key, how in lines:
        said = say(key, language)
        made.append(element("line", x1=x, y1=55, x2=x + 40, y2=55, **how))
        made.append(text(said, x + 48, 60, 16))
        x += 48 + width_of(said, 16) + 28
    colon = "：" if language == "zh" else ": "
    said = f"{say('ridge', language)}{colon}{ridge_said(way, language)}"
    made.append(element("path", d=_triangle(_RIGHT - _TIP, _TOP - 12), fill=INK))
    made.append(text(said, _RIGHT - 26, _TOP - 14, 16, text_anchor="end"))
    return made
