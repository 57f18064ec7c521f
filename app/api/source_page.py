"""The page of a source as HTML. Whatever comes from documents or addresses is escaped here. Pure."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from html import escape
from string import Template

from app.api.source_text import QUOTE, text_html
from app.core.permissions import PASSAGE_ANCHOR, QUOTE_ANCHOR, Place, SourceLinks
from app.core.shipped import shipped
from app.library.sources import Piece, SourceText

_TEMPLATE = shipped("static") / "source.html"
# Direction overrides reverse letters. No script needs them, and they can make a text show something else.
_OVERRIDES = re.compile("[\u202d\u202e]")
# In a name, marks of direction can hide its ending.
_DIRECTIONS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def source_page(text: SourceText, *, chunk_id: str, quotes: Sequence[Place], links: SourceLinks) -> str:
    """Return the page that shows a window on a document's text with the cited passage and its quotes marked."""
    file_id = text.file.public_id
    name = _DIRECTIONS.sub("", text.file.filename)
    original = links.original_url(file_id, chunk_id)
    whole = links.url(file_id, chunk_id, quotes=quotes)
    button = f'<a class="button" id="original" href="{escape(original)}" data-file="{escape(file_id)}" data-name="{escape(name)}">Original</a>'
    title = f'<div class="source-title"><h1><bdi>{escape(name)}</bdi></h1>{_place(text)}</div>'
    main = [f'<div class="source-head">{title}{button}</div>']
    if text.earlier is not None:
        main.append(
            _more("Earlier text", links.window_url(file_id, chunk_id, first=text.earlier, quotes=quotes))
        )
    if text.pieces:
        main.append(f'<article class="source-text" dir="auto">{_marked(text.pieces, quotes)}</article>')
    if text.later is not None:
        main.append(_more("Later text", links.window_url(file_id, chunk_id, first=text.later, quotes=quotes)))
    if text.cited is None and text.pieces and (text.earlier is not None or text.later is not None):
        main.append(_more("To the cited passage", whole))
    return _page(name, "".join(main))


def locked_page(message: str, *, address: str, asks_for_key: bool) -> str:
    """Return the page that says why a link does not open; with a key, `address` may."""
    form = (
        (
            '<form class="source-key" id="key-form"><label class="field-label" for="key">API key</label>'
            '<div class="field-row"><input class="field" id="key" type="password" autocomplete="off" '
            'spellcheck="false" required><button class="button primary" type="submit">Open</button></div>'
            '<p class="hint">Sent only to this server. Forgotten when this tab closes.</p></form>'
        )
        if asks_for_key
        else ""
    )
    notice = f'<div class="source-notice" data-page="{escape(address)}"><h1>This source does not open</h1><p role="alert">{escape(message)}</p>{form}</div>'
    return _page("Source", notice)


def _page(title: str, main: str) -> str:
    return _template().substitute(title=escape(title), main=main)


@cache
def _template() -> Template:
    return Template(_TEMPLATE.read_text(encoding="utf-8"))


def _place(text: SourceText) -> str:
    """Return the line under the name: page and heading of the passage, or why there is none."""
    if not text.pieces:
        return '<p class="source-place">The text of this document is not stored. It may not have been read yet.</p>'
    cited = text.cited
    if cited is None:
        return '<p class="source-place">The cited passage is not in this part of the text.</p>'
    place = [f"page {cited.page}" if cited.page is not None else "", _text(cited.heading or "")]
    shown = " · ".join(part for part in place if part)
    return f'<p class="source-place" dir="auto">{shown}</p>' if shown else ""


def _marked(pieces: Sequence[Piece], quotes: Sequence[Place]) -> str:
    """Return the text with its quotes marked; a link to the first one leads to the passage if the text has none of them."""
    shown = "".join(_passages(pieces, quotes))
    if QUOTE in shown:
        return shown.replace(QUOTE, f'{QUOTE[:-1]} id="{QUOTE_ANCHOR}">', 1)
    passage = f'<mark id="{PASSAGE_ANCHOR}">'
    return shown.replace(passage, f'<span id="{QUOTE_ANCHOR}"></span>{passage}') if quotes else shown


def _passages(pieces: Sequence[Piece], quotes: Sequence[Place]) -> Iterator[str]:
    """Yield the text with a line where a page begins, and the passage marked."""
    page: int | None = None
    for piece in pieces:
        if piece.page is not None and piece.page != page:
            page = piece.page
            yield f'<span class="source-page">Page {page}</span>'
        inside = [(start - piece.start, end - piece.start) for start, end in quotes]
        text = _OVERRIDES.sub("", text_html(piece.text, inside))
        yield f'<mark id="{PASSAGE_ANCHOR}">{text}</mark>' if piece.is_cited else text


def _text(text: str) -> str:
    return escape(_OVERRIDES.sub("", text))


def _more(label: str, address: str) -> str:
    return f'<p class="source-more"><a class="button" href="{escape(address)}">{label}</a></p>'
