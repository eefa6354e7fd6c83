#!/usr/bin/env python3
# ruff: noqa: ANN001, ANN201, ANN202, ANN204, D102, D103, PLR0917, PLR2004
"""Verify an Amur ledger without Amur: an export, a receipt, a document, or that one head extends another.

``--key`` is the public key as published elsewhere (of a rotated log, the first); without it the file's own is taken on
trust. ``--mirror`` is a file of heads seen so far: it is compared, and grows. Exit code 0: all holds; 1: something does
not; 2: the file cannot be read. Standard library only. The format: docs/explanation/ledger-format.md.
"""

import argparse
import hashlib
import json
import sys
from pathlib import Path

FIRST = "0" * 64
HEADER = ("act", "body", "happened_at", "kind", "log", "previous", "recorded_at", "sequence", "subject")
HEAD = ("key", "log", "made_at", "origin", "previous", "root", "size", "suite")
SUITES = {"ed25519+sha256": "sha256", "sm2+sm3": "sm3"}
LOGS = {"amur/1/" + name: name for name in SUITES.values()}


def digest(name, data):
    return hashlib.new(name, data).digest()


P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P


def _on_edwards(text):
    y, sign = int.from_bytes(text, "little") & (1 << 255) - 1, text[31] >> 7
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x if (x * x - square) % P == 0 else x * pow(2, (P - 1) // 4, P) % P
    if (x * x - square) % P or y >= P or (x == 0 and sign):
        raise ValueError("not a point")
    return (x if x & 1 == sign else P - x), y


def _add_edwards(p, q):
    common = D * p[0] * q[0] * p[1] * q[1] % P
    x = (p[0] * q[1] + q[0] * p[1]) * pow(1 + common, -1, P) % P
    return x, (p[1] * q[1] + p[0] * q[0]) * pow(1 - common, -1, P) % P


def _times(number, point, zero, add):
    while number:
        zero = add(zero, point) if number & 1 else zero
        point, number = add(point, point), number >> 1
    return zero


def ed25519(public, message, signature):
    """Verify as RFC 8032, 5.1.7."""
    s = int.from_bytes(signature[32:], "little")
    try:
        key, r = _on_edwards(public), _on_edwards(signature[:32])
    except ValueError:
        return False
    base = _on_edwards((4 * pow(5, -1, P) % P).to_bytes(32, "little"))
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    right = _add_edwards(r, _times(k, key, (0, 1), _add_edwards))
    return s < L and _times(s, base, (0, 1), _add_edwards) == right


Q = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
B = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
X = 0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7
Y = 0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0


def _add_sm2(p, q):
    if p is None or q is None:
        return p or q
    if p[0] == q[0] and (p[1] + q[1]) % Q == 0:
        return None
    rise, run = (3 * (p[0] * p[0] - 1), 2 * p[1]) if p == q else (q[1] - p[1], q[0] - p[0])
    slope = rise * pow(run, -1, Q) % Q
    x = (slope * slope - p[0] - q[0]) % Q
    return x, (slope * (p[0] - x) - p[1]) % Q


def sm2(public, message, signature):
    """Verify as GB/T 32918.2 with the default user id."""
    x, y = int.from_bytes(public[:32], "big"), int.from_bytes(public[32:], "big")
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    if max(x, y) >= Q or (y * y - x**3 + 3 * x - B) % Q or not (0 < r < N and 0 < s < N) or (r + s) % N == 0:
        return False
    curve = b"".join(number.to_bytes(32, "big") for number in (Q - 3, B, X, Y))
    z = digest("sm3", b"\0\x80" + b"1234567812345678" + curve + public)
    e = int.from_bytes(digest("sm3", z + message), "big")
    point = _add_sm2(_times(s, (X, Y), None, _add_sm2), _times((r + s) % N, (x, y), None, _add_sm2))
    return point is not None and (e + point[0]) % N == r


def read(text):
    """Read JSON with the keys of objects in canonical order: by their UTF-16 code units (RFC 8785)."""
    return json.loads(text, object_pairs_hook=lambda pairs: dict(sorted(pairs, key=lambda p: p[0].encode("utf-16-be"))))


def canonical(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def parsed(text, fields):
    """Return the object in canonical ASCII text with exactly these fields, or None."""
    try:
        value = read(text)
        fits = isinstance(value, dict) and tuple(value) == fields and canonical(value) == text.encode("ascii")
    except ValueError:
        return None
    return value if fits and value["log"] in LOGS else None


def root_by_path(name, leaf, index, size, path):
    """Return the root that an inclusion path leads to (RFC 9162, 2.1.3), or None if it has another shape."""
    if size <= 1 or not path:
        return leaf if (index, size) == (0, 1) and not path else None
    middle, side = 1 << (size - 1).bit_length() - 1, path[-1]
    if index < middle:
        node = root_by_path(name, leaf, index, middle, path[:-1])
        return node and digest(name, b"\1" + node + side)
    node = root_by_path(name, leaf, index - middle, size - middle, path[:-1])
    return node and digest(name, b"\1" + side + node)


def roots_by_path(name, old, old_root, new, path, whole=True):  # noqa: FBT002 -- it calls itself by place
    """Return the old and new root that a consistency path leads to (RFC 9162, 2.1.4), or None."""
    if old == new:
        known = [*path, *([old_root] if whole else [])]
        return (known[0], known[0]) if len(known) == 1 else None
    if not 0 < old < new or not path:
        return None
    middle, side = 1 << (new - 1).bit_length() - 1, path[-1]
    if old <= middle:
        inner = roots_by_path(name, old, old_root, middle, path[:-1], whole)
        return inner and (inner[0], digest(name, b"\1" + inner[1] + side))
    inner = roots_by_path(name, old - middle, old_root, new - middle, path[:-1], False)
    return inner and tuple(digest(name, b"\1" + side + node) for node in inner)


class Check:
    """Collects what does not hold, the keys that are trusted, and the heads that were seen."""

    def __init__(self, key, mirror):
        self.faults, self.heads, self.mirror = [], [], mirror
        self.pinned, self.trusted, self.introduced = bool(key), {key.lower()} if key else set(), set()
        lines = mirror.read_text(encoding="utf-8").splitlines() if mirror and mirror.exists() else []
        self.seen = [json.loads(line) for line in lines]
        self.count, self.sealed, self.last, self.name, self.stack, self.tips = 0, 0, FIRST, "sha256", [], {}

    def fail(self, where, why):
        self.faults.append(where)
        print(f"FAULT {where}: {why}")

    def head(self, found):
        """Check form, key, signature and the heads seen before; return the body and the name of the hash."""
        body = parsed(found["body"], HEAD)
        if body is None or LOGS[body["log"]] != SUITES.get(body["suite"]):
            return self.fail("checkpoint", "its body is not in canonical form or of an unknown suite")
        where, name, public = f"checkpoint of size {body['size']}", SUITES[body["suite"]], found["public_key"]
        self.trusted = self.trusted or {public}
        if public not in self.trusted or digest(name, bytes.fromhex(public)).hex()[:32] != body["key"]:
            self.fail(where, f"signed with key {body['key']}, which nothing trusted introduced")
        verify, signature = sm2 if name == "sm3" else ed25519, bytes.fromhex(found["signature"])
        if len(signature) != 64 or not verify(bytes.fromhex(public), found["body"].encode(), signature):
            self.fail(where, "the signature does not hold")
        for other in self.seen:
            if other["origin"] != body["origin"]:
                self.fail(where, f"origin {body['origin']}; the mirror follows {other['origin']}")
            elif other["size"] == body["size"] and other["root"] != body["root"]:
                self.fail(where, f"SPLIT VIEW: the mirror has seen root {other['root'][:16]}… of this size")
        self.heads.append({"origin": body["origin"], "root": body["root"], "size": body["size"]})
        return body, name

    def entry(self, where, text, shown):
        """Check form and disclosed content of an entry; return its header, leaf hash and disclosed values."""
        header = parsed(text, HEADER)
        name = LOGS[header["log"]] if header else "sha256"
        for part, content in (shown or {}).items():
            data = b"amur/1/" + part.encode() + b"\0" + bytes.fromhex(content["salt"]) + canonical(content["value"])
            if header and (len(content["salt"]) != 64 or digest(name, data).hex() != header[part]):
                self.fail(where, f"the {part} shown is not what the header commits to")
        if header is None:
            self.fail(where, "ALTERED: not the canonical form of a header of a known log")
        return header, digest(name, b"\0" + text.encode())

    def finish(self, said):
        if self.mirror and not self.faults:
            with self.mirror.open("a", encoding="utf-8") as file:
                file.writelines(json.dumps(head) + "\n" for head in self.heads if head not in self.seen)
        print(f"{said}: {f'{len(self.faults)} faults' if self.faults else 'all holds'}")
        if not self.pinned:
            print(f"the key {' '.join(self.trusted)} was taken on trust; compare it with the published one (--key)")
        return 1 if self.faults else 0

    def root(self):
        node = self.stack[-1][1] if self.stack else digest(self.name, b"")
        for _, left in reversed(self.stack[:-1]):
            node = digest(self.name, b"\1" + left + node)
        return node.hex()

    def add_head(self, item):
        body, self.name = self.head(item) or ({"size": self.count, "root": "", "previous": self.last}, self.name)
        where = f"entries {self.sealed} to {body['size'] - 1}"
        if body["size"] != self.count:
            self.fail(where, f"TRUNCATED or DROPPED: a head signs {body['size']} entries, {self.count} are there")
        elif self.root() != body["root"] and not self.faults:
            self.fail(where, "ALTERED: they are not what this head signs")
        if body["previous"] != self.last:
            self.fail(f"checkpoint of size {body['size']}", "does not follow the head before it")
        self.trusted |= self.introduced if not self.faults else set()
        self.sealed = body["size"]
        self.last = digest(self.name, b"amur/1/checkpoint\0" + item["body"].encode()).hex()

    def add_entry(self, item):
        where = f"entry {item['index']}"
        if item["index"] != self.count:
            self.fail(where, f"DROPPED or REORDERED: entry {self.count} should stand here")
        header, node = self.entry(where, item["header"], item.get("disclosed"))
        if node.hex() != item["leaf"]:
            self.fail(where, "ALTERED: the header does not hash to the leaf beside it")
        if header:
            self.follow(where, header, node.hex(), item)
        size, self.count = 1, item["index"] + 1
        while self.stack and self.stack[-1][0] == size:
            node, size = digest(self.name, b"\1" + self.stack.pop()[1] + node), size * 2
        self.stack.append((size, node))

    def follow(self, where, header, leaf, item):
        subject, place, self.name = header["subject"], header["sequence"], LOGS[header["log"]]
        expected, tip, at = self.tips.get(subject, (0, FIRST, -1))
        if place < expected:
            self.fail(where, f"FORKED or REORDERED: {subject} has a sequence {place} already")
        elif place > expected:
            self.fail(where, f"DROPPED or REORDERED: {subject} lacks sequence {expected} to {place - 1}")
        elif header["previous"] != tip:
            self.fail(where, f"ALTERED: {subject} {place} does not follow entry {at}; one of the two was changed")
        self.tips[subject] = (max(expected, place + 1), leaf, item["index"])
        if header["kind"] == "ledger.key_introduced" and "body" in item.get("disclosed", {}):
            self.introduced.add(item["disclosed"]["body"]["value"]["public"])


def check_export(check, lines):
    seen, claimed = {head["size"]: head["root"] for head in check.seen}, 0
    for item in map(read, lines):
        claimed = item["size"] if item["type"] == "log" else claimed
        if item["type"] == "checkpoint":
            check.add_head(item)
        elif item["type"] == "entry":
            check.add_entry(item)
            if seen.get(check.count, "") and seen[check.count] != check.root():
                check.fail(f"entries 0 to {check.count - 1}", "SPLIT VIEW: the mirror has another root of this size")
    known = max([claimed, check.count, *seen])
    if known > check.sealed:
        check.fail(f"entries {check.sealed} to {known - 1}", f"TRUNCATED: {known} entries are known of, not all signed")
    return check.finish(f"export of {check.count} entries in {len(check.tips)} subjects")


def check_receipt(check, receipt):
    header, leaf = check.entry("entry", receipt["header"], receipt.get("disclosed"))
    body, name = check.head(receipt["checkpoint"]) or ({}, "sha256")
    path = [bytes.fromhex(node) for node in receipt["path"]]
    root = root_by_path(name, leaf, receipt["index"], body.get("size", 0), path)
    if root is None or root.hex() != body["root"] or (header and header["log"] != body["log"]):
        check.fail(f"entry {receipt['index']}", "the path does not lead to the signed root")
    return check.finish(f"receipt for {header['kind']} of {header['subject']}" if header else "receipt")


def check_document(check, proof):
    """Check that a document says what its entry commits to, and that the entry is in the log."""
    receipt, salt, said = proof["receipt"], bytes.fromhex(proof["salt"]), proof["content"]
    header, body = parsed(receipt["header"], HEADER), receipt["disclosed"]["body"]["value"]
    name = LOGS[header["log"]] if header else "sha256"
    found = digest(name, b"amur/1/document\0" + salt + canonical(said)).hex()
    if len(salt) != 32 or found != body["says"]:
        check.fail("document", "ALTERED: it is not what the entry commits to")
    if proof["number"] != body["document_number"]:
        check.fail("document", f"the entry is about {body['document_number']}")
    entry = digest(name, b"\0" + receipt["header"].encode()).hex()
    print(f"document {proof['number']}\nentry    {entry}\ncontent  {found}")
    for one in said.values():
        lines = [one["title"], one.get("addressee", ""), *one["paragraphs"]]
        for part in one.get("sections", ()):
            lines += [part["title"], *(f"- {line}" for line in part["lines"])]
        print("", *filter(None, [*lines, one["issuer"], one["issued_on"]]), sep="\n")
    return check_receipt(check, receipt)


def check_consistency(check, proof):
    (old, name), (new, _) = check.head(proof["old"]) or ({}, ""), check.head(proof["new"]) or ({}, "")
    path, roots = [[*map(bytes.fromhex, each)] for each in (proof["path"], (old.get("root", ""), new.get("root", "")))]
    if not old or not new or roots_by_path(name, old["size"], roots[0], new["size"], path) != (*roots,):
        check.fail("consistency", "the new head does not extend the old one: SPLIT VIEW or rewritten history")
    return check.finish("consistency")


def main(argv):
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("what", choices=("export", "receipt", "document", "consistency"))
    parser.add_argument("file", type=Path)
    parser.add_argument("--key", help="trusted public key, hexadecimal")
    parser.add_argument("--mirror", type=Path, help="file of heads seen so far")
    given = parser.parse_args(argv)
    kind = {
        "export": check_export,
        "receipt": check_receipt,
        "document": check_document,
        "consistency": check_consistency,
    }[given.what]
    try:
        check = Check(given.key, given.mirror)
        with given.file.open(encoding="utf-8") as file:
            return kind(check, file if given.what == "export" else read(file.read()))
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        print(f"{given.file}: cannot be read as {given.what}: {type(error).__name__} {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
