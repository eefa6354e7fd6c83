"""Keys and signatures, judged by OpenSSL."""

from __future__ import annotations

import multiprocessing
import subprocess

import pytest

from amur.base.faults import Refused
from amur.ledger import engine, signing


def openssl(*arguments, folder):
    return subprocess.run(["openssl", *arguments], cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture(params=["ed25519+sha256", "sm2+sm3"])
def suite(request, settings):
    settings.LEDGER_SUITE = request.param
    return engine.SUITES[request.param]


def der_of(signature):
    """ASN.1 SEQUENCE of two INTEGERs, which OpenSSL takes for SM2."""

    def integer(data):
        data = data.lstrip(b"\0") or b"\0"
        data = (b"\0" if data[0] >> 7 else b"") + data
        return bytes([2, len(data)]) + data

    both = integer(signature[:32]) + integer(signature[32:])
    return bytes([0x30, len(both)]) + both


@pytest.fixture
def openssl_verifies(suite, tmp_path):
    def verify(message, signature):
        (tmp_path / "message").write_bytes(message)
        (tmp_path / "signature").write_bytes(der_of(signature) if suite.name == "sm2+sm3" else signature)
        sm2 = ["-digest", "sm3", "-pkeyopt", "distid:1234567812345678"] if suite.name == "sm2+sm3" else []
        arguments = ["-verify", "-pubin", "-inkey", str(signing.public_path(1)), "-rawin", *sm2]
        done = openssl("pkeyutl", *arguments, "-in", "message", "-sigfile", "signature", folder=tmp_path)
        return done.returncode == 0

    return verify


def test_openssl_accepts_our_signatures_and_no_others(suite, openssl_verifies):
    pair = signing.read_or_make(1)
    for message in (b"{}", b"checkpoint" * 20):
        signature = suite.sign(pair, message)
        assert len(signature) == 64
        assert suite.verify(pair.public, message, signature)
        assert openssl_verifies(message, signature)
        assert not openssl_verifies(message + b" ", signature)
        assert not suite.verify(pair.public, message + b" ", signature)


def test_our_check_accepts_openssl_signatures(suite, tmp_path):
    pair = signing.read_or_make(1)
    (tmp_path / "message").write_bytes(b"text")
    sm2 = ["-digest", "sm3", "-pkeyopt", "distid:1234567812345678"] if suite.name == "sm2+sm3" else []
    key = str(signing.key_path(1))
    openssl("pkeyutl", "-sign", "-inkey", key, "-rawin", *sm2, "-in", "message", "-out", "signature", folder=tmp_path)
    signature = (tmp_path / "signature").read_bytes()
    if suite.name == "sm2+sm3":
        first = signature[4 : 4 + signature[3]]
        second = signature[4 + len(first) + 2 :]
        signature = first.lstrip(b"\0").rjust(32, b"\0") + second.lstrip(b"\0").rjust(32, b"\0")
    assert suite.verify(pair.public, b"text", signature)


def test_openssl_reads_both_halves(suite, tmp_path):
    signing.read_or_make(1)
    private = openssl("pkey", "-in", str(signing.key_path(1)), "-pubout", folder=tmp_path)
    assert private.stdout == signing.public_path(1).read_text()


def test_malformed_keys_and_signatures_do_not_verify(suite):
    pair = suite.generate()
    signature = suite.sign(pair, b"text")
    for public in (b"", bytes(suite.public_length), b"\xff" * suite.public_length):
        assert not suite.verify(public, b"text", signature)
    for wrong in (b"", bytes(64), b"\xff" * 64, signature[:-1]):
        assert not suite.verify(pair.public, b"text", wrong)


def test_keys_are_made_once_and_only_their_owner_reads_them(suite):
    first = signing.read_or_make(1)
    assert signing.read_or_make(1) == first
    assert signing.read_or_make(2) != first
    assert signing.key_path(1).stat().st_mode & 0o777 == 0o600
    assert signing.key_path(1).parent.stat().st_mode & 0o077 == 0
    assert not list(signing.key_path(1).parent.glob(".*"))


def _public_key(folder, results):
    from django.conf import settings

    settings.LEDGER_KEYS = folder
    settings.LEDGER_SUITE = "ed25519+sha256"
    results.put(signing.read_or_make(1).public)


def test_processes_that_begin_at_once_agree_on_the_key(tmp_path):
    context = multiprocessing.get_context("fork")
    results = context.Queue()
    workers = [context.Process(target=_public_key, args=(tmp_path / "shared", results)) for _ in range(8)]
    for worker in workers:
        worker.start()
    keys = {results.get(timeout=20) for _ in workers}
    for worker in workers:
        worker.join()
    assert len(keys) == 1


def test_a_key_that_others_can_read_is_refused(suite):
    signing.read_or_make(1)
    signing.key_path(1).chmod(0o640)
    with pytest.raises(Refused, match="chmod 600"):
        signing.read_or_make(1)


def test_a_key_of_another_kind_is_refused(settings):
    settings.LEDGER_SUITE = "sm2+sm3"
    signing.read_or_make(1)
    text = signing.key_path(1).read_text()
    settings.LEDGER_SUITE = "ed25519+sha256"
    signing.key_path(1).write_text(text)
    signing.key_path(1).chmod(0o600)
    with pytest.raises(Refused, match="another kind"):
        signing.read_or_make(1)


def test_a_lost_key_is_named():
    with pytest.raises(Refused, match="backup"):
        signing.read(9)


def test_an_unknown_suite_is_refused(settings):
    settings.LEDGER_SUITE = "rot13+crc32"
    with pytest.raises(Refused, match="known are"):
        signing.suite()
    with pytest.raises(ValueError, match="known are"):
        engine.suite_of_log("amur/1/md5")
