"""The stand-alone program that recomputes a draw: run as a stranger runs it, on a file, in a bare Python."""

from __future__ import annotations

import ast
import io
import json
import random
import subprocess
import sys
import tokenize
from pathlib import Path

import pytest

from amur.procedures.draws import engine

TOOL = Path(__file__).parents[3] / "tools" / "recompute_draw.py"
MOST_LINES = 50
NO_CODE = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}


def recompute(folder, published):
    """Run the program on a published draw; return its exit code and what it said."""
    file = folder / "draw.json"
    file.write_text(json.dumps(published, ensure_ascii=False), encoding="utf-8")
    command = [sys.executable, "-I", "-S", str(TOOL), str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={"PYTHONIOENCODING": "utf-8"})
    return done.returncode, done.stdout + done.stderr


def published(number):
    """Make a draw out of a number: some with strata, conflicts, two people for each, without balance, impossible."""
    chance = random.Random(number)
    people = [f"人{n}" for n in range(chance.randint(2, 6))]
    objects = {f"灯{n}": chance.randint(0, 1) for n in range(chance.randint(3, 12))}
    pairs = [(thing, one) for thing in objects for one in people if chance.random() < 0.25]
    committed = engine.commitment(
        {"draw": "抽查"},
        objects=objects,
        people=people,
        conflicts={pair: chance.randint(0, 2) for pair in pairs},
        take=[chance.randint(1, 4), chance.randint(0, 4)],
        each=chance.randint(1, 2),
        balance=number % 4 != 0,
    )
    root = chance.randbytes(32).hex()
    return {
        "commitment": committed,
        "sealed": {"index": 6, "size": 7},
        "head": {"body": json.dumps({"size": 8, "root": root})},
        "result": engine.draw(committed, root),
    }


def test_it_finds_what_the_office_found(tmp_path):
    outcomes = {}
    for number in range(12):
        draw = published(number)
        outcomes["impossible" in draw["result"]] = True
        code, said = recompute(tmp_path, draw)
        assert (code, said) == (0, "The result is what the commitment and the head give.\n"), number
    assert set(outcomes) == {True, False}


def _other_result(draw):
    draw["result"]["drawn"][0]["object"] = "灯99"


def _other_list(draw):
    draw["commitment"]["people"].append("人9")


def _other_head(draw):
    draw["head"]["body"] = json.dumps({"size": 8, "root": "00" * 32})


def _early_head(draw):
    draw["sealed"]["size"] = 8


@pytest.mark.parametrize("tamper", [_other_result, _other_list, _other_head, _early_head])
def test_it_finds_what_was_changed(tmp_path, tamper):
    draw = published(1)
    tamper(draw)
    code, said = recompute(tmp_path, draw)
    assert code == 1
    assert said.startswith("WRONG: ")


def test_it_draws_the_same_as_the_engine_many_times():
    """The program is imported here, to ask it more often than processes would let us."""
    scope: dict[str, object] = {"__name__": "recompute_draw"}
    exec(compile(TOOL.read_text(encoding="utf-8"), str(TOOL), "exec"), scope)
    for number in range(400):
        draw = published(number)
        root = json.loads(draw["head"]["body"])["root"]
        assert scope["draw"](draw["commitment"], root) == draw["result"], number


def test_it_is_short_enough_to_be_read_before_it_is_run():
    text = TOOL.read_text(encoding="utf-8")
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    code = {line for one in tokens if one.type not in NO_CODE for line in range(one.start[0], one.end[0] + 1)}
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Module | ast.FunctionDef) and ast.get_docstring(node):
            code -= set(range(node.body[0].lineno, node.body[0].end_lineno + 1))
    assert len(code) <= MOST_LINES
