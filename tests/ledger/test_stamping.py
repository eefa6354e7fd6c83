"""Time stamps by a local authority made with ``openssl ts``; judged by ``openssl ts -verify`` and rfc3161-client."""

from __future__ import annotations

import subprocess
from datetime import timedelta

import pytest
from cryptography.x509 import load_pem_x509_certificates

from amur.base.faults import Refused
from amur.ledger import acts
from amur.ledger.acts.stamping import post, stamp_holds, trusted_roots
from amur.ledger.engine import stamps
from amur.ledger.models import Stamp

from .conftest import NOW

pytestmark = pytest.mark.django_db

_CONFIG = """
[ca]
basicConstraints = critical,CA:true
keyUsage = critical,keyCertSign
subjectKeyIdentifier = hash
[tsa_ext]
basicConstraints = critical,CA:false
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[tsa]
default_tsa = main
[main]
dir = {folder}
serial = $dir/serial
crypto_device = builtin
signer_cert = $dir/tsa.crt
signer_key = $dir/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
accuracy = secs:1
ess_cert_id_alg = sha256
"""


def openssl(*arguments, folder):
    return subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tsa")
    (folder / "ts.cnf").write_text(_CONFIG.format(folder=folder))
    (folder / "serial").write_text("01\n")
    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
    openssl("req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.crt", "-subj", "/CN=Test root", "-days", "9000", folder=folder)  # fmt: skip
    openssl("req", *key, "-keyout", "tsa.key", "-out", "tsa.csr", "-subj", "/CN=Test authority", folder=folder)
    openssl(
        "x509", "-req", "-in", "tsa.csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-days", "9000",
        "-extfile", "ts.cnf", "-extensions", "tsa_ext", "-out", "tsa.crt", folder=folder,
    )  # fmt: skip
    return folder


@pytest.fixture
def send(authority, settings):
    settings.LEDGER_TSA_URL = "https://stamps.example/"
    settings.LEDGER_TSA_ROOTS = str(authority / "ca.crt")

    def ask(url, query):
        (authority / "query.tsq").write_bytes(query)
        # Only the signer's certificate goes into the token: a strict reader refuses OpenSSL's unordered set of two.
        openssl("ts", "-reply", "-config", "ts.cnf", "-queryfile", "query.tsq", "-out", "reply.tsr", folder=authority)
        return (authority / "reply.tsr").read_bytes()

    return ask


def openssl_accepts(authority, token, message):
    (authority / "token.tsr").write_bytes(token)
    (authority / "message").write_bytes(message)
    verify = ["openssl", "ts", "-verify", "-data", "message", "-in", "token.tsr", "-CAfile", "ca.crt"]
    return subprocess.run(verify, cwd=authority, check=False, capture_output=True).returncode == 0


def message_of(stamp):
    old = bytes(stamp.renews.token) if stamp.renews else b""
    one = stamps.member(stamp.checkpoint.body.encode(), old)
    path = [bytes.fromhex(node) for node in stamp.batch_path]
    return stamps.message(one, stamp.batch_index, stamp.batch_size, path, stamp.algorithm)


def test_three_heads_are_stamped_in_one_token_that_two_judges_accept(write, send, authority):
    for _ in range(3):
        write()
        acts.seal(NOW)
    made = acts.stamp(NOW, send=send)
    assert len({bytes(each.token) for each in made}) == 1
    roots = load_pem_x509_certificates((authority / "ca.crt").read_bytes())
    for each in Stamp.objects.all():
        assert openssl_accepts(authority, bytes(each.token), message_of(each))
        assert stamp_holds(each, roots)
    assert not openssl_accepts(authority, bytes(made[0].token), b"another message")
    assert acts.stamp(NOW, send=send) == []


def test_a_stamp_does_not_hold_for_another_head_or_under_another_root(write, send, authority):
    for _ in range(2):
        write()
        acts.seal(NOW)
    first, second = acts.stamp(NOW, send=send)
    first.checkpoint = second.checkpoint
    assert not stamp_holds(first, trusted_roots())
    second.batch_path = []
    assert not stamp_holds(second, trusted_roots())


def test_a_renewed_stamp_vouches_for_the_old_token_with_a_newer_algorithm(write, send, authority):
    write()
    acts.seal(NOW)
    acts.stamp(NOW, send=send)
    later = NOW + timedelta(days=3000)
    (renewed,) = acts.renew_stamps(later, made_before=later, send=send)
    assert renewed.algorithm == "sha512"
    assert openssl_accepts(authority, bytes(renewed.token), message_of(renewed))
    assert stamp_holds(renewed, trusted_roots())
    renewed.renews.token = bytes(renewed.renews.token) + b"\0"
    assert not stamp_holds(renewed, trusted_roots())
    # The renewal is itself renewed next time, the first stamp never again.
    (again,) = acts.renew_stamps(later, made_before=later + timedelta(days=1), send=send)
    assert again.renews_id == renewed.id


def test_without_an_authority_nothing_is_stamped(write, settings):
    settings.LEDGER_TSA_URL = ""
    write()
    acts.seal(NOW)
    assert acts.stamp(NOW, send=lambda url, query: pytest.fail("asked nobody")) == []


@pytest.mark.parametrize("answer", [b"", b"<html>busy</html>"])
def test_an_answer_that_is_no_stamp_is_refused_and_nothing_is_kept(write, send, answer):
    write()
    acts.seal(NOW)
    with pytest.raises(Refused):
        acts.stamp(NOW, send=lambda url, query: answer)
    assert not Stamp.objects.exists()


def test_an_old_answer_played_again_is_refused(write, send):
    write()
    acts.seal(NOW)
    old = send("", stamps.request(b"something else", "sha256").as_bytes())
    with pytest.raises(Refused, match="something else"):
        acts.stamp(NOW, send=lambda url, query: old)


def test_a_refusal_by_the_authority_is_told(write, send, authority):
    write()
    acts.seal(NOW)
    with pytest.raises(Refused, match="refused with status 2"):
        acts.stamp(NOW, send=lambda url, query: send(url, b"\x30\x03\x02\x01\x01"))


def test_an_authority_that_is_not_trusted_is_refused(write, send, settings, authority, tmp_path):
    openssl("req", "-x509", "-newkey", "ed25519", "-nodes", "-keyout", "o.key", "-out", "o.crt", "-subj", "/CN=Other", folder=tmp_path)  # fmt: skip
    settings.LEDGER_TSA_ROOTS = str(tmp_path / "o.crt")
    write()
    acts.seal(NOW)
    with pytest.raises(Refused, match="LEDGER_TSA_ROOTS"):
        acts.stamp(NOW, send=send)


def test_only_http_addresses_are_asked():
    with pytest.raises(Refused):
        post("file:///etc/passwd", b"")


def test_a_request_goes_out_over_http(send):
    import threading
    from http.server import BaseHTTPRequestHandler, HTTPServer

    class Authority(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(self.headers["Content-Type"].encode() + b" " + body)

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Authority)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        assert post(f"http://127.0.0.1:{server.server_port}/", b"query") == b"application/timestamp-query query"
    finally:
        server.shutdown()
        server.server_close()
