"""The state of a partition as it lies on the server: with what it has taken in, and what it said last.

A state is pickled. Whoever may write to the server must not be able to run code here by that, so only plain values are
read back: the types of Python's own, of ``collections``, ``datetime`` and ``decimal``, and the fold's own classes.
"""

from __future__ import annotations

import io
import pickle
import sys
from dataclasses import dataclass, field
from typing import Any

from amur.compute.failures import KernelFailed

_PLAIN = {
    "builtins": {"bytearray", "complex", "frozenset", "range", "set", "slice"},
    "collections": {"Counter", "OrderedDict", "defaultdict", "deque"},
    "datetime": {"date", "datetime", "time", "timedelta", "timezone"},
    "decimal": {"Decimal"},
}
_SOURCES = 256


@dataclass(slots=True)
class Held:
    """What a partition holds: the revision on the server, the last message taken in and its result, the state.

    ``sources`` tells the last position of each of the last 256 sources: what is sent twice is taken in once, however
    long ago the server forgot its identity.
    """

    revision: int = 0
    sequence: int = 0
    result: bytes | None = None
    sources: dict[str, int] = field(default_factory=dict)
    has_begun: bool = False
    state: Any = None

    def has_taken(self, source: str, position: int) -> bool:
        """Say whether a batch of a source is in already; positions of one source come in their order.

        >>> Held(sources={"a": 3}).has_taken("a", 3), Held().has_taken("a", 3)
        (True, False)
        """
        return position <= self.sources.get(source, -1)

    def note(self, source: str, position: int) -> None:
        """Remember the last position of a source, and forget the source that was silent longest.

        >>> held = Held(sources={"a": 3}); held.note("a", 4); held.sources
        {'a': 4}
        """
        self.sources.pop(source, None)
        self.sources[source] = position
        while len(self.sources) > _SOURCES:
            del self.sources[next(iter(self.sources))]


def to_bytes(held: Held) -> bytes:
    """Return what is held as bytes; the revision is the server's own."""
    return pickle.dumps(
        (held.sequence, held.result, held.sources, held.has_begun, held.state), protocol=pickle.HIGHEST_PROTOCOL
    )


def from_bytes(data: bytes, revision: int, module: str) -> Held:
    """Return what is held; ``module`` is the fold's own, whose classes a state may have.

    Raises:
        KernelFailed: if the bytes are no such state, or hold other than plain values.

    >>> from_bytes(to_bytes(Held(sequence=4, state={"a": 1})), 9, "amur.compute").state
    {'a': 1}
    >>> from_bytes(pickle.dumps(print), 9, "amur.compute")
    Traceback (most recent call last):
        ...
    amur.compute.failures.KernelFailed: a state cannot be read: it names builtins.print; ...
    """
    try:
        sequence, result, sources, has_begun, state = _Reader(io.BytesIO(data), module).load()
    except KernelFailed:
        raise
    except Exception as error:  # a damaged pickle raises anything
        raise KernelFailed("compute.state", f"a state cannot be read: {type(error).__name__}: {error}") from error
    return Held(revision, sequence, result, sources, has_begun, state)


class _Reader(pickle.Unpickler):
    def __init__(self, file: io.BytesIO, module: str) -> None:
        super().__init__(file)
        self._module = module

    def find_class(self, module: str, name: str) -> Any:
        if name in _PLAIN.get(module, ()):
            return super().find_class(module, name)
        if module == self._module and "." not in name:
            found = getattr(sys.modules.get(module), name, None)
            if isinstance(found, type) and found.__module__ == module:
                return found
        text = f"a state cannot be read: it names {module}.{name}; a state has plain values and the fold's own classes"
        raise KernelFailed("compute.state", text)
