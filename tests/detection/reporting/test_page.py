"""What a summary says stands in the page of it, in both languages; the page is whole, safe and of bounded size."""

from __future__ import annotations

import base64
import hashlib
import random
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from amur.detection.reporting import page as pages
from amur.detection.reporting.summary import MOST_NAMES, MOST_SAMPLES, Sample, Summary
from amur.detection.sigma.rules import Said
from tests.detection.reporting.making import AT, HOSTILE, MADE_AT, attack, hostile, made, rows, said, sample, told


def _section(tree, name):
    (found,) = tree.xpath(f"//section[@aria-labelledby='{name}']")
    return found


def _rule(tree, title):
    (found,) = [one for one in tree.xpath("//details[@class='rule']") if told(one[0][0][0]) == title]
    return found


@pytest.mark.parametrize(
    ("language", "head", "gravest", "made_on"),
    [
        ("en", "33 hits by 4 rules", "The gravest: Critical · 1 hit by 1 rule", "made on 10 March 2026, 02:00 UTC"),
        ("zh-Hans", "4 条规则命中 33 次", "最严重的 严重　1 条规则，1 次", "2026年3月10日 02:00 UTC 生成"),
    ],
)
def test_the_head_tells_how_much_was_found_and_how_grave_it_is(language, head, gravest, made_on):
    tree = made(attack(), rules=2_407)
    assert told(tree.find(".//h1"), language) == head
    (headline,) = tree.xpath("//section[@class='headline']")
    assert gravest.replace("　", " ") in told(headline, language).replace("　", " ")
    assert made_on in told(headline, language)
    for number in ("1,234", "5.6 MB", "2,407"):
        assert number in told(headline, language)


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
def test_what_could_not_be_read_is_told_by_its_code(language):
    tree = made(attack(), faults=["a.json:3: json: no JSON"], read=["/var/log/a"])
    (unread,) = tree.xpath("//div[@class='unread']")
    assert rows(unread.find("table"), language)[1:] == [["json", "3"], ["damaged", "1"]]
    assert "a.json:3: json: no JSON" in told(unread, language)
    assert "/var/log/a" in told(tree, language)


def test_where_all_was_read_nothing_is_said_of_faults():
    found = attack()
    found.quarantined.clear()
    assert not made(found).xpath("//div[@class='unread']")


def test_each_level_has_its_rules_and_hits():
    table = _section(made(attack()), "severity").find("table")
    assert [row[:3] for row in rows(table)[1:]] == [
        ["Critical", "1", "1"],
        ["High", "1", "30"],
        ["Medium", "1", "1"],
        ["Low", "1", "1"],
        ["Informational", "0", "0"],
    ]
    assert [row[0] for row in rows(table, "zh-Hans")[1:]] == ["严重", "高", "中", "低", "提示"]


def test_the_figure_and_its_table_tell_the_same_and_hits_without_a_time_are_told_beside_it():
    part = _section(made(attack()), "time")
    table = rows(part.find(".//table"))
    assert sum(int(row[-1]) for row in table[1:]) == 32
    assert table[-1] == ["9 March 2026, 22:00", "1", "1", "1", "–", "3"]
    assert len(part.findall(".//svg/g")) == len(table) - 1 == 30
    assert "Most in the hour from 9 March 2026, 22:00: 3 hits" in told(part)
    assert "1 more hit tells no time" in told(part)
    assert "另有 1 次命中没有时间" in told(part, "zh-Hans")


def test_hits_that_all_lack_a_time_make_no_figure():
    found = Summary(events=1)
    found.take(said(), sample(None))
    part = _section(made(found), "time")
    assert part.find(".//svg") is None
    assert "None of the events that were hit tells a time." in told(part)


def test_tactics_stand_in_the_order_of_an_attack_with_the_techniques_that_tags_name():
    table = _section(made(attack()), "attack").find("table")
    found = rows(table)[1:]
    assert [row[0] for row in found] == [
        "ExecutionHigh",
        "StealthHigh",
        "DiscoveryMedium",
        "ImpactCritical",
        "No tactic namedLow",
    ]
    assert [row[1] for row in found] == ["30", "30", "1", "1", "1"]
    assert found[0][2] == "T1027 30 High T1059T1059.001 30 High"
    assert found[3][2] == "T1490 1 Critical"
    assert found[2][2] == "no technique named"
    assert "Without a hit: Reconnaissance, Resource Development" in told(_section(made(attack()), "attack"))


def test_a_technique_shows_the_hits_and_the_gravest_level_of_all_rules_that_name_it_and_leads_to_the_gravest():
    found = Summary(events=3)
    tags = ("attack.impact", "attack.t1490")
    found.take(said("a", "low", tags=tags), sample())
    found.take(said("b", "critical", tags=tags), sample())
    found.take(said("b", "critical", tags=tags), sample())
    tree = made(found)
    (cell,) = tree.xpath("//a[starts-with(@class, 'cell')]")
    assert told(cell) == "T1490 3 Critical"
    (target,) = tree.xpath(f"//details[@id='{cell.get('href')[1:]}']")
    assert told(target.find(".//bdi")) == "Rule b"


