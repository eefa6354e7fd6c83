"""What a format hands over: the lines of a text, which of them are headings, and what was left out."""

from __future__ import annotations

from dataclasses import dataclass, field

_MOST_SHOWN = 60


@dataclass(slots=True)
class Extracted:
    """Lines in their order; ``headings`` gives the level of those that the file marks as such, 1 the outermost."""

    lines: list[str] = field(default_factory=list)
    headings: dict[int, int] = field(default_factory=dict)
    struck: list[str] = field(default_factory=list)

    def add(self, text: str, *, level: int = 0) -> None:
        r"""Append what stands in one block, a line for each of its lines; what is empty is nothing.

        >>> found = Extracted()
        >>> found.add("Lamps", level=2)
        >>> found.add("  one\n two ")
        >>> found.lines, found.headings
        (['Lamps', 'one', ' two'], {0: 2})
        """
        for line in text.strip().split("\n"):
            if line.strip():
                if level:
                    self.headings[len(self.lines)] = level
                self.lines.append(line.rstrip())

    @property
    def text(self) -> str:
        """Return the lines as one text."""
        return "\n".join(self.lines)

    def warnings(self) -> list[str]:
        """Say what was struck out and therefore is not in the text.

        >>> Extracted(struck=["1 May 2020", ""]).warnings()
        ['left out what is struck out: 1 May 2020']
        """
        said = [" ".join(words.split()) for words in self.struck]
        return [f"left out what is struck out: {words[:_MOST_SHOWN]}" for words in dict.fromkeys(said) if words]
