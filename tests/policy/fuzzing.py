"""A program that throws at the reader what coverage leads a fuzzer to, for so many seconds; it falls as the reader falls.

``python -m tests.policy.fuzzing SECONDS CORPUS`` from the project's folder; what made the reader fall lies in the corpus.
"""

from __future__ import annotations

import json
import sys
from contextlib import suppress

import atheris

with atheris.instrument_imports(include=["amur.policy.engine"]):
    from amur.policy.engine import TextError, read_text


def read(content: bytes) -> None:
    """Read what the fuzzer gives: a tree or a clear word, and nothing else."""
    with suppress(TextError):
        read = read_text(content)
        json.dumps(read.as_dict())
        if not read.parts:
            raise AssertionError("a tree without a part")


def main(seconds: str, corpus: str) -> None:
    """Fuzz for so many seconds; a single text that takes ten is a fault too."""
    options = [
        f"-max_total_time={seconds}",
        "-timeout=10",
        "-max_len=4096",
        "-print_final_stats=1",
        f"-artifact_prefix={corpus}/",
    ]
    atheris.Setup([sys.argv[0], *options, corpus], read)
    atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])
