"""The cryptographic suites of a log, by name: one hash and one signature each.

Here are the pure operations on keys and bytes. Where keys are kept is ``ledger.signing``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from gmalg import SM2, SM3

Digest = Callable[[bytes], bytes]

SM2_USER = b"1234567812345678"
"""The user id that GM/T 0009 names as the default; OpenSSL takes it as ``distid``."""

# PKCS#8 and SubjectPublicKeyInfo of an SM2 key have a fixed length, so a prefix is the whole encoder:
# SEQUENCE { 0, { ecPublicKey, sm2p256v1 }, OCTET STRING { 1, d, [1] BIT STRING 04 x y } } and the public half alone.
_SM2_PRIVATE = bytes.fromhex("308187020100301306072a8648ce3d020106082a811ccf5501822d046d306b0201010420")
_SM2_MIDDLE = bytes.fromhex("a14403420004")
_SM2_PUBLIC = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d03420004")
_ED25519_PUBLIC = bytes.fromhex("302a300506032b6570032100")


def sha256(data: bytes) -> bytes:
    """Return the SHA-256 digest.

    >>> sha256(b"abc").hex()[:16]
    'ba7816bf8f01cfea'
    """
    return hashlib.sha256(data).digest()


def sm3(data: bytes) -> bytes:
    """Return the SM3 digest, from OpenSSL where it has SM3 and from Python where it has not.

    >>> sm3(b"abc").hex()[:16]
    '66c7f0f462eeedd9'
    """
    if "sm3" in hashlib.algorithms_available:
        return hashlib.new("sm3", data).digest()
    return sm3_in_python(data)


def sm3_in_python(data: bytes) -> bytes:
    """Return the SM3 digest without OpenSSL.

    >>> sm3_in_python(b"abc") == sm3(b"abc")
    True
    """
    state: Any = SM3()
    state.update(data)
    return bytes(state.value())


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A private key (32 bytes: Ed25519 seed or SM2 scalar) and its public half (32 bytes, or x and y of 32 each)."""

    private: bytes
    public: bytes


@dataclass(frozen=True, slots=True)
class Suite:
    """A signature scheme and a hash, under the name that headers and checkpoints carry."""

    name: str
    hash_name: str
    digest: Digest
    public_length: int

    @property
    def log(self) -> str:
        """Return the value of ``log`` in headers and checkpoints: format, its version, and the hash.

        >>> SUITES["sm2+sm3"].log
        'amur/1/sm3'
        """
        return f"amur/1/{self.hash_name}"

    @property
    def _signs_with_sm2(self) -> bool:
        return self.name.startswith("sm2")

    def generate(self) -> KeyPair:
        """Return a fresh key pair.

        >>> len(SUITES["sm2+sm3"].generate().public)
        64
        """
        if self._signs_with_sm2:
            private, public = SM2().generate_keypair()
            return KeyPair(private.rjust(32, b"\0"), public[1:])
        return self.from_private(Ed25519PrivateKey.generate().private_bytes_raw())

    def from_private(self, private: bytes) -> KeyPair:
        """Return the pair of a private key.

        >>> SUITES["ed25519+sha256"].from_private(bytes(32)).public.hex()[:16]
        '3b6a27bcceb6a42d'
        """
        if self._signs_with_sm2:
            return KeyPair(private, SM2().generate_pk(private)[1:])
        public = Ed25519PrivateKey.from_private_bytes(private).public_key()
        return KeyPair(private, public.public_bytes_raw())

    def key_id(self, public: bytes) -> str:
        """Return the short name of a public key: the first half of its digest.

        >>> SUITES["ed25519+sha256"].key_id(bytes(32))
        '66687aadf862bd776c8fc18b8e9f8e20'
        """
        return self.digest(public).hex()[:32]

    def sign(self, pair: KeyPair, message: bytes) -> bytes:
        """Return the 64 bytes of a signature: Ed25519's own form, or r and s of 32 bytes each.

        >>> suite = SUITES["sm2+sm3"]; pair = suite.generate()
        >>> suite.verify(pair.public, b"text", suite.sign(pair, b"text"))
        True
        """
        if self._signs_with_sm2:
            signer = SM2(pair.private, SM2_USER, b"\x04" + pair.public)
            r, s = signer.sign(message)
            return bytes(r.rjust(32, b"\0") + s.rjust(32, b"\0"))
        return Ed25519PrivateKey.from_private_bytes(pair.private).sign(message)

    def verify(self, public: bytes, message: bytes, signature: bytes) -> bool:
        """Say whether a signature holds; malformed keys and signatures do not.

        >>> SUITES["ed25519+sha256"].verify(b"short", b"text", bytes(64))
        False
        """
        if len(public) != self.public_length or len(signature) != 64:  # noqa: PLR2004 -- r and s, or R and S
            return False
        if self._signs_with_sm2:
            point = b"\x04" + public
            if not SM2().verify_pk(point):
                return False
            return bool(SM2(uid=SM2_USER, pk=point).verify(message, signature[:32], signature[32:]))
        try:
            Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
        except InvalidSignature:
            return False
        return True

    def private_der(self, pair: KeyPair) -> bytes:
        """Return the PKCS#8 bytes that OpenSSL reads.

        >>> SUITES["sm2+sm3"].private_der(KeyPair(bytes(32), bytes(64)))[:4].hex()
        '30818702'
        """
        if self._signs_with_sm2:
            return _SM2_PRIVATE + pair.private + _SM2_MIDDLE + pair.public
        key = Ed25519PrivateKey.from_private_bytes(pair.private)
        return key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())

    def public_der(self, public: bytes) -> bytes:
        """Return the SubjectPublicKeyInfo bytes that OpenSSL reads.

        >>> len(SUITES["ed25519+sha256"].public_der(bytes(32)))
        44
        """
        return (_SM2_PUBLIC if self._signs_with_sm2 else _ED25519_PUBLIC) + public

    def private_from_der(self, der: bytes) -> bytes:
        """Return the private key in PKCS#8 bytes of this suite.

        Raises:
            ValueError: if they are of another kind.

        >>> suite = SUITES["sm2+sm3"]; pair = suite.generate()
        >>> suite.private_from_der(suite.private_der(pair)) == pair.private
        True
        """
        length, start = (138, len(_SM2_PRIVATE)) if self._signs_with_sm2 else (48, 16)
        private = der[start : start + 32]
        if len(der) != length or self.private_der(self.from_private(private)) != der:
            raise ValueError(f"found another kind of key; this log signs with {self.name}")
        return private


SUITES = {
    suite.name: suite for suite in (Suite("ed25519+sha256", "sha256", sha256, 32), Suite("sm2+sm3", "sm3", sm3, 64))
}


def digest_of_log(log: str) -> Digest | None:
    """Return the hash of a log, or None if no suite here writes such logs.

    >>> digest_of_log("amur/1/sm3") is sm3, digest_of_log("amur/1/md5")
    (True, None)
    """
    return next((suite.digest for suite in SUITES.values() if suite.log == log), None)


def suite_of_log(log: str) -> Suite:
    """Return a suite that has the hash of a log.

    Raises:
        ValueError: if no suite here writes such logs.

    >>> suite_of_log("amur/1/sha256").name
    'ed25519+sha256'
    """
    for suite in SUITES.values():
        if suite.log == log:
            return suite
    raise ValueError(f"found log {log!r}; known are {', '.join(suite.log for suite in SUITES.values())}")
