"""The stand-alone verifier, run as the other side runs it: on a file, in a bare Python, without Amur."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

from amur.base.acting import SYSTEM
from amur.ledger import acts, engine, reads
from amur.ledger.models import Checkpoint

from .conftest import NOW, OFFICER

pytestmark = [pytest.mark.django_db, pytest.mark.either]  # the tool sees the export, not the database

TOOL = Path(__file__).parents[2] / "tools" / "verify_ledger.py"


@pytest.fixture
def run(tmp_path):
    """Return a function that verifies a value (JSON, or lines of it) and gives exit code and output."""

    def verify(what, value, *options):
        file = tmp_path / f"{what}.json"
        lines = value if isinstance(value, list) else [value]
        file.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines))
        # -I: no environment, no site packages of the user; -S: no site packages at all.
        done = subprocess.run(
            [sys.executable, "-I", "-S", str(TOOL), what, str(file), *options],
            capture_output=True,
            text=True,
            check=False,
            env={"PYTHONIOENCODING": "utf-8"},
        )
        return done.returncode, done.stdout + done.stderr

    return verify


@pytest.fixture(params=["ed25519+sha256", "sm2+sm3"])
def log(request, write, settings):
    """Return the lines of an export: 3 subjects, 12 entries and one erasure, 4 heads, of both suites."""
    settings.LEDGER_SUITE = request.param
    for part in range(4):
        entries = [write(f"case:{number}", body={"part": part, "名": "令行"}) for number in range(3)]
        if part == 2:
            acts.erase(entries[0].leaf, by=OFFICER, now=NOW, reason="asked")
        acts.seal(NOW)
    return exported()


def exported(**options):
    import io

    stream = io.StringIO()
    reads.export(SYSTEM, stream, **options)
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def entry_at(log, index):
    return next(place for place, line in enumerate(log) if line["type"] == "entry" and line["index"] == index)


def test_a_whole_log_holds(run, log):
    code, said = run("export", log)
    assert code == 0, said
    assert "export of 13 entries in 3 subjects: all holds" in said
    assert "taken on trust" in said
    assert run("export", log, "--key", log[-1]["public_key"])[0] == 0
    assert run("export", log, "--key", "ab" * 32)[0] == 1


def test_shown_contents_hold_and_erased_ones_are_no_fault(run, log):
    log = exported(disclose=True)
    shown = [line["disclosed"] for line in log if line["type"] == "entry"]
    assert sum("body" not in each for each in shown) == 1
    code, said = run("export", log)
    assert code == 0, said
    place = entry_at(log, 4)
    log[place]["disclosed"]["body"]["value"]["part"] = 9
    code, said = run("export", log)
    assert code == 1
    assert "entry 4: the body shown is not what the header commits to" in said


def reseal(line):
    """Hash an altered entry anew, as a forger would."""
    suite = engine.suite_of_log(json.loads(line["header"])["log"])
    line["leaf"] = engine.leaf_hash(line["header"].encode(), suite.digest).hex()


def test_a_flipped_byte_is_found_at_its_entry(run, log):
    place = entry_at(log, 4)
    log[place]["header"] = log[place]["header"].replace("case.submitted", "case.submittee")
    code, said = run("export", log)
    assert code == 1
    assert "FAULT entry 4: ALTERED" in said


def test_an_altered_entry_with_its_hash_made_anew_is_found_by_its_chain(run, log):
    place = entry_at(log, 4)
    log[place]["header"] = log[place]["header"].replace("case.submitted", "case.submittee")
    reseal(log[place])
    code, said = run("export", log)
    assert code == 1
    assert "case:1 2 does not follow entry 4" in said


def test_an_altered_last_entry_with_its_hash_made_anew_is_found_by_the_head(run, log):
    place = entry_at(log, 12)
    log[place]["header"] = log[place]["header"].replace("case.submitted", "case.submittee")
    reseal(log[place])
    code, said = run("export", log)
    assert code == 1
    assert "FAULT entries 10 to 12: ALTERED" in said


@pytest.mark.parametrize("renumbered", [False, True])
def test_a_dropped_entry_is_found(run, log, renumbered):
    del log[entry_at(log, 4)]
    if renumbered:
        for line in log:
            if line["type"] == "entry" and line["index"] > 4:
                line["index"] -= 1
    code, said = run("export", log)
    assert code == 1
    assert "case:1 lacks sequence 1 to 1" in said
    assert renumbered or "entry 4 should stand here" in said


@pytest.mark.parametrize("renumbered", [False, True])
def test_reordered_entries_are_found(run, log, renumbered):
    first, second = entry_at(log, 3), entry_at(log, 5)
    log[first], log[second] = log[second], log[first]
    if renumbered:
        log[first]["index"], log[second]["index"] = 3, 5
    code, said = run("export", log)
    assert code == 1
    assert ("entries 3 to 5: ALTERED" in said) if renumbered else ("FAULT entry 5: DROPPED or REORDERED" in said)


def test_a_truncated_tail_is_found_by_the_size_and_by_the_mirror(run, log, tmp_path):
    mirror = tmp_path / "heads.jsonl"
    assert run("export", log, "--mirror", str(mirror))[0] == 0
    short = log[: entry_at(log, 10)]
    assert "TRUNCATED" in run("export", short)[1]
    short[0]["size"] = 10  # and now consistent in itself: only who saw the later head can tell
    assert run("export", short)[0] == 0
    code, said = run("export", short, "--mirror", str(mirror))
    assert code == 1
    assert "entries 10 to 12: TRUNCATED" in said


def test_a_head_cut_off_leaves_entries_that_nobody_signed(run, log):
    code, said = run("export", log[:-1])
    assert code == 1
    assert "entries 10 to 12: TRUNCATED" in said


def test_a_fork_of_a_subject_is_found(run, log):
    place = entry_at(log, 4)
    log.insert(place + 1, {**log[place], "index": 5})
    code, said = run("export", log)
    assert code == 1
    assert "FORKED or REORDERED: case:1 has a sequence 1 already" in said


def test_a_split_view_is_found_by_the_mirror(run, log, tmp_path):
    mirror = tmp_path / "heads.jsonl"
    other = json.loads(log[-1]["body"])
    mirror.write_text(json.dumps({"origin": other["origin"], "root": "0" * 64, "size": 13}) + "\n")
    code, said = run("export", log, "--mirror", str(mirror))
    assert code == 1
    assert "SPLIT VIEW" in said
    mirror.write_text(json.dumps({"origin": other["origin"], "root": "0" * 64, "size": 5}) + "\n")
    assert "SPLIT VIEW" in run("export", log, "--mirror", str(mirror))[1]
    mirror.write_text(json.dumps({"origin": "amur:other", "root": "0" * 64, "size": 5}) + "\n")
    assert run("export", log, "--mirror", str(mirror))[0] == 1


def test_a_forged_signature_is_found(run, log):
    log[-1]["signature"] = log[-1]["signature"][:-2] + ("00" if log[-1]["signature"][-2:] != "00" else "01")
    code, said = run("export", log)
    assert code == 1
    assert "checkpoint of size 13: the signature does not hold" in said


def test_a_rotated_key_is_followed_and_a_foreign_one_is_not(run, write):
    write()
    first = acts.seal(NOW)
    acts.rotate_key(by=OFFICER, now=NOW, reason="yearly")
    acts.seal(NOW)
    write()
    second = acts.seal(NOW)
    assert first.key_id != second.key_id
    log = exported()
    key = log[2]["public_key"]
    code, said = run("export", log, "--key", key)
    assert code == 0, said
    for line in log:
        line.pop("disclosed", None)
    code, said = run("export", log, "--key", key)
    assert code == 1
    assert "which nothing trusted introduced" in said


def test_a_receipt_holds_and_each_altered_part_does_not(run, log):
    leaf = json.loads(json.dumps(log[entry_at(log, 5)]))["leaf"]
    receipt = reads.receipt(SYSTEM, leaf, disclose=("act", "body"))
    code, said = run("receipt", receipt)
    assert code == 0, said
    assert "receipt for case.submitted of case:2: all holds" in said

    def altered(**changes):
        return run("receipt", {**receipt, **changes})[0]

    assert altered(index=6) == 1
    assert altered(path=receipt["path"][:-1]) == 1
    assert altered(path=[*receipt["path"][:-1], "0" * 64]) == 1
    assert altered(header=receipt["header"].replace("case:2", "case:3")) == 1
    body = receipt["disclosed"]["body"]
    assert altered(disclosed={"body": {**body, "value": {"part": 1, "名": "行令"}}}) == 1
    assert altered(disclosed={"body": {**body, "salt": "0" * 64}}) == 1
    assert (
        altered(checkpoint={**receipt["checkpoint"], "public_key": "0" * len(receipt["checkpoint"]["public_key"])}) == 1
    )
    assert altered(path=None) == 2


def test_one_head_extends_another(run, log):
    sizes = [head.size for head in Checkpoint.objects.order_by("size")]
    for old, new in [(old, new) for old in sizes for new in sizes if old <= new]:
        code, said = run("consistency", reads.extension(old, new))
        assert code == 0, said
    proof = reads.extension(sizes[1], sizes[3])
    proof["path"][0] = "0" * 64
    assert run("consistency", proof)[0] == 1
    proof = reads.extension(sizes[1], sizes[3])
    assert run("consistency", {**proof, "path": proof["path"][:-1]})[0] == 1


def test_what_is_no_ledger_is_an_error_not_a_fault(run, tmp_path):
    assert run("receipt", "not json")[0] == 2
    assert run("export", ["[]"])[0] == 2
    assert subprocess.run([sys.executable, str(TOOL), "receipt", str(tmp_path / "none")], check=False).returncode == 2


def test_the_tool_agrees_with_the_engine_on_random_tampering(run, log):
    """Whatever one random change does to a log, the tool does not call it whole."""
    rng = random.Random(7)
    for _ in range(12):
        copy = json.loads(json.dumps(log))
        place = rng.randrange(1, len(copy))
        kind = rng.choice(["drop", "double", "swap", "flip"])
        if kind == "drop":
            del copy[place]
        elif kind == "double":
            copy.insert(place, copy[place])
        elif kind == "swap":
            other = rng.choice([each for each in range(1, len(copy)) if each != place])
            copy[place], copy[other] = copy[other], copy[place]
        else:
            field = "header" if copy[place]["type"] == "entry" else "body"
            text = copy[place][field]
            at = rng.randrange(len(text))
            copy[place][field] = text[:at] + chr(ord(text[at]) ^ 1) + text[at + 1 :]
        code, said = run("export", copy)
        assert code != 0, (kind, place, said)


def test_the_tool_is_short_and_imports_only_the_standard_library():
    text = TOOL.read_text()
    assert len(text.splitlines()) < 330
    imports = {line.split()[1] for line in text.splitlines() if line.startswith(("import ", "from "))}
    assert imports <= sys.stdlib_module_names
