"""The command makes its own environment, and repairs what a former start left."""

from __future__ import annotations

import ast
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from amur.config import environment
from tests.config.conftest import ROOT, write_program

_OLD = "import sys; sys.version_info = (3, 8, 10, 'final', 0); sys.argv = ['amur', 'up']; import runpy; runpy.run_path({!r}, run_name='__main__')"


def test_a_first_start_makes_the_environment_and_a_second_is_quick(project):
    first = project.start("up", "--port", "8001", AMUR_UV="0")
    assert first.returncode == 0, first.stderr
    assert first.stdout == "the command up --port 8001\n"
    assert "Making the environment .venv with venv" in first.stderr
    second = project.start("trace")
    assert (second.stdout, second.stderr) == ("the command trace\n", "")


def test_what_is_installed_is_what_was_locked_and_nothing_is_resolved_again(project, fake_uv):
    path = fake_uv("print(*sys.argv); sys.exit('as asked')")
    assert "--require-hashes --no-deps -r" in project.start("up", PATH=path).stderr


def test_it_says_each_step_with_its_time(project):
    lines = project.start("up").stderr.splitlines()
    assert all(line[0] == "[" and " s] " in line for line in lines)
    assert len(lines) == 3


def test_a_project_that_was_moved_still_starts(project):
    project.start("up")
    moved = project.root.rename(project.root.with_name("elsewhere"))
    done = subprocess.run(
        [sys.executable, moved / "amur", "up"], env=project.environment(), capture_output=True, text=True, check=False
    )
    assert done.stdout == "the command up\n", done.stderr


def test_a_changed_lock_is_installed_again(project):
    project.start("up")
    (project.root / "requirements.lock").write_text("# another lock\n")
    assert "Installing up to 0 packages from requirements.lock" in project.start("up").stderr


def test_the_tests_have_a_lock_of_their_own(project):
    project.start("up")
    assert "requirements-test.lock" in project.start("test").stderr


def test_what_a_killed_start_left_is_made_again(project, fake_uv):
    path = fake_uv("open(os.path.join(os.path.dirname(sys.argv[0]), 'here'), 'w'); time.sleep(60)")
    command = [sys.executable, project.root / "amur", "up"]
    started = subprocess.Popen(
        command, env=project.environment(PATH=path), stderr=subprocess.DEVNULL, start_new_session=True
    )
    here = Path(path.partition(os.pathsep)[0]) / "here"
    deadline = time.monotonic() + 60
    while not here.exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    os.killpg(started.pid, signal.SIGKILL)
    started.wait()
    (project.venv / "half").touch()
    again = project.start("up")
    assert "left half-finished; making it again" in again.stderr
    assert again.stdout == "the command up\n"
    assert not (project.venv / "half").exists()


def test_an_environment_whose_python_is_gone_is_made_again(project):
    project.start("up")
    for link in (project.venv / "bin").glob("python*"):
        link.unlink()
    again = project.start("up")
    assert again.stdout == "the command up\n", again.stderr


def test_two_starts_at_once_make_it_once(project, fake_uv):
    path = fake_uv("time.sleep(1)")
    environment = project.environment(PATH=path)
    command = [sys.executable, project.root / "amur", "up"]
    both = [
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    said = [process.communicate(timeout=60) for process in both]
    assert [out for out, _ in said] == ["the command up\n"] * 2
    errors = "".join(error for _, error in said)
    assert errors.count("Making the environment") == 1
    assert errors.count("waiting for it") == 1


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("error: No space left on device (os error 28)", "The disk is full"),
        ("Hash mismatch: hashes do not match", "differs from the one that was locked"),
        ("dns error: failed to lookup address", "Check the network"),
    ],
)
def test_an_installation_that_fails_says_what_to_do_and_continues_next_time(project, fake_uv, said, told):
    path = fake_uv(f"sys.exit({said!r})")
    failed = project.start("up", PATH=path)
    assert failed.returncode == 1
    assert said in failed.stderr
    assert told in failed.stderr
    assert "Traceback" not in failed.stderr
    assert project.start("up").stdout == "the command up\n"


