"""What a pack can say about who acts: its regions, its bodies with their succession, and the roles they have.

A pack names no person; accounts and appointments are made in the installation.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from amur.base.declared import Declared, Identifier, Text

RegionCode = Annotated[str, Field(pattern=r"^[0-9A-Z][0-9A-Z-]{1,11}$")]
"""A code in quotes. Codes nest by pairs of characters: 230102 lies in 230100 and in 230000."""


class RegionDeclaration(Declared):
    """A region; ``level`` is the pack's own word, such as province, prefecture or county.

    ``sort`` tells regions of a level apart, such as district or city. ``valid_to`` is the last day; the ``successors``
    carry on from the day after, several where it was divided. ``source`` says where just this one was read.
    """

    code: RegionCode
    title: Text
    level: Identifier
    sort: Identifier | None = None
    parent: RegionCode | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    successors: tuple[RegionCode, ...] = ()
    source: str = ""
    verified: bool | None = None


class RegionsDeclaration(Declared):
    """The file regions.yaml; its source, and whether it is verified, hold for each region that says nothing else."""

    source: str = ""
    verified: bool = False
    regions: tuple[RegionDeclaration, ...] = Field(min_length=1)


class CardDeclaration(Declared):
    """A card that whoever acts in a role must have, such as an enforcement card, by its name."""

    title: Text


class RoleDeclaration(Declared):
    """A role that people hold in a body: what they do there, in a word and a sentence.

    With ``card`` nobody acts in the role without such a card that is valid on the day; they read all the same. Who
    ``oversees`` is told which cases are late, where they lie and why, and nothing of what is in them.
    """

    id: Identifier
    title: Text
    summary: Text | None = None
    card: CardDeclaration | None = None
    oversees: bool = False


class RolesDeclaration(Declared):
    """The file roles.yaml."""

    roles: tuple[RoleDeclaration, ...] = Field(min_length=1)


class BodyDeclaration(Declared):
    """A unit of the authority. ``valid_to`` is its last day; the successor carries on from the day after.

    Without a region it answers for every region; with ``roles`` it has only those. It is ``inferred`` where the policy
    does not name it and what is to be done asks for it.
    """

    id: Identifier
    title: Text
    region: RegionCode | None = None
    parent: Identifier | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    successor: Identifier | None = None
    roles: tuple[Identifier, ...] = ()
    inferred: bool = False
    source: str = ""
    verified: bool = False


class BodiesDeclaration(Declared):
    """The file bodies.yaml."""

    source: str = ""
    verified: bool = False
    bodies: tuple[BodyDeclaration, ...] = Field(min_length=1)
