"""A small authority: regions, roles, bodies with a succession, and a way to make accounts."""

from __future__ import annotations

import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from amur.base.acting import Actor, system
from amur.base.declared import Text
from amur.base.identifiers import IdentifierScheme
from amur.people import acts
from amur.people.declarations import BodyDeclaration, RegionDeclaration, RoleDeclaration
from amur.people.models import Account

CALLBACK = "http://testserver/accounts/oidc/demo/login/callback/"
ROOT = Path(__file__).resolve().parents[2]
SYSTEM_ACTOR = system("cli", client="cli")


def text(name: str) -> Text:
    return Text(zh=f"{name}（中）", en=name)


REGIONS = [
    RegionDeclaration(code=code, title=text(code), level=level, parent=parent)
    for code, level, parent in (
        ("230000", "province", None),
        ("230100", "prefecture", "230000"),
        ("230102", "county", "230100"),
        ("230200", "prefecture", "230000"),
    )
]
ROLES = [RoleDeclaration(id=name, title=text(name)) for name in ("handler", "decider")]
BODIES = [
    BodyDeclaration(id="old_office", title=text("old"), region="230000", valid_to="2018-10-31", successor="bureau"),
    BodyDeclaration(id="bureau", title=text("bureau"), region="230000", roles=("handler", "decider")),
    BodyDeclaration(id="city_office", title=text("city"), region="230100", parent="bureau", roles=("handler",)),
    BodyDeclaration(id="closed_office", title=text("closed"), valid_to="2020-12-31"),
]


@pytest.fixture
def authority(db: None, now: datetime) -> None:
    """Sync regions, roles and bodies."""
    acts.sync_regions(REGIONS, by=SYSTEM_ACTOR, now=now)
    acts.sync_roles(ROLES, by=SYSTEM_ACTOR, now=now)
    acts.sync_bodies(BODIES, by=SYSTEM_ACTOR, now=now)


@pytest.fixture
def machine() -> Actor:
    return SYSTEM_ACTOR


@pytest.fixture
def account(db: None, now: datetime) -> Callable[..., Account]:
    """Return a function that opens an account of a name."""

    def one(username: str = "wang", **options: Any) -> Account:
        return acts.open_account(
            username=username,
            email=options.pop("email", f"{username}@example.org"),
            display_name=options.pop("display_name", username.title()),
            by=SYSTEM_ACTOR,
            now=now,
            **options,
        )

    return one


@pytest.fixture
def scheme() -> IdentifierScheme:
    return IdentifierScheme(id="demo", title=text("demo"), alphabet="0123456789", weights=(1, 3), modulus=10)


@pytest.fixture(scope="session")
def provider() -> Iterator[str]:
    """Start oidc-provider on a free port; return its issuer."""
    node = shutil.which("node")
    if node is None or not (ROOT / "node_modules" / "oidc-provider").is_dir():
        pytest.skip("no Node or no package oidc-provider; run npm ci")
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = free.getsockname()[1]
    program = Path(__file__).parent / "openid" / "provider.mjs"
    process = subprocess.Popen(
        [node, str(program), str(port), CALLBACK],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=ROOT,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "ready"
        yield f"http://localhost:{port}"
    finally:
        process.terminate()
        process.wait(timeout=10)
        process.stdout.close()
