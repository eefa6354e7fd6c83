"""What an installation may say about its database, mail, keys and browsers, and what it may not."""

from __future__ import annotations

import threading

import pytest

from amur.config import database, installation, keys, mail, policies


def test_sqlite_is_the_default_and_loses_nothing_at_a_power_cut(tmp_path):
    found = database.from_url("", tmp_path / "new")
    assert found["NAME"] == tmp_path / "new" / "amur.sqlite3"
    assert "synchronous=FULL" in found["OPTIONS"]["init_command"]
    assert found["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert all("locmem" in one["BACKEND"] for one in database.caches(found).values())


def test_postgresql_is_said_by_its_url(tmp_path):
    found = database.from_url("postgresql://a%40b:p%2Fw@db.example:5433/amur?host=/run/pg", tmp_path)
    assert (found["USER"], found["PASSWORD"], found["NAME"]) == ("a@b", "p/w", "amur")
    assert (found["HOST"], found["PORT"]) == ("/run/pg", "5433")
    assert "Counts" in database.caches(found)["counts"]["BACKEND"]


@pytest.mark.parametrize("url", ["mysql://a/b", "amur", "/tmp/db"])
def test_another_database_is_refused_with_what_is_known(tmp_path, url):
    with pytest.raises(ValueError, match="use postgresql://"):
        database.from_url(url, tmp_path)


def test_mail_is_kept_as_files_unless_a_server_is_named(tmp_path):
    backend, options = mail.from_url("", tmp_path)
    assert "OneFileEach" in backend
    assert options["EMAIL_FILE_PATH"] == tmp_path / "mail"
    _, options = mail.from_url("smtp://me:secret@mail.example:2525", tmp_path)
    assert options["EMAIL_USE_TLS"]
    assert (options["EMAIL_HOST"], options["EMAIL_PORT"]) == ("mail.example", 2525)
    assert mail.from_url("smtps://mail.example", tmp_path)[1]["EMAIL_PORT"] == 465
    with pytest.raises(ValueError, match="use smtp://"):
        mail.from_url("http://mail.example", tmp_path)


def test_a_key_is_made_once_and_only_its_owner_reads_it(tmp_path):
    file = tmp_path / "keys" / "a.key"
    first = keys.read_or_make(file)
    assert keys.read_or_make(file) == first
    assert len(first) >= 64
    assert file.stat().st_mode & 0o077 == 0


def test_processes_that_begin_at_once_agree_on_a_key(tmp_path):
    file, found = tmp_path / "keys" / "a.key", []
    threads = [threading.Thread(target=lambda: found.append(keys.read_or_make(file))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 1
    assert [path.name for path in file.parent.iterdir()] == ["a.key"]


def test_the_policy_allows_nothing_inline_and_nothing_from_elsewhere():
    said = str(policies.content_security())
    assert "unsafe" not in said
    assert "http" not in said
    assert policies.content_security()["DIRECTIVES"]["frame-ancestors"] == ["'none'"]


def test_static_names_are_hashed_once_they_were_collected(tmp_path):
    assert "whitenoise" not in policies.static_storage(tmp_path, debug=False)
    (tmp_path / "staticfiles.json").touch()
    assert "CompressedManifest" in policies.static_storage(tmp_path, debug=False)
    assert "whitenoise" not in policies.static_storage(tmp_path, debug=True)


def test_front_end_packages_that_are_missing_are_left_out(tmp_path):
    assert policies.static_folders(tmp_path) == []


def test_identity_providers_are_said_as_json():
    said = (
        '[{"provider_id": "gov", "name": "Gov", "client_id": "a", "secret": "b", "server_url": "https://id.example"}]'
    )
    assert policies.openid_apps({"AMUR_OPENID": said})[0]["settings"] == {
        "server_url": "https://id.example",
        "oauth_pkce_enabled": True,
    }
    assert policies.openid_apps({}) == []


def test_the_pack_and_the_data_may_be_elsewhere(monkeypatch, tmp_path):
    monkeypatch.setenv("AMUR_PACK", str(tmp_path / "pack"))
    monkeypatch.setenv("AMUR_DATA", str(tmp_path / "data"))
    assert installation.pack_folder() == tmp_path / "pack"
    assert installation.data_folder() == tmp_path / "data"
    monkeypatch.delenv("AMUR_PACK")
    assert (installation.pack_folder() / "pack.yaml").exists()
