"""The result of reading a file, and the bounds within which it is read."""

from collections.abc import Callable
from dataclasses import dataclass, field


class Unreadable(Exception):
    """A file has no text that can be read. The message completes "It could not be read: …"."""


@dataclass(frozen=True, slots=True)
class Document:
    """A document's text, by pages where it has any, and what could not be read of it.

    `pages` are in order from page 1; a page without text is an empty string. Without pages the text is `text`.
    Tables in it are written as Markdown rows, which the chunker keeps whole. A text that is itself a table (CSV) stays as
    it is written: its rows are the lines from `header_line` on, the first `header_height` of them their header.
    """

    text: str = ""
    pages: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    header_line: int | None = None
    header_height: int = 1

    @property
    def whole_text(self) -> str:
        """All of the text."""
        return "\n\n".join(page for page in self.pages if page) if self.pages else self.text


@dataclass(slots=True)
class Budget:
    """What a file may still unpack to, shared by everything that lies inside of it."""

    inflated_bytes: int
    files: int = 1_000
    depth: int = 3
    max_pages: int = 2_000

    def spend(self, size: int) -> None:
        """Count one unpacked file; Unreadable when the bound is passed."""
        self.inflated_bytes -= size
        self.files -= 1
        if self.inflated_bytes < 0 or self.files < 0:
            raise Unreadable("it unpacks to more than a document may hold")


@dataclass(frozen=True, slots=True)
class Source:
    """The bytes of a file under its name, and how to read a file that lies inside of it."""

    name: str
    data: bytes
    budget: Budget
    read_inner: "Callable[[Source], Document]"
    level: int = 0

    @property
    def suffix(self) -> str:
        """The end of the name from its last dot on, in lower case; empty when there is none."""
        stem, dot, suffix = self.name.rpartition(".")
        return f".{suffix.lower()}" if dot and stem and suffix.isalnum() else ""

    def inside(self, name: str, data: bytes) -> "Source":
        """Return a file that lies inside of this one."""
        return Source(name, data, self.budget, self.read_inner, self.level + 1)


@dataclass(slots=True)
class Parts:
    """A text that is put together from files that lie in another one, each under its own name."""

    texts: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def add(self, source: Source) -> None:
        """Read a file into the text under its name."""
        if text := self.read(source):
            self.texts.append(f"# {source.name}\n\n{text}")

    def read(self, source: Source) -> str:
        """Return the text of a file. One that cannot be read is named in the warnings, and its text is empty."""
        try:
            document = source.read_inner(source)
        except Unreadable as error:
            self.warnings.append(f"{source.name!r} inside could not be read: {error}")
            return ""
        self.warnings += [f"{source.name}: {warning}" for warning in document.warnings]
        text = document.whole_text.strip()
        if not text:
            self.warnings.append(f"{source.name!r} inside holds no text")
        return text
