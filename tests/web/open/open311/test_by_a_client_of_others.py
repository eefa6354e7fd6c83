"""The calls of GeoReport v2, driven over a socket by a client that nobody here wrote, and judged as a validator does.

The rules of the validator are those of SeeClickFix's open311-validator, written anew.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from urllib.request import Request, urlopen
from xml.etree import ElementTree as ET

import pytest
from django.core.cache import caches
from georeport import GeoReport

from tests.procedures.lights import furnish

pytestmark = [pytest.mark.either]
REPORT = b"service_code=light_fault&lat=45.756967&long=126.642464&attribute%5Bkind%5D=dark&description=dark%20%26%20wet"
ISO_8601 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d([+-]\d\d:\d\d|Z)")


@pytest.fixture
def server(transactional_db, clock, now, live_server) -> str:
    caches["counts"].clear()
    furnish(now)
    return live_server.url


def fetched(address: str, body: bytes | None = None) -> tuple[str, bytes]:
    with urlopen(Request(address, data=body)) as answer:
        return answer.headers["Content-Type"], answer.read()


def test_a_client_of_others_reads_services_and_reports_in_both_forms(server):
    for form in ("xml", "json"):
        city = GeoReport(f"{server}/en/open311/v2", jurisdiction="lantern", output_format=form)
        listed = city.get_service_list()
        service = listed if isinstance(listed, dict) else listed[0]
        assert (service["service_code"], service["service_name"]) == ("light_fault", "Light & fault")
        definition = city.get_service_definition("light_fault")
        asked = definition["attributes"]["attribute"] if form == "xml" else definition["attributes"]
        assert [one["code"] for one in asked][:3] == ["region", "kind", "since"]
        for words in (b" first", b" second"):
            sent = fetched(f"{server}/en/open311/v2/requests.json", REPORT + words + form.encode())[1]
            number = json.loads(sent)[0]["service_request_id"]
        both = city.get_service_requests(service_code="light_fault", status="open")
        told = {one["description"] for one in both}
        assert {f"dark & wet first{form}", f"dark & wet second{form}"} <= told
        march = city.get_service_requests(start_date="2026-03-01T00:00:00Z", end_date="2026-03-31T00:00:00Z")
        assert march == both
        assert city.get_service_requests(service_request_id=number, status="closed")
        one = city.get_service_request(number)
        assert (one["service_request_id"], one["status"]) == (number, "open")
        assert (float(one["lat"]), float(one["long"])) == (45.756967, 126.642464)
        assert one["requested_datetime"] == "2026-03-10T10:00:00+08:00"


def test_discovery_passes_the_rules_of_the_validator(server, now):
    xml_type, xml_body = fetched(f"{server}/open311/discovery.xml")
    json_type, json_body = fetched(f"{server}/open311/discovery.json")
    assert (xml_type.partition(";")[0], json_type.partition(";")[0]) == ("text/xml", "application/json")
    xml, plain = ET.fromstring(xml_body), json.loads(json_body)
    assert xml.tag == "discovery"
    for name in ("contact", "key_service", "changeset"):
        assert xml.findtext(name) == plain[name]
        assert plain[name].strip()
    endpoints = [
        {child.tag: child.text for child in one} | {"formats": [form.text for form in one.findall("formats/format")]}
        for one in xml.findall("endpoints/endpoint")
    ]
    assert endpoints == plain["endpoints"]
    assert len(endpoints) > 1
    for one in endpoints:
        assert one["specification"].endswith("_v2")
        assert one["formats"] == ["text/xml", "application/json"]
        assert one["type"] in {"production", "test"}
        assert ISO_8601.fullmatch(one["changeset"])
        assert datetime.fromisoformat(one["changeset"]).astimezone(UTC) <= now
        for form, media_type in zip(("xml", "json"), one["formats"], strict=True):
            assert fetched(f"{one['url']}/services.{form}")[0].startswith(media_type)


def test_every_service_that_says_so_has_a_definition_and_takes_a_report(server):
    for endpoint in json.loads(fetched(f"{server}/open311/discovery.json")[1])["endpoints"]:
        services = ET.fromstring(fetched(f"{endpoint['url']}/services.xml")[1])
        assert len(services) > 0
        for service in services:
            assert service.findtext("service_code")
            if service.findtext("metadata") == "true":
                code = service.findtext("service_code")
                definition = ET.fromstring(fetched(f"{endpoint['url']}/services/{code}.xml")[1])
                assert definition.findtext("service_code") == code
                assert len(definition.find("attributes")) > 0
            created = ET.fromstring(fetched(f"{endpoint['url']}/requests.xml", REPORT)[1])
            assert created.findtext("request/service_request_id")
