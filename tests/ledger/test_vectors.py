"""The vectors of the format: this implementation writes them, the published ones are among them, a second agrees."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from amur.ledger import engine

from . import make_vectors

HERE = Path(__file__).parent
VECTORS = json.loads(make_vectors.FILE.read_text(encoding="utf-8"))

# Published with RFC 6962's implementation, certificate-transparency (merkletree tests), for the same eight leaves.
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
INCLUSION = {
    (0, 8): """96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7
        5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e
        6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4""",
    (5, 8): """bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b
        ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0
        d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7""",
    (2, 3): "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    (1, 5): """6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d
        5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e
        bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b""",
}
CONSISTENCY = {
    (1, 8): INCLUSION[0, 8],
    (6, 8): """0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a
        ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0
        d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7""",
    (2, 5): """5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e
        bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b""",
}


def without_sm2_signature(vectors):
    """An SM2 signature holds a random number and is another each time."""
    copy = json.loads(json.dumps(vectors))
    copy["receipts"][1]["checkpoint"].pop("signature")
    return copy


def test_the_file_holds_what_this_implementation_computes():
    assert without_sm2_signature(VECTORS) == without_sm2_signature(make_vectors.vectors())


def test_the_signatures_in_the_file_hold():
    for receipt, suite in zip(VECTORS["receipts"], engine.SUITES.values(), strict=True):
        head = receipt["checkpoint"]
        key, signature = bytes.fromhex(head["public_key"]), bytes.fromhex(head["signature"])
        assert suite.verify(key, head["body"].encode(), signature)
        assert not suite.verify(key, head["body"].encode() + b" ", signature)


def test_published_trees_and_proofs_are_among_the_vectors():
    tree = VECTORS["trees"][0]
    assert tree["roots"] == ROOTS
    inclusion = {(each["index"], each["size"]): each["path"] for each in tree["inclusion"]}
    consistency = {(each["old"], each["new"]): each["path"] for each in tree["consistency"]}
    for place, path in INCLUSION.items():
        assert inclusion[place] == path.split()
    for sizes, path in CONSISTENCY.items():
        assert consistency[sizes] == path.split()


def test_a_second_implementation_in_javascript_agrees():
    node = shutil.which("node")
    if node is None:
        pytest.skip("NOT CHECKED: no node on this machine, so the second implementation did not run")
    done = subprocess.run([node, str(HERE / "vectors.mjs")], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "270 checked, 0 failed" in done.stdout
