"""P18: a document as a PDF. Other programs read its text, its data and its codes; hostile text is text."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amur.base.acting import PUBLIC, SYSTEM, system
from amur.base.erasure import Ground
from amur.base.faults import Conflict, NotFound
from amur.base.glyphs import legible
from amur.ledger import acts as ledger
from amur.procedures import reads
from amur.procedures.acts.erasing import forget
from amur.procedures.models import Document
from amur.procedures.papers.letters import Letter, Section, letter_of, pdf_of
from tests.procedures.papers.judges import codes_on, plain, read, text_of

ORIGIN = "https://amur.example/"
AT = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)
HOSTILE = '#import "x": * \\ $x^2$ {} [] <b> _i_ *b* @ref // /* `raw` #{panic()} ~ -- \'q\' "q"'
VERIFIER = Path(__file__).resolve().parents[3] / "tools" / "verify_ledger.py"


def letter(*paragraphs: str, **changes) -> Letter:
    known = {
        "language": "zh",
        "number": "BY-2026-00001",
        "case_number": "LAN-2026-00001",
        "title": "不予许可决定书",
        "addressee": "移动灯一号：",
        "paragraphs": paragraphs or ("你方的申请，决定不予许可。",),
        "sections": (Section("理由", ("太亮", "太吵")),),
        "issuer": "灯塔局",
        "issued_on": "2026年3月10日",
        "issued_at": AT,
        "entry_hash": "ab" * 32,
        "says": "cd" * 32,
        "for_scanners": True,
    }
    return Letter(**{**known, **changes})


def test_a_letter_says_its_text_in_order_and_its_data_name_it():
    made = pdf_of(letter(), ORIGIN)
    said = plain(made)
    in_order = [
        "灯塔局",
        "编号：BY-2026-00001",
        "不予许可决定书",
        "移动灯一号：",
        "决定不予许可",
        "太亮",
        "太吵",
        "2026年3月10日",
    ]
    places = [said.index(one) for one in in_order]
    assert places == sorted(places)
    assert "第1页，共1页" in said
    found = read(made)
    assert found.metadata.title == "不予许可决定书"
    assert found.metadata.author == "灯塔局"
    assert found.metadata.creation_date == AT
    root = found.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "zh-CN"
    assert "/StructTreeRoot" in root
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    declared = root["/Metadata"].get_data().decode()
    assert "<pdfuaid:part>1</pdfuaid:part>" in declared
    assert "<pdfaid:part>2</pdfaid:part>" in declared


def test_nothing_of_the_machines_fonts_is_used():
    for page in read(pdf_of(letter("文 Text ① α"), ORIGIN)).pages:
        names = {font.get_object()["/BaseFont"] for font in page["/Resources"]["/Font"].values()}
        assert names
        assert all("NotoSans" in name for name in names)


def test_the_same_document_is_the_same_bytes_and_another_is_not():
    assert pdf_of(letter(), ORIGIN) == pdf_of(letter(), ORIGIN)
    assert pdf_of(letter(), ORIGIN) != pdf_of(letter("别的"), ORIGIN)


def test_a_translation_says_which_text_prevails():
    assert "The Chinese text prevails." in text_of(pdf_of(letter(language="en"), ORIGIN))
    assert "中文本为准" not in plain(pdf_of(letter(), ORIGIN))


def test_scanners_read_both_codes_on_the_drawn_page():
    found = codes_on(pdf_of(letter(), ORIGIN))
    assert found["Code128"] == "LAN-2026-00001"
    address = urlsplit(found["QRCode"])
    assert (address.netloc, address.path) == ("amur.example", "/verify/")
    assert parse_qs(address.query) == {
        "entry": ["ab" * 32],
        "document": ["BY-2026-00001"],
        "says": ["cd" * 32],
    }
    assert "Code128" not in codes_on(pdf_of(letter(for_scanners=False), ORIGIN))


@pytest.mark.parametrize("where", ["title", "addressee", "issuer", "issued_on", "paragraphs", "sections"])
def test_hostile_text_comes_out_as_text_wherever_it_stands(where):
    value = {"paragraphs": (HOSTILE,), "sections": (Section(HOSTILE, (HOSTILE, "二")),)}.get(where, HOSTILE)
    assert "".join(HOSTILE.split()) in plain(pdf_of(letter(**{where: value}), ORIGIN))


def test_what_the_font_cannot_draw_is_written_as_its_number_and_never_lost():
    made = plain(pdf_of(letter("表情😀、سلام、\u202e倒写、\x00"), ORIGIN))
    assert "表情〔U+1F600〕、〔U+0633U+0644U+0627U+0645〕、〔U+202E〕倒写、〔U+0000〕" in made
    assert "𠮷㐂鱻" in plain(pdf_of(letter("𠮷㐂鱻"), ORIGIN))


def test_a_hundred_thousand_characters_are_set_page_after_page():
    made = pdf_of(letter(*["长文本，没有尽头。" * 111] * 100), ORIGIN)
    pages = read(made).pages
    assert len(pages) > 60
    assert f"第{len(pages)}页，共{len(pages)}页" in "".join(pages[-1].extract_text().split())
    assert codes_on(made, len(pages) - 1)["QRCode"].startswith("https://amur.example/verify/")


@settings(max_examples=10, deadline=None)
@given(st.text(max_size=300))
def test_any_text_becomes_a_letter(said):
    assert pdf_of(letter(said, title=said or "t"), ORIGIN).startswith(b"%PDF-1.7")


def test_setting_a_letter_lets_others_go_on():
    """While a long letter is set in one thread, another one keeps running: the page of one blocks nobody."""
    long, running, ticks = letter(*["长文本，没有尽头。" * 111] * 100), threading.Event(), 0

    def work() -> None:
        pdf_of(long, ORIGIN)
        running.set()

    thread = threading.Thread(target=work)
    thread.start()
    while not running.wait(0.001):
        ticks += 1
    thread.join()
    assert ticks > 5


def test_a_short_letter_is_set_in_less_than_half_a_second():
    pdf_of(letter(), ORIGIN)
    begun = time.perf_counter()
    pdf_of(letter("另一封"), ORIGIN)
    assert time.perf_counter() - begun < 0.5


def test_a_scalar_that_is_no_character_is_named_too():
    assert legible("a\ud800b") == "a〔U+D800〕b"


@pytest.mark.django_db
@pytest.mark.both
def test_an_issued_document_is_verified_offline_from_its_code_its_proof_and_a_published_head(refused, now, tmp_path):
    case, document = refused()
    ledger.seal(now)
    found = codes_on(pdf_of(letter_of(document, case.number, "zh", for_scanners=True), ORIGIN))
    asked = parse_qs(urlsplit(found["QRCode"]).query)
    proof = reads.proof_of(SYSTEM, case.pk, asked["document"][0])
    verified = _verify(tmp_path, proof)
    assert verified.returncode == 0, verified.stdout
    assert f"entry    {asked['entry'][0]}" in verified.stdout
    assert f"content  {asked['says'][0]}" in verified.stdout
    assert "太亮" not in json.dumps(proof["receipt"], ensure_ascii=False)
    proof["content"]["zh"]["title"] = "准予许可决定书"
    assert "ALTERED" in _verify(tmp_path, proof).stdout
    assert _verify(tmp_path, proof).returncode == 1
    with pytest.raises(NotFound):
        reads.proof_of(PUBLIC, case.pk, document.number)


@pytest.mark.django_db
def test_a_browser_verifies_a_proof_too(refused, now, tmp_path):
    node = shutil.which("node")
    if node is None:
        pytest.skip("NOT CHECKED: no node on this machine, so the second implementation did not run")
    case, document = refused()
    ledger.seal(now)
    proof = reads.proof_of(SYSTEM, case.pk, document.number)
    forged = proof | {"content": {"zh": {"title": "准予许可决定书"}}}
    source = VERIFIER.parents[1] / "src" / "amur" / "web" / "static" / "amur" / "verify.js"
    script = tmp_path / "verify.mjs"
    script.write_bytes(
        source.read_bytes()
        + f"""
