"""Who comes to the server of a stream: over a wire that nobody reads, under a name that may do just this."""

from __future__ import annotations

import asyncio
import shutil
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from amur.compute import stream
from amur.compute.stream import Job, feed
from amur.compute.stream.jobs import StreamFailed
from tests.compute.samples import KEEP, batch_of, cut, rows_of
from tests.compute.test_stream_running import ROWS, worker

NAME = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "amur test")])


def certified(folder):
    """Write a certificate of this machine, which stands for itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    now = datetime(2020, 1, 1, tzinfo=UTC)
    made = (
        x509.CertificateBuilder(NAME, NAME, key.public_key(), x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=365 * 60))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    (folder / "key.pem").write_bytes(private)


@contextmanager
def guarded(folder):
    """Have a server with TLS and two accounts: one for who feeds and works, one that may only listen elsewhere."""
    certified(folder)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (folder / "nats.conf").write_text(f"""
        listen: "127.0.0.1:{port}"
        max_payload: 8MB
        jetstream {{ store_dir: "{folder}/jetstream" }}
        tls {{ cert_file: "{folder}/cert.pem", key_file: "{folder}/key.pem" }}
        authorization {{ users: [
            {{ user: amur, password: rose, permissions: {{ publish: ["night.>", "$JS.>", "_INBOX.>"] }} }}
            {{ user: other, password: thorn, permissions: {{ publish: ["other.>"] }} }}
        ] }}
    """)
    program = shutil.which("nats-server", path=str(Path(sys.executable).parent)) or "nats-server"
    with subprocess.Popen([program, "-c", folder / "nats.conf"], stderr=subprocess.DEVNULL) as process:
        try:
            yield f"127.0.0.1:{port}"
        finally:
            process.terminate()


def reached(url):
    """Return the address when somebody answers there."""
    deadline = time.monotonic() + 20
    host, _, port = url.rpartition(":")
    while time.monotonic() < deadline:
        try:
            socket.create_connection((host, int(port)), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            break
    return url


def test_a_run_goes_over_tls_and_to_a_server_that_nobody_vouches_for_nothing_is_said(tmp_path, monkeypatch):
    with guarded(tmp_path) as address:
        url = f"tls://amur:rose@{reached(address)}"
        with pytest.raises(StreamFailed, match=r"no NATS server answers at tls://127.0.0.1:\d+ .*certificate"):
            asyncio.run(feed(Job("night", url), KEEP, "source", [batch_of(ROWS)]))
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
        job = Job("night", url, waiting_bytes=1 << 25)
        with worker(job, KEEP):
            assert rows_of(stream.run(job, KEEP, cut(ROWS, 20))) == rows_of([batch_of(ROWS)])


@pytest.mark.deep
def test_who_may_not_is_told_without_the_secret(tmp_path, monkeypatch):
    with guarded(tmp_path) as address:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
        for user, said in (
            ("", "correct the address or the account"),  # the server may be gone before it is heard why
            ("amur:thorn@", "correct the address or the account"),
            ("other:thorn@", "does not say anything about job 'night'; .* this account may not use it"),
        ):
            job = Job("night", f"tls://{user}{reached(address)}", waiting_bytes=1 << 25)
            with pytest.raises(StreamFailed, match=said) as raised:
                asyncio.run(feed(job, KEEP, "source", [batch_of(ROWS)]))
            assert "thorn" not in str(raised.value)