def test_rules_stand_with_the_gravest_first_and_tell_their_hits_times_and_techniques():
    tree = made(attack())
    titles = [told(one[0][0][0]) for one in tree.xpath("//details[@class='rule']")]
    assert titles == ["Shadow copies deleted", "Rule two", "Rule many", "Rule low"]
    row = told(_rule(tree, "Rule two")[0])
    assert row == "Rule two T1059.001 T1027 30 hits 2026-03-08 17:15:07 – 2026-03-09 22:15:07"
    assert "no time told" in told(_rule(tree, "Rule low")[0])
    assert "未记时间" in told(_rule(tree, "Rule low")[0], "zh-Hans")


def test_a_rule_holds_its_first_hits_with_place_values_and_event():
    tree = made(attack())
    rule = _rule(tree, "Rule two")
    assert f"The first {MOST_SAMPLES} of 30 hits" in told(rule)
    assert f"最先的 {MOST_SAMPLES} 次命中（共 30 次）" in told(rule, "zh-Hans")
    hits = rule.findall("ol/li")
    assert len(hits) == MOST_SAMPLES
    assert told(hits[0]) == (
        '2026-03-09 22:15:07 a.evtx:7 sysmon host.namepc-00user.nameannRaw event · 14 characters{"EventID": 1}'
    )


def test_what_events_are_about_is_counted_by_name_with_the_most_frequent_first():
    part = _section(made(attack()), "entities")
    tables = {told(one.find("caption")): one for one in part.iter("table")}
    assert list(tables) == ["Hosts host.name", "Users user.name", "Domains asked for dns.question.name"]
    found = rows(tables["Hosts host.name"])
    assert found[1:3] == [["pc-00", "4"], ["pc-01", "3"]]
    assert found[-1] == ["3 more"]


def test_names_beyond_those_that_are_counted_are_told():
    found = attack()
    found.about["user.name"] = Counter({f"u{number}": 1 for number in range(MOST_NAMES)})
    part = _section(made(found), "entities")
    assert f"at least {MOST_NAMES - 10:,} more" in told(part)
    assert f"另有至少 {MOST_NAMES - 10:,} 个" in told(part, "zh-Hans")


def test_a_run_that_found_nothing_says_so_and_what_that_does_not_mean():
    tree = made(Summary(events=10, files=1))
    assert told(tree.find(".//h1")) == "Nothing was found"
    assert told(tree.find(".//h1"), "zh-Hans") == "没有规则命中"
    assert "it does not say that nothing happened" in told(tree)
    assert not tree.xpath("//section[@aria-labelledby]")


def test_a_run_that_read_nothing_does_not_say_that_nothing_was_found():
    tree = made(Summary(files=1, quarantined=Counter(damaged=1)))
    assert told(tree.find(".//h1")) == "No event was read"
    assert told(tree.find(".//h1"), "zh-Hans") == "没有读到事件"


def test_it_says_what_is_counted_and_what_is_not():
    for language, words in {
        "en": ("not an incident", "20", "10,000"),
        "zh-Hans": ("不是一起安全事件", "20", "10,000"),
    }.items():
        part = told(_section(made(attack()), "counting"), language)
        assert [word for word in words if word not in part] == []


@pytest.mark.parametrize("summary", [attack(), hostile(), Summary()], ids=["attack", "hostile", "empty"])
def test_nothing_is_loaded_from_outside_and_nothing_runs_but_the_script_of_the_page(summary):
    tree = made(summary)
    for one in tree.iter("*"):
        assert one.tag not in {"img", "iframe", "object", "embed", "base", "form", "video", "audio", "source", "use"}
        assert not [
            name for name in one.attrib if name.startswith("on") or name in {"src", "srcset", "style", "action"}
        ]
    assert [one.get("href")[:5] for one in tree.iter("link")] == ["data:"]
    assert {re.match(r"#|https://", one.get("href"))[0] for one in tree.iter("a")} <= {"#", "https://"}
    (style,), (script,) = list(tree.iter("style")), list(tree.iter("script"))
    assert not re.search(r"url\(|@import|https?:", style.text)
    (policy,) = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    said = dict(one.strip().split(" ", 1) for one in policy.split(";"))
    assert said == {
        "default-src": "'none'",
        "style-src": _hash(style.text),
        "script-src": _hash(script.text),
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }


def _hash(text):
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_shown_and_does_nothing(text):
    found = Summary(events=1)
    found.take(Said("x", text, level="low", description=text), Sample(AT, text, 1, "", {"host.name": text}, text))
    tree = made(found)
    shown = re.sub(r"\s+", " ", "".join(one if one.isprintable() else f"U+{ord(one):04X}" for one in text))[:200]
    rule = tree.find(".//details[@id='r0']")
    for place in (rule[0][0][0], rule.find(".//pre"), rule.find(".//dd/bdi"), rule.find(".//p[@class='said']")):
        assert told(place).replace("\\ ", "\\")[:200].startswith(shown[:150])


