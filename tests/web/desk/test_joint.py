"""Pages of joint work: the lead asks and hands over, a member gives its part, the receiver verifies and confirms."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from amur.procedures.joint.models import AskedPart, HandOver
from amur.procedures.models import Case
from tests.web.consulting import ASKED, consulted
from tests.web.house import MARKS, PLAN, House

pytestmark = [pytest.mark.django_db, pytest.mark.either]


def sent_to(client, address: str, what: str, **values: object):
    """Send the form of a page that does one thing."""
    page = client.get(address).content.decode()
    for form in re.findall(r"<form.*?</form>", page, re.DOTALL):
        if f'name="what" value="{what}"' in form:
            hidden = dict(re.findall(r'<input type="hidden" name="(what|key|version)" value="([^"]*)"', form))
            return client.post(address, hidden | values)
    raise AssertionError(f"{address} offers no {what}")


def test_the_lead_asks_for_a_part_and_a_member_gives_it(house: House):
    case, lead, member = consulted(house), house.client("handler"), house.client("police")
    page = lead.get(f"/en/desk/cases/{case.number}/").content.decode()
    assert "Joint work" in page
    address = f"/en/desk/cases/{case.number}/joint/"
    assert sent_to(lead, address, "ask", ask="", text="x").status_code == 422
    empty = sent_to(lead, address, "ask", ask=f"traces:{ASKED[0]}", text=" ")
    assert "Say what the body is asked to do" in empty.content.decode()
    assert sent_to(lead, address, "ask", ask=f"traces:{ASKED[0]}", text="Secure it.").status_code == 302
    row = AskedPart.objects.get()
    listed = member.get("/en/desk/asked/").content.decode()
    assert "Secure the traces" in listed
    own = f"/en/desk/asked/parts/{row.pk}/"
    page = member.get(own).content.decode()
    assert "Secure it." in page
    assert "演示 征求意见" in page
    assert not [mark for mark in MARKS if mark != MARKS[5] and mark in page]
    file = re.search(r'href="([^"]+/files/[^"]+)"', page)
    assert b"".join(member.get(file[1]).streaming_content) == PLAN
    assert member.post(own, {"text": ""}).status_code == 422
    bad = member.post(own, {"text": "x", "file": SimpleUploadedFile("a.exe", b"MZ\x90\x00" * 9)})
    assert "Send the file" in bad.content.decode()
    assert member.post(own, {"text": "Done.", "file": SimpleUploadedFile("a.pdf", PLAN)}).status_code == 302
    assert member.post(own, {"text": "Again."}).status_code == 409
    page = member.get(own).content.decode()
    assert "Done." in page
    assert "演示 征求意见" not in page
    page = lead.get(address).content.decode()
    assert "Done." in page
    assert "a.pdf" in page
    assert "Everything that was asked is given." in lead.get(f"/en/desk/cases/{case.number}/").content.decode()


def test_a_case_is_handed_over_by_the_hash_that_the_receiver_computes(house: House):
    case, lead, receiver = consulted(house), house.client("decider"), house.client("police")
    address = f"/en/desk/cases/{case.number}/joint/"
    assert "Choose which body" in sent_to(lead, address, "offer", to="").content.decode()
    assert sent_to(lead, address, "offer", to=ASKED[0]).status_code == 302
    row = HandOver.objects.get()
    assert "Take the offer back" in lead.get(address).content.decode()
    assert "Offered to" in lead.get(f"/en/desk/cases/{case.number}/").content.decode()
    assert case.number in receiver.get("/en/desk/asked/").content.decode()
    own = f"/en/desk/handed/{row.pk}/"
    assert "files in the pack" in receiver.get(own).content.decode()
    archive = zipfile.ZipFile(io.BytesIO(b"".join(receiver.get(f"{own}pack/").streaming_content)))
    found = hashlib.sha256(archive.read("tagmanifest-sha256.txt")).hexdigest()
    wrong = sent_to(receiver, own, "confirm", manifest="0" * 64)
    assert wrong.status_code == 422
    assert "not the hash of the offered pack" in wrong.content.decode()
    assert sent_to(receiver, own, "confirm", manifest=found).status_code == 302
    assert Case.objects.get(pk=case.pk).body_id == ASKED[0]
    assert "confirmed" in receiver.get(own).content.decode()
    assert receiver.get(f"/en/desk/cases/{case.number}/").status_code == 200
    assert lead.get(f"/en/desk/cases/{case.number}/").status_code == 404
    party = house.client("firm").get(f"/cases/{case.number}/").content.decode()
    assert "现在由谁办理" in party
    assert "黑龙江省公安厅" in party


def test_a_refusal_needs_a_reason_and_the_lead_reads_it(house: House):
    case, lead, receiver = consulted(house), house.client("decider"), house.client("police")
    address = f"/en/desk/cases/{case.number}/joint/"
    sent_to(lead, address, "offer", to=ASKED[0])
    own = f"/en/desk/handed/{HandOver.objects.get().pk}/"
    assert "Say why it is refused." in sent_to(receiver, own, "refuse", reason="").content.decode()
    assert sent_to(receiver, own, "refuse", reason="Not ours.").status_code == 302
    page = lead.get(address).content.decode()
    assert "Not ours." in page
    assert "Offer the case" in page
    assert receiver.post(own, {"what": "confirm", "manifest": "x"}).status_code in {409, 422}


def test_an_offer_is_taken_back_and_one_of_a_case_that_moved_says_so(house: House):
    case, lead = consulted(house), house.client("decider")
    address = f"/en/desk/cases/{case.number}/joint/"
    sent_to(lead, address, "offer", to=ASKED[0])
    assert sent_to(lead, address, "withdraw").status_code == 302
    assert HandOver.objects.get().state == "withdrawn"
    sent_to(lead, address, "offer", to=ASKED[1])
    row = HandOver.objects.get(state="offered")
    Case.objects.filter(pk=case.pk).update(version=case.version + 1)
    assert "The case moved since" in lead.get(address).content.decode()
    page = house.client("web").get(f"/en/desk/handed/{row.pk}/").content.decode()
    assert "It cannot be confirmed any more" in page
    assert "Confirm the hand-over" not in page
    answer = house.client("web").post(f"/en/desk/handed/{row.pk}/", {"what": "confirm", "manifest": row.manifest_hash})
    assert answer.status_code == 409


def test_nobody_else_finds_a_part_an_offer_or_the_page_of_joint_work(house: House):
    case = consulted(house)
    sent_to(house.client("handler"), f"/en/desk/cases/{case.number}/joint/", "ask", ask=f"traces:{ASKED[0]}", text="x")
    sent_to(house.client("decider"), f"/en/desk/cases/{case.number}/joint/", "offer", to=ASKED[0])
    part, row = AskedPart.objects.get(), HandOver.objects.get()
    for address in (f"/desk/asked/parts/{part.pk}/", f"/desk/handed/{row.pk}/", f"/desk/handed/{row.pk}/pack/"):
        for who in ("web", "elsewhere", "coordinator", "system"):
            assert house.client(who).get(address).status_code == 404, (who, address)
    assert house.client("handler").post(f"/en/desk/handed/{row.pk}/", {"what": "confirm"}).status_code == 403
    assert house.client("handler").get(f"/desk/cases/{house.case.number}/joint/").status_code == 404
