from tests.procedures.appeals.conftest import lodge, refused, reviewer

__all__ = ["lodge", "refused", "reviewer"]
