"""What a pack can say about topics: groups of services by what happened to whoever looks for one."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from amur.base.declared import Declared, Identifier, Text

Audience = Literal["people", "enterprises", "all"]


class Topic(Declared):
    """Something that happens to somebody, in their words, and the services for it, the most wanted first.

    ``finders`` are questions that lead to the right one; ``registers`` answer the same need without an application.
    """

    id: Identifier
    title: Text
    summary: Text | None = None
    audience: Audience = "all"
    services: tuple[Identifier, ...] = ()
    finders: tuple[Identifier, ...] = ()
    registers: tuple[Identifier, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Return all that it leads to."""
        return (*self.services, *self.finders, *self.registers)

    @model_validator(mode="after")
    def _leads_somewhere(self) -> Topic:
        if not self.names:
            raise ValueError(f"topic {self.id!r} leads to nothing; name a service, a finder or a register")
        for name in self.names:
            if self.names.count(name) > 1:
                raise ValueError(f"found {name!r} twice in topic {self.id!r}; name each once")
        return self


class TopicsDeclaration(Declared):
    """``topics.yaml``: the topics in the order in which the portal shows them.

    A service may stand under several topics. One that stands under none is shown after all topics.
    """

    kind: Literal["topics"] = "topics"
    topics: tuple[Topic, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _names_are_unique(self) -> TopicsDeclaration:
        names = [topic.id for topic in self.topics]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"found topic {name!r} twice; give each topic its own id")
        return self
