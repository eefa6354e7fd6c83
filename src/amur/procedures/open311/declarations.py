"""What a pack can say so that a procedure takes reports by Open311: what it is called there, and what goes where."""

from __future__ import annotations

from pydantic import Field

from amur.base.declared import Declared, Identifier, Text


class Reporter(Declared):
    """The fields of the form that take who reports: what has no field here is dropped and kept nowhere."""

    name: Identifier | None = None
    email: Identifier | None = None
    phone: Identifier | None = None


class Open311(Declared):
    """A procedure as a service of Open311. Its code is the id of the procedure; its attributes are the other fields.

    ``location``, ``address``, ``address_id``, ``description``, ``media_url`` and ``media`` name the fields that take
    what the standard calls so: a point, a text, a reference to a record, a text, a text with an address, a file.
    ``closed`` names the states in which a report counts as closed; in all others it is open. What others read of a
    report are the fields whose openness is public; of its words only where it stands in a state of ``words_shown_in``,
    if that is said. With ``needs_key`` only programs with a key send reports.
    """

    service_name: Text | None = None
    group: Text | None = None
    keywords: tuple[Text, ...] = ()
    location: Identifier | None = None
    address: Identifier | None = None
    address_id: Identifier | None = None
    description: Identifier
    media_url: Identifier | None = None
    media: Identifier | None = None
    reporter: Reporter = Reporter()
    closed: tuple[Identifier, ...] = Field(min_length=1)
    words_shown_in: tuple[Identifier, ...] = ()
    needs_key: bool = False

    @property
    def places(self) -> tuple[Identifier, ...]:
        """Return the fields by which a report says where it is."""
        return tuple(name for name in (self.location, self.address, self.address_id) if name)

    @property
    def words(self) -> frozenset[Identifier]:
        """Return the fields that hold what somebody wrote or linked."""
        return frozenset(name for name in (self.description, self.media_url) if name)

    @property
    def mapped(self) -> dict[str, Identifier]:
        """Return the fields that have a name in the standard, by where a pack says so."""
        own = {name: getattr(self, name) for name in _OWN}
        own |= {f"reporter.{name}": getattr(self.reporter, name) for name in _OF_REPORTER}
        return {name: field for name, field in own.items() if field}


_OWN = ("location", "address", "address_id", "description", "media_url", "media")
_OF_REPORTER = ("name", "email", "phone")
