"""The verb ``amur check`` as it is typed, and how it prints what it finds: for people, for editors, for programs."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from amur.config.installation import pack_folder
from amur.config.terminal import CommandError, complain, print_json, say, step
from amur.config.tongue import Tongue, spoken

if TYPE_CHECKING:
    from amur.base.canonical import Json
    from amur.base.faults import Fault
    from amur.packs.throwaway import Result

_NONE = {"zh": "没有发现问题。", "en": "no fault."}
_COUNT = {"zh": "{count} 处要改。", "en": "{count} fault{s}."}


def check(
    pack: Annotated[Path, typer.Argument(help="Folder of the pack.")],
    examples: Annotated[  # noqa: FBT002 -- an option of the command
        bool, typer.Option("--examples", help="Also run the worked examples, and tell what they walk.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of lines.")] = False,  # noqa: FBT002 -- as above
    language: Tongue = "",
) -> None:
    """Check a pack and report all faults at once, in Chinese or English."""
    raise typer.Exit(run(pack, examples=examples, as_json=as_json, language=language))


def run(folder: Path, *, examples: bool = False, as_json: bool = False, language: str = "") -> int:
    """Check a pack, print what is wrong and how its examples went; return the exit code.

    Neither settings nor a database are loaded: a pack is read from its files.
    """
    if not folder.is_dir():
        raise CommandError(f"{folder} is no folder; name the folder of a pack, such as {pack_folder()}")
    # A short run makes millions of small objects that all live to its end: looking for garbage is half of its time,
    # now and once more at the end.
    gc.disable()
    from amur.packs import reads

    tongue = spoken(language, folder)
    faults = reads.check(folder)
    gc.freeze()
    gc.enable()
    if as_json:
        return _print_json(folder, faults, tongue, examples=examples)
    print_faults(folder, faults, tongue)
    if faults:
        return 1
    return _run_examples(folder) if examples else 0


def print_faults(folder: Path, faults: Iterable[Fault], tongue: str) -> None:
    """Print all faults of a pack, a line each as editors understand them, and how many there are."""
    from amur.packs import telling

    faults = list(faults)
    for fault in faults:
        say(telling.line_of(fault, tongue, above=f"{folder}/"))
    if faults:
        complain(f"{folder}: {_COUNT[tongue].format(count=len(faults), s='s' * (len(faults) > 1))}")
    else:
        say(f"{folder}: {_NONE[tongue]}")


def _print_json(folder: Path, faults: list[Fault], tongue: str, *, examples: bool) -> int:
    from amur.packs import reads, telling

    told: dict[str, Json] = {"faults": telling.as_json(faults, tongue)}
    failed = bool(faults)
    if examples and not faults:
        results = reads.run_examples(folder)
        told["examples"] = [{"id": one.id, "passed": one.passed, "failures": list(one.failures)} for one in results]
        failed = not results or not all(one.passed for one in results)
    print_json(told | {"seconds": round(time.process_time(), 2)})
    return 1 if failed else 0


def _run_examples(folder: Path) -> int:
    from amur.packs import reads

    with step(f"Running the examples of {folder.name}"):
        results = reads.run_examples(folder)
    for result in results:
        _print_result(result)
    failed = sum(not result.passed for result in results)
    say(f"{len(results) - failed} of {len(results)} examples passed.")
    for name, walk, left in reads.walks(folder, results):
        say(f"{name}: {walk}{'; not ' + ', '.join(left) if left else ''}")
    return 1 if failed or not results else 0


def _print_result(result: Result) -> None:
    say(f"{'passed' if result.passed else 'FAILED'}  {', '.join(result.proves)}  {result.id}  {result.file}")
    for failure in result.failures:
        complain(f"    {failure}")