for (const proof of {json.dumps([proof, forged], ensure_ascii=False)}) {{
  const found = await verifyReceipt(proof);
  console.log(JSON.stringify([found.ok, found.steps.find((one) => one.id === "document").ok]));
}}
""".encode()
    )
    done = subprocess.run([node, str(script)], capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["[true,true]", "[false,false]"], done.stderr


def _verify(folder: Path, proof: dict) -> subprocess.CompletedProcess[str]:
    file = folder / "proof.json"
    file.write_text(json.dumps(proof, ensure_ascii=False), encoding="utf-8")
    return subprocess.run(
        [sys.executable, str(VERIFIER), "document", str(file)], capture_output=True, text=True, check=False
    )


@pytest.mark.django_db
def test_a_proof_waits_for_the_seal(refused):
    case, document = refused()
    with pytest.raises(Conflict):
        reads.proof_of(SYSTEM, case.pk, document.number)


@pytest.mark.django_db
def test_an_erased_document_has_no_letter_and_no_proof(refused, now):
    case, document = refused()
    forget(case, by=system("test"), now=now, ground=Ground("over", ""))
    again = Document.objects.get(pk=document.pk)
    assert letter_of(again, case.number, "zh") is None
    assert (again.salt, again.says) == ("", document.says)
    with pytest.raises(NotFound):
        reads.proof_of(SYSTEM, case.pk, document.number)