def _hear_ctrl_c():
    """Undo what a shell does to a program in the background, as these tests may be: it makes it deaf to Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_ctrl_c_during_the_installation_ends_with_a_sentence(project, fake_uv):
    path = fake_uv("open(os.path.join(os.path.dirname(sys.argv[0]), 'here'), 'w'); time.sleep(60)")
    command = [sys.executable, project.root / "amur", "up"]
    started = subprocess.Popen(
        command,
        env=project.environment(PATH=path),
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=_hear_ctrl_c,  # noqa: PLW1509 - this process has no threads when it starts the other
    )
    here = Path(path.partition(os.pathsep)[0]) / "here"
    while not here.exists():
        time.sleep(0.05)
    os.killpg(started.pid, signal.SIGINT)
    _, errors = started.communicate(timeout=30)
    assert started.returncode == 130
    assert "Stopped. Start the command again" in errors
    assert "Traceback" not in errors.partition("Stopped.")[2]


def test_a_machine_without_venv_is_told_what_to_install(project, tmp_path):
    broken = write_program(
        tmp_path / "broken" / "python",
        f'#!/bin/sh\ncase "$*" in *venv*) echo \'ensurepip is not available\'; exit 1;; esac\nexec {sys.executable} "$@"\n',
    )
    code = f"import os, sys; os.environ['AMUR_UV'] = '0'; sys.executable = {str(broken)!r}; sys.argv = ['amur', 'up']; import runpy; runpy.run_path({str(project.root / 'amur')!r}, run_name='__main__')"
    done = subprocess.run(
        [sys.executable, "-c", code], env=project.environment(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "python3-venv" in done.stderr


def test_a_python_that_is_too_old_is_named_with_what_to_install():
    code = _OLD.format(str(ROOT / "amur"))
    done = subprocess.run(
        [sys.executable, "-c", code], env={"PATH": "/nowhere"}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "needs Python 3.11 or newer, found 3.8" in done.stderr
    assert "apt install python3.11" in done.stderr


def test_an_old_python_hands_over_to_a_newer_one(project, tmp_path):
    """Also when a program of the right name stands first on PATH and does not run."""
    write_program(tmp_path / "first" / "python3.11", "#!/bin/sh\nexit 127\n")
    (tmp_path / "second").mkdir()
    (tmp_path / "second" / "python3").symlink_to(sys.executable)
    uv = project.path.partition(os.pathsep)[0]
    path = f"{tmp_path / 'first'}:{tmp_path / 'second'}:{uv}:/usr/bin:/bin"
    code = _OLD.format(str(project.root / "amur"))
    done = subprocess.run(
        [sys.executable, "-c", code], env=project.environment(PATH=path), capture_output=True, text=True, check=False
    )
    assert done.stdout == "the command up\n", done.stderr


def test_the_script_parses_on_any_python():
    text = (ROOT / "amur").read_text(encoding="ascii")
    ast.parse(text, feature_version=(3, 4))
    assert "f'" not in text
    assert 'f"' not in text


def _old_pythons() -> list[Path]:
    """Return the older Pythons that happen to be here, Python 2 among them."""
    folders = [*map(Path, os.environ["PATH"].split(os.pathsep)), *Path.home().glob(".pyenv/versions/*/bin")]
    names = ("python2.7", "python3.6", "python3.8", "python3.10")
    return [
        folder / name
        for folder in folders
        for name in names
        if (folder / name).exists() and "shims" not in folder.parts
    ]


def test_older_pythons_that_are_here_run_it_to_its_message():
    for python in _old_pythons():
        done = subprocess.run(
            [python, ROOT / "amur", "up"], env={"PATH": "/nowhere"}, capture_output=True, text=True, check=False
        )
        assert done.returncode == 2, python
        assert "needs Python 3.11" in done.stderr


@pytest.fixture
def here(project, monkeypatch):
    """Let the module itself work on the small project, and note what it becomes at the end."""
    became = []
    monkeypatch.setenv("PATH", project.path)
    monkeypatch.setattr(environment, "ROOT", project.root)
    monkeypatch.setattr(environment.os, "execv", lambda program, words: became.append(words))
    return became


def test_it_becomes_the_command_of_its_own_python(here, project, capsys):
    assert environment.main(["--help", "check"]) == 0
    assert here == [[str(project.venv / "bin" / "python"), "-P", "-m", "amur", "--help", "check"]]
    assert "The environment is ready." in capsys.readouterr().err
    assert environment.main(["check"]) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.deep
def test_without_uv_it_takes_venv_and_pip(here, project, monkeypatch, capsys):
    monkeypatch.setenv("AMUR_UV", "0")
    assert environment.main(["up"]) == 0
    assert "with venv" in capsys.readouterr().err
    for pip in project.venv.glob("lib/python3*/site-packages/pip*"):
        shutil.rmtree(pip)
    (project.root / "requirements.lock").write_text("# another\n")
    assert environment.main(["up"]) == 0
    assert list(project.venv.glob("lib/python3*/site-packages/pip"))


def test_what_cannot_be_made_ends_with_a_sentence(here, project, monkeypatch, capsys):
    def fail(*_: object) -> None:
        raise environment.SetUpError("no")

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(environment, "ensure", fail)
    assert environment.main(["up"]) == 1
    monkeypatch.setattr(environment, "ensure", stop)
    assert environment.main(["up"]) == 130
    assert capsys.readouterr().err == "no\n\nStopped. Start the command again: it continues from here.\n"
    with pytest.raises(environment.SetUpError, match="Doing it failed: /nowhere"):
        environment.run(["/nowhere"], "Doing it")


def test_a_half_finished_one_is_made_again_and_a_failed_one_continued(here, project, fake_uv, monkeypatch, capsys):
    monkeypatch.setenv("PATH", fake_uv("sys.exit('no route')"))
    assert environment.main(["up"]) == 1
    assert "Check the network" in capsys.readouterr().err
    assert not (project.venv / "amur-setting-up").exists()
    (project.venv / "amur-setting-up").touch()
    monkeypatch.setenv("PATH", fake_uv("sys.exit(0)"))
    assert environment.main(["up"]) == 0
    assert "making it again" in capsys.readouterr().err


def test_it_waits_for_another_start(here, project, fake_uv, monkeypatch, capsys):
    monkeypatch.setenv("PATH", fake_uv("sys.exit(0)"))
    with (project.root / "requirements.lock").open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        waiting = threading.Timer(0.5, lambda: fcntl.flock(held, fcntl.LOCK_UN))
        waiting.start()
        assert environment.main(["up"]) == 0
    assert "waiting for it" in capsys.readouterr().err