def test_no_sign_that_turns_or_hides_text_and_no_half_of_a_sign_is_in_the_page():
    text = pages.page(hostile(), made_at=MADE_AT)
    text.encode()
    assert {one for one in text if not one.isprintable()} <= {"\n", "\u3000"}


def test_a_long_event_is_cut_and_its_length_told():
    found = Summary(events=1)
    found.take(said(), sample(raw="a" * 1_048_576))
    event = made(found).find(".//pre")
    assert told(event).endswith("a… [4,000 / 1,048,576]")
    assert len(told(event)) < 4_100


@pytest.mark.parametrize("summary", [attack(), hostile(), Summary(events=1)], ids=["attack", "hostile", "empty"])
def test_it_is_in_order_for_those_who_hear_it(summary):
    tree = made(summary, rules=3, read=["a"], faults=["b"])
    levels = [int(one.tag[1]) for one in tree.iter("h1", "h2", "h3", "h4")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert all(one.get("scope") in {"row", "col"} for one in tree.iter("th"))
    names = [one.get("id") for one in tree.iter("*") if one.get("id")]
    assert len(names) == len(set(names))
    referred = [one.get(name) for one in tree.iter("*") for name in ("for", "aria-labelledby") if one.get(name)]
    referred += [one.get("href")[1:] for one in tree.iter("a") if one.get("href").startswith("#")]
    assert set(referred) <= set(names)


@pytest.mark.parametrize("summary", [attack(), Summary(events=1), Summary()], ids=["attack", "nothing", "unread"])
def test_every_sentence_is_there_in_both_languages(summary):
    tree = made(summary, rules=3, read=["a"], faults=["b"])
    for one in tree.xpath("//span[@lang='zh-Hans'][not(ancestor::header)]"):
        after = one.getnext()
        assert (after.tag, after.get("lang"), one.tail) == ("span", "en", None)
    for one in tree.xpath("//*[not(self::style or self::script or self::title)]/text()"):
        around = one.getparent()
        if re.search(r"[\u4e00-\u9fff]", one) and one.is_text:
            assert around.xpath("ancestor-or-self::*[@lang='zh-Hans'] | ancestor::header"), one
    for one in tree.xpath("//span[@lang='en']"):
        assert not re.search(r"[\u4e00-\u9fff]", told(one).replace("令行", "")), told(one)


@pytest.mark.deep
def test_a_page_has_a_bounded_size_however_much_was_found_and_says_what_it_leaves_out():
    found = Summary(events=10**9)
    chance = random.Random(5)
    for number in range(pages.MOST_RULES + 50):
        rule = said(f"{number:05}", chance.choice(["critical", "low"]), description="\x00" * 2_000, tags=("x",) * 90)
        for turn in range(2):
            found.take(
                rule, sample(raw="\x00<" * 9_000, host__name=f"{number} {turn}", **{f"n{number % 99}": "\x00" * 900})
            )
    text = pages.page(found, made_at=MADE_AT, read=["\x00" * 999] * 9_999, faults=["<" * 999] * 9_999)
    assert len(text.encode()) < 9_000_000
    tree = made(found)
    listed = len(tree.xpath("//details[@class='rule']"))
    left = len(found.rules) - listed
    assert 0 < listed < pages.MOST_RULES
    assert f"{left:,} more rules with {2 * left:,} hits are not listed" in told(tree)
    assert f"另有 {left:,} 条规则、{2 * left:,} 次命中未列出" in told(tree, "zh-Hans")
    shown = len(tree.xpath("//li[@class='sample']"))
    assert f"this page shows {shown:,} of the {2 * len(found.rules):,} that were kept" in told(tree)
    assert all(len(one.findall("ol/li")) for one in tree.xpath("//details[@class='rule']")[:20])


def test_a_rule_whose_hits_found_no_room_says_so(monkeypatch):
    monkeypatch.setattr(pages, "MOST_BYTES_OF_SAMPLES", 1)
    assert "Its events are not in this page" in told(_rule(made(attack()), "Rule two"))


@pytest.mark.parametrize(
    ("days", "unit"),
    [
        (0.1, "hour"),
        (3, "hour"),
        (30, "day"),
        (300, "week"),
        (900, "week"),
        (3_000, "month"),
        (30_000, "year"),
        (300_000, "decade"),
    ],
)
def test_a_timeline_of_any_length_holds_each_hit_once_in_bars_that_can_be_told_apart(days, unit):
    found = Summary(events=100)
    for number in range(100):
        found.take(said(), sample(AT - timedelta(days=days * number / 99)))
    part = _section(made(found), "time")
    assert sum(int(row[-1]) for row in rows(part.find(".//table"))[1:]) == 100
    assert f"Each bar is one {unit}" in told(part)
    width = float(part.find(".//svg").get("viewBox").split()[2])
    assert all(0 <= float(one.get("x")) <= width - 8 for one in part.iter("rect"))


def test_times_that_no_log_should_tell_break_nothing():
    found = Summary(events=2)
    for at in (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)):
        found.take(said(), sample(at))
    assert "0–9" in told(_section(made(found), "time"))
