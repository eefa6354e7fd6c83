"""The only writes of this room, by subject: drafts, files, submission, events, notices, reading.

All of them are gathered behind this door when one is first asked for, and not before: subjects lean on the modules
beside it, so a door that led to every subject at once would let none of them be imported first.
"""

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from amur.procedures.acts.gathered import *  # noqa: F403 -- the names of the door are those that it lists
else:

    def __getattr__(name: str) -> object:
        # A module beside this one is no act: whoever imports it is not to wait for all the others.
        if name not in {"__all__", "__wrapped__"} and find_spec(f"{__name__}.{name}") is not None:
            raise AttributeError(name)
        found = getattr(import_module(f"{__name__}.gathered"), name)
        globals()[name] = found
        return found
