"""The same imaginary hotline, whose orders bring photographs and whose replies take reports and notes along."""

from __future__ import annotations

import copy
import hashlib
from typing import Any

from tests.exchange.hotline import HOTLINE, PACK, WORK_ORDER, word
from tests.procedures.pack import PDF
from tests.procedures.samples import text

PHOTO = b"\x89PNG\r\n\x1a\n" + b"p" * 300
PLAN = PDF


def hash_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def named(content: bytes, name: str = "photo", file_name: str = "张三家.png", **more: Any) -> dict[str, Any]:
    told = {"name": name, "file_name": file_name, "media_type": "image/png", "size": len(content)}
    return told | {"sha256": hash_of(content)} | more


def file(name: str, *kinds: str, **more: Any) -> dict[str, Any]:
    title = {"title": text(name.capitalize()), "required": False}
    return {"id": name, "type": "file", "media_types": list(kinds), "max_bytes": 10_000} | title | more


def changed() -> dict[tuple[str, str], dict[str, Any]]:
    order, hotline = copy.deepcopy(WORK_ORDER), copy.deepcopy(HOTLINE)
    order["pages"][0]["fields"] += [file("photo", "image/png", max_bytes=1_000), file("plan", "application/pdf")]
    order["documents"] = [
        {"id": "note", "title": text("Note"), "series": "NOT", "addressee": text("To:"), "paragraphs": [text("Done.")]}
    ]
    arrows = {one["event"]: one for one in order["transitions"]}
    arrows["sign"]["effects"] = [{"do": "issue_document", "document": "note"}]
    arrows["reply"]["asks"].append(file("report", "application/pdf"))
    arrows["redo"]["asks"] = [file("proof", "image/png")]
    sent = {one["id"]: one for one in hotline["outbound"]}
    sent["reply"]["attachments"] = [
        {"name": "REPORT", "field": "report"},
        {"name": "PHOTO", "field": "photo", "required": False, "max_bytes": 1_000, "media_types": ["image/png"]},
        {"name": "NOTE", "document": "note"},
    ]
    heard = {one["id"]: one for one in hotline["inbound"]}
    heard["order"]["attachments"] = [{"name": "photo", "field": "photo"}, {"name": "plan", "field": "plan"}]
    heard["redo"]["attachments"] = [{"name": "proof", "field": "proof", "required": True}]
    rule = hotline["reconciliation"][0]
    rule["fields"].append(word("files", required=False) | {"max_length": 1_000})
    rule["compare"].append({"field": "files", "attachments_of": ["reply", "order"]})
    return {**PACK, ("procedure", "work_order"): order, ("exchange", "hotline"): hotline}


TRAVELLING = changed()
