"""RTF: paragraphs under their headings, tables, notes and comments at their marks, headers and footers once."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from app.reading.document import Document, Source, Unreadable
from app.reading.flow import Cell, Flow, Notes
from app.reading.list_numbers import LEVELS
from app.reading.raised import raised
from app.reading.rtf_tokens import Token, read_tokens

_HEADERS = ("header", "headerl", "headerr", "headerf")
_FOOTERS = ("footer", "footerl", "footerr", "footerf")
# Groups whose text no reader sees.
_SKIPPED_WORDS = """
    fonttbl colortbl stylesheet info pict objdata fldinst sp xe tc nonshppict shppict filetbl listtable
    listoverridetable revtbl rsidtbl generator themedata colorschememapping latentstyles datastore xmlnstbl
    listpicture nonesttables atrfstart atrfend atndate atnref atnid atntime bkmkstart bkmkend do ftnsep ftnsepc
    ftncn aftnsep aftnsepc aftncn pgdsctbl template falt panose mmathPr
"""
_SKIPPED = frozenset(_SKIPPED_WORDS.split())
# Text in these is shown although they lie in a group that is skipped, or could be.
_SHOWN = frozenset(
    {"shptxt", "shpinst", "shpgrp", "listtext", "pntext", "result", "fldrslt", "nesttableprops"}
)
_HEADING_STYLE = re.compile(r"\s*heading ([1-6])\s*;", re.IGNORECASE)
_MARKS = frozenset({"listtext", "pntext"})
_MARKED = frozenset({"footnote", "annotation", "atnauthor"})
_VISIBILITY = frozenset({"v", "deleted", "htmlrtf", "plain"})
_RAISES = frozenset({"super", "up"})
_LOWERS = frozenset({"nosupersub", "sub", "dn", "plain"})
_DEEPEST = 200
_PARAGRAPH_ENDS = frozenset({"par", "sect", "page", "column"})


def read_rtf(source: Source) -> Document:
    """Return the text in the order of the page, the texts of notes at the end."""
    reader = _Reader()
    for token in read_tokens(source.data):
        reader.take(token)
    return Document("\n\n".join(filter(None, reader.parts())))


@dataclass(slots=True)
class _Group:
    """What holds in a group: where its text goes, and whether it is shown."""

    flow: Flow
    is_skipped: bool = False
    is_hidden: bool = False
    is_deleted: bool = False
    may_skip: bool = False
    is_styles: bool = False
    takes_author: bool = False
    note: str = ""
    is_mark: bool = False
    is_raised: bool = False


@dataclass(slots=True)
class _Reader:
    _body: Flow = field(default_factory=Flow)
    _headers: list[Flow] = field(default_factory=list)
    _footers: list[Flow] = field(default_factory=list)
    _notes: Notes = field(default_factory=Notes)
    _groups: list[_Group] = field(default_factory=list)
    _author: str = ""
    _raised: str = ""
    _style: int = 0
    _cell: Cell = field(default_factory=Cell)
    _levels: dict[int, int] = field(default_factory=dict)

    def take(self, token: Token) -> None:
        """Read one token."""
        if not self._groups:
            self._groups.append(_Group(self._body))
        group = self._groups[-1]
        if token.kind != "text":
            self._end_raised(group)
        if token.kind == "{":
            if len(self._groups) > _DEEPEST:
                raise Unreadable("its groups are nested too deeply")
            self._groups.append(replace(group, may_skip=False, note=""))
        elif token.kind == "}":
            self._close(group)
        elif token.kind == "*":
            group.may_skip = True
        elif token.kind == "text":
            self._text(group, token.text)
        else:
            self._word(group, token)

    def parts(self) -> Iterator[str]:
        """Yield the parts of the document: its title, headers, text, footers, notes."""
        if self._groups:
            # A file that is cut off may end within a raised number.
            self._end_raised(self._groups[-1])
        blocks = self._body.blocks()
        if blocks and blocks[0].startswith("# "):
            yield blocks.pop(0)
        yield from dict.fromkeys(flow.text() for flow in self._headers)
        yield "\n\n".join(blocks)
        yield from dict.fromkeys(flow.text() for flow in self._footers)
        yield self._notes.text()

    def _close(self, group: _Group) -> None:
        if len(self._groups) > 1:
            self._groups.pop()
        outer = self._groups[-1]
        if group.note:
            self._notes.add(group.note, group.flow.text())
        if group.takes_author:
            outer.takes_author = False

    def _text(self, group: _Group, text: str) -> None:
        if group.is_styles and (heading := _HEADING_STYLE.match(text)):
            self._levels.setdefault(self._style, int(heading[1]))
        if group.takes_author:
            self._author += text
        elif not (group.is_skipped or group.is_hidden or group.is_deleted):
            if group.is_raised:
                self._raised += text
            else:
                group.flow.add(text)

    def _end_raised(self, group: _Group) -> None:
        """Add the text that stands raised, whose parts make one number: a sign and its digits."""
        if self._raised:
            group.flow.add(raised(self._raised))
            self._raised = ""

    def _word(self, group: _Group, token: Token) -> None:
        word = token.text
        if word in _RAISES or word in _LOWERS:
            group.is_raised = word in _RAISES and token.number != 0
        if word in _MARKED:
            self._mark(group, word)
        elif word in _HEADERS or word in _FOOTERS:
            group.flow, group.is_skipped = Flow(), False
            (self._headers if word in _HEADERS else self._footers).append(group.flow)
        elif word in _SHOWN:
            group.is_skipped, group.is_mark = False, word in _MARKS
            group.flow.begin(word)
        elif word in _SKIPPED or group.may_skip:
            group.is_skipped = True
            group.is_styles = group.is_styles or word == "stylesheet"
        elif group.is_styles:
            self._note_style(word, token.number or 0)
        elif word in _VISIBILITY:
            self._hide(group, word, is_on=token.number != 0)
        elif word == "s" and not group.is_skipped:
            group.flow.level = self._levels.get(token.number or 0, 0)
        elif not (group.is_skipped or group.is_mark):
            # What the group of a mark says of paragraphs ends with it.
            self._control(group.flow, word, token.number or 0)
        group.may_skip = False

    def _hide(self, group: _Group, word: str, *, is_on: bool) -> None:
        """Show a text or not. ``htmlrtf`` marks what only programs without HTML show, in the RTF that Outlook makes of it."""
        if word == "v":
            group.is_hidden = is_on
        elif word == "plain":
            group.is_hidden = group.is_deleted = False
        else:
            group.is_deleted = is_on

    def _note_style(self, word: str, number: int) -> None:
        """Note which styles of paragraphs are headings, and of which level."""
        if word == "s":
            self._style = number
        elif word == "outlinelevel":
            self._levels[self._style] = number + 1

    def _control(self, flow: Flow, word: str, number: int) -> None:
        """Follow a control word that ends or shapes a paragraph, a cell or a row."""
        if word in _PARAGRAPH_ENDS:
            flow.end_paragraph()
        elif word in ("cell", "nestcell"):
            flow.end_cell(is_nested=word == "nestcell")
        elif word in ("row", "nestrow"):
            flow.end_row(is_nested=word == "nestrow")
        elif word == "pard":
            flow.in_table, flow.level, flow.depth = False, 0, 0
        elif word == "ilvl":
            flow.depth = min(max(number, 0), LEVELS - 1)
        elif word in ("intbl", "itap"):
            flow.in_table = word == "intbl" or number > 0
        elif word == "outlinelevel":
            flow.level = number + 1
        else:
            self._shape_cell(flow, word, number)

    def _shape_cell(self, flow: Flow, word: str, number: int) -> None:
        if word == "trowd":
            flow.merges, self._cell = [], Cell()
        elif word == "cellx":
            self._cell.right = number
            flow.merges.append(self._cell)
            self._cell = Cell()
        elif word in ("clmgf", "clmrg", "clvmrg"):
            self._cell.spans |= word == "clmgf"
            self._cell.from_left |= word == "clmrg"
            self._cell.from_above |= word == "clvmrg"

    def _mark(self, group: _Group, word: str) -> None:
        """Set the mark of a note or a comment, and read its text apart."""
        if word == "atnauthor":
            self._author, group.takes_author = "", True
            return
        is_hidden = group.is_skipped or group.is_hidden or group.is_deleted
        author = self._author if word == "annotation" else None
        group.note = "" if is_hidden else self._notes.begin(author)
        if not is_hidden:
            group.flow.add(f"[^{group.note}]")
        group.flow = Flow()
        self._author = ""
