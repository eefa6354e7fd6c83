#!/usr/bin/env python3
"""Verify the pack of a case that was handed over, without Amur: every file, the signature, and each receipt in it.

It stands beside ``verify_ledger.py``. ``--key`` is the public key of the ledger as published elsewhere; without it the
pack's own is taken on trust. Exit code 0: all holds; 1: something does not; 2: the file cannot be read. Standard
library only.
"""

import argparse
import contextlib
import hashlib
import io
import sys
import zipfile
import zlib
from pathlib import Path

import verify_ledger as ledger

AROUND = ("tagmanifest-sha256.txt", "signature.json")
MANIFESTS = ("manifest-sha256.txt", "tagmanifest-sha256.txt")
STATEMENT = ("about", "format", "from", "key", "log", "number", "sha256", "suite", "to")
UNREADABLE = (
    *(OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError),
    *(zipfile.BadZipFile, zlib.error, NotImplementedError),
)


def sha256(archive: zipfile.ZipFile, path: str) -> str:
    """Return the hash of a file of the pack."""
    with archive.open(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def check_files(check: ledger.Check, archive: zipfile.ZipFile) -> None:
    """Find files that are missing, altered or added."""
    names, listed = archive.namelist(), {*AROUND}
    for manifest in MANIFESTS:
        for line in archive.read(manifest).decode().splitlines():
            found, _, path = line.partition("  ")
            listed.add(path)
            if path not in names or sha256(archive, path) != found:
                check.fail(path, "MISSING or ALTERED: it is not what the manifest lists")
    for path in sorted({name for name in names if name not in listed or names.count(name) > 1}):
        check.fail(path, "ADDED: no manifest lists it, or it is there twice")


def check_signature(check: ledger.Check, archive: zipfile.ZipFile) -> str:
    """Check who signed the manifests; return what the pack says of itself."""
    signed = ledger.read(archive.read("signature.json").decode())
    body, public = ledger.parsed(signed["body"], STATEMENT) or {}, signed["public_key"]
    name, signature = ledger.SUITES.get(body.get("suite"), ""), bytes.fromhex(signed["signature"])
    verify = ledger.sm2 if name == "sm3" else ledger.ed25519
    check.trusted = check.trusted or {public}
    if body.get("format") != "amur-statement/1" or body["sha256"] != sha256(archive, AROUND[0]):
        check.fail("signature.json", "it does not sign the manifests of this pack")
    elif not name or public not in check.trusted or len(signature) != 64:  # noqa: PLR2004 -- of both suites
        check.fail("signature.json", "it is not of a key that is trusted")
    elif not verify(bytes.fromhex(public), signed["body"].encode(), signature):
        check.fail("signature.json", "the signature does not hold")
    return f"pack of {body.get('number')} from {body.get('from')} to {body.get('to')}"


def check_receipts(check: ledger.Check, archive: zipfile.ZipFile) -> None:
    """Check that the entries are in the log; one that was not sealed yet is named only."""
    paths = [path for path in archive.namelist() if path.startswith("data/ledger/")]
    proofs = [ledger.read(archive.read(path).decode()) for path in paths]
    sealed = [proof for proof in proofs if "header" in proof]
    for proof in sealed:
        told = io.StringIO()
        with contextlib.redirect_stdout(told):
            ledger.check_receipt(check, proof)
        print("".join(line for line in told.getvalue().splitlines(True) if line.startswith("FAULT")), end="")
    print(f"receipts {len(sealed)} of {len(proofs)} entries")


def main(argv: list[str]) -> int:
    """Verify a pack, and print the hash by which a receiver confirms it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--key", help="trusted public key, hexadecimal")
    given = parser.parse_args(argv)
    try:
        check = ledger.Check(given.key, None)
        with zipfile.ZipFile(given.file) as archive:
            check_files(check, archive)
            try:
                said = check_signature(check, archive)
            except UNREADABLE as error:
                check.fail("signature.json", f"it cannot be read: {type(error).__name__}")
                return 1
            check_receipts(check, archive)
            print(f"manifest {sha256(archive, AROUND[0])}")
            return int(check.finish(said))
    except UNREADABLE as error:
        print(f"{given.file}: cannot be read as a pack: {type(error).__name__} {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
