"""The records and queries of the search bench: real words by a plain rule, drawn with a fixed seed.

Words and their frequencies are the dictionary of jieba; places are the counties of the 2020 census, where the shared
data are there, else the dictionary's own place names.
"""

from __future__ import annotations

import csv
import os
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from itertools import accumulate
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SEED = 20_170
START = datetime(2023, 1, 1, tzinfo=UTC)
KINDS = ("有限公司", "有限责任公司", "股份有限公司", "集团", "合作社", "服务中心", "研究院", "经营部")
SERVICES = (
    "移动宽带",
    "固定宽带",
    "互联网接入",
    "信息服务",
    "数据中心",
    "内容分发",
    "语音业务",
    "IPTV",
    "5G基站",
    "IPv6",
)
TYPES = ("许可", "备案", "变更", "注销", "年报", "检查", "投诉", "执法")
ASKED = (
    "网", "宽带", "执法", "基站", "数据", "移动", "5G", "IPTV", "IPv6", "有限公司", "信息服务", "移动宽带",
    "互联网", "合作社", "研究院", "内容分发", "数据中心", "备案变更",
)  # fmt: skip
"""What people ask for, one to six characters."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record: what it is called, what it says, when it happened."""

    ref: str
    title: str
    text: str
    happened_at: datetime


def words() -> tuple[list[str], list[int]]:
    """Return the words of the dictionary that are Chinese throughout, and how often each occurs."""
    found, often = [], []
    for line in (files("jieba") / "dict.txt").read_text(encoding="utf-8").splitlines():
        word, count, _ = line.split(" ")
        if all("\u4e00" <= character <= "\u9fff" for character in word):
            found.append(word)
            often.append(int(count))
    return found, often


def places() -> list[str]:
    """Return names of places."""
    shared = Path(os.environ.get("AMUR_SHARED") or ROOT.parent / "shared")
    table = shared / "data" / "census" / "county_2020.csv"
    if table.exists():
        with table.open(encoding="utf-8") as file:
            return sorted({row["市"] + row["区县"] for row in csv.DictReader(file)})
    lines = (files("jieba") / "dict.txt").read_text(encoding="utf-8").splitlines()
    return [line.split(" ")[0] for line in lines if line.endswith(" ns")]


def records(rows: int) -> Iterator[Record]:
    """Give the records, the oldest first: place, two words, kind; service, type, 8 to 16 words by frequency; number."""
    draw = random.Random(SEED)
    vocabulary, often = words()
    summed = list(accumulate(often))
    named = places()
    for number in range(rows):
        title = draw.choice(named) + draw.choice(vocabulary) + draw.choice(vocabulary) + draw.choice(KINDS)
        said = draw.choices(vocabulary, cum_weights=summed, k=draw.randint(8, 16))
        half = len(said) // 2
        body = f"{draw.choice(SERVICES)}{draw.choice(TYPES)}，{''.join(said[:half])}。{''.join(said[half:])}"
        yield Record(f"{number:07}", title, f"{title}\n{body}\nHB-{number:07}", START + timedelta(seconds=97 * number))


def queries(texts: list[str]) -> list[str]:
    """Return 18 queries as people ask them and 32 random pieces of records, of 2, 3, 4 and 6 characters."""
    draw = random.Random(SEED + 1)
    found = list(ASKED)
    for length in (2, 3, 4, 6) * 8:
        while True:
            line = draw.choice(draw.choice(texts).split("\n"))
            at = draw.randrange(max(1, len(line) - length + 1))
            piece = line[at : at + length]
            if (
                len(piece) == length
                and piece not in found
                and all("\u4e00" <= character <= "\u9fff" for character in piece)
            ):
                found.append(piece)
                break
    return found
