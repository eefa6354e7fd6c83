"""What takes challenges of a public result is a procedure of the pack."""

from __future__ import annotations

from amur.studies.checks import check_challenge
from amur.studies.declarations import MethodDeclaration
from tests.studies.conftest import method


def _found(**changes) -> list[tuple[str, str, str]]:
    def locate(path):
        return "/".join(map(str, path)), 1

    declaration = MethodDeclaration.model_validate(method(**changes))
    return [(one.file, one.check, one.found) for one in check_challenge(declaration, ["objection"], locate)]


def test_a_method_need_not_be_challenged_and_only_by_a_procedure_that_is_there():
    assert _found() == []
    assert _found(challenge="objection") == []
    assert _found(challenge="complaint") == [("challenge", "method.challenge", "unknown procedure 'complaint'")]
