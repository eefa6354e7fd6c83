"""What a pack says in a further language: beside its declarations, so that a translation changes none of them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from amur.base.declared import Declared, Identifier

Tongue = Literal["ru", "ja", "ko"]
Said = Annotated[str, StringConstraints(min_length=1)]


class TextsDeclaration(Declared):
    """``NAME.texts.yaml``: how texts of the pack are said in a language, each by its Chinese words.

    Wherever the pack says these words, also in what a case was pinned to long ago, a page in this language shows the
    translation. What is not here is said in English. Whether a language is a draft, ``pack.yaml`` says.
    """

    id: Identifier
    kind: Literal["texts"] = "texts"
    language: Tongue
    texts: dict[Said, Said] = Field(min_length=1)
