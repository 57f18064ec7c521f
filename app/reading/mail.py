"""E-mail: the message with its head, quoted replies still marked, and the attachments as files of their own."""

import email
import re
from collections.abc import Iterator
from contextlib import suppress
from email.header import decode_header, make_header
from email.message import MIMEPart
from email.policy import default

from app.reading import tnef
from app.reading.calendars import read_calendar
from app.reading.document import Document, Parts, Source, Unreadable
from app.reading.encodings import decode
from app.reading.html import read_html
from app.reading.mail_replies import mark_replies
from app.reading.uuencoded import take_files

_SHOWN_HEADERS = ("Subject", "From", "To", "Cc", "Date")
_BEGIN = re.compile(rb"^From [^\n]*\d:\d\d[^\n]*\d{4}[^\n]*\n", re.MULTILINE)
_ANY_BEGIN = re.compile(rb"^From [^\n]*\n", re.MULTILINE)
_MARKED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)
_WORD = r"=\?[^?\s]+\?[bq]\?[^?]*\?="
_ENCODED = re.compile(rf"{_WORD}(?:\s+{_WORD})*", re.IGNORECASE)
_DIVIDED = re.compile(rf"{_WORD}\s+{_WORD}", re.IGNORECASE)
_FORWARDED = re.compile(r"message/(?:rfc822|global)")
_STATUS = re.compile(r"message/(?:delivery-status|disposition-notification)")
_SIGNATURE = re.compile(r"application/(?:(?:x-)?pkcs7|pgp)-signature")
# What programs write as plain text for those who cannot see the page: a sentence or two.
_ASKS_FOR_HTML = re.compile(r"\bhtml\b|browser|prohlížeč|navigateur|navegador|przegląd", re.IGNORECASE)
_ADDRESS = re.compile(r"\bhttps?://\S+")
_MOST_WORDS_OF_A_NOTICE = 50


def read_mail(source: Source) -> Document:
    """Return one message; what is attached to it is read like any file, under its own name."""
    message = email.message_from_bytes(source.data, policy=default)
    if not message.keys():
        raise Unreadable("it is no e-mail message")
    return read_message(message, source)


def read_mailbox(source: Source) -> Document:
    """Return the messages of an mbox file in their order."""
    parts = Parts()
    for number, data in enumerate(_messages(source.data), 1):
        source.budget.spend(len(data))
        document = read_message(email.message_from_bytes(data, policy=default), source)
        parts.texts.append(document.text)
        parts.warnings += [f"message {number}: {warning}" for warning in document.warnings]
    return Document("\n\n".join(parts.texts), warnings=tuple(parts.warnings))


def read_message(message: MIMEPart, source: Source) -> Document:
    """Return the text of a parsed message: its head, its body, its attachments."""
    attached = Parts()
    names: list[str] = []
    body, within = take_files(_body(message, source))
    body = mark_replies(body, subject=_shown(message, "Subject"))
    for name, data in within:
        names.append(name)
        attached.add(source.inside(name, data))
    for part in _attachments(message):
        files, text = _files_of(part, source)
        body = body or text
        for name, data in files:
            names.append(name)
            attached.add(source.inside(name, data))
    head = "\n".join(f"{name}: {_shown(message, name)}" for name in _SHOWN_HEADERS if message[name])
    listed = f"Attachments: {', '.join(names)}" if names else ""
    texts = (head, body, *_other_texts(message, source), listed, *attached.texts)
    return Document("\n\n".join(filter(None, texts)), warnings=tuple(attached.warnings))


def _shown(message: MIMEPart, name: str) -> str:
    """Return a header's text. Old programs write letters as they are, in the encoding of their country.

    Long names are divided, even within a word. Python 3.11 puts a space between the parts of a person's name.
    """
    text = str(message[name] or "")
    raw = str(next((value for key, value in message.raw_items() if key.lower() == name.lower()), ""))
    if "\ufffd" not in text and not _DIVIDED.search(raw):
        return text
    said = decode(raw.encode("ascii", "surrogateescape"))
    with suppress(LookupError, ValueError):
        return " ".join(_ENCODED.sub(lambda words: str(make_header(decode_header(words[0]))), said).split())
    return text


def _messages(data: bytes) -> Iterator[bytes]:
    """Yield the messages of a mailbox. A line that begins with "From " begins one if it has a time, as programs write it."""
    begins = list(_BEGIN.finditer(data)) or list(_ANY_BEGIN.finditer(data))
    ends = [*(begin.start() for begin in begins[1:]), len(data)]
    for begin, end in zip(begins, ends, strict=True):
        # Lines that would begin a message are marked by the program that wrote the mailbox.
        yield _MARKED_FROM.sub(rb"\1", data[begin.end() : end]).rstrip(b"\r\n") + b"\n"


def _body(message: MIMEPart, source: Source) -> str:
    part = _body_part(message)
    return "" if part is None else _text(part, source)


def _body_part(message: MIMEPart) -> MIMEPart | None:
    """Return the body: the plain text where it says something, else the page."""
    plain, page = message.get_body(preferencelist=("plain",)), message.get_body(preferencelist=("html",))
    return page if plain is None or (page is not None and _says_nothing(plain)) else plain


def _says_nothing(plain: MIMEPart) -> bool:
    """Whether a plain text is blank, or only asks its reader to look at the page."""
    text = decode(_bytes_of(plain), declared=plain.get_content_charset())
    words = _ADDRESS.sub("", text).split()
    is_notice = len(words) <= _MOST_WORDS_OF_A_NOTICE and _ASKS_FOR_HTML.search(text) is not None
    return is_notice or not words


def _other_texts(message: MIMEPart, source: Source) -> Iterator[str]:
    """Yield what is shown below the body: a calendar's entry, what a mailing list adds, why a message did not arrive."""
    body = _body_part(message)
    for part in _leaves(message):
        is_text = part.get_content_type() in (
            "text/plain",
            "text/html",
            "text/calendar",
            "text/rfc822-headers",
        )
        if _STATUS.fullmatch(part.get_content_type()):
            yield _status(part)
        elif part is not body and is_text and not _is_file(part):
            yield _text(part, source)


def _status(part: MIMEPart) -> str:
    """Return what a server says of a message that it could not deliver, or of one that was read."""
    fields = ("\n".join(f"{name}: {value}" for name, value in inner.items()) for inner in part.iter_parts())
    return "\n\n".join(filter(None, fields))


def _text(part: MIMEPart, source: Source) -> str:
    data, charset = _bytes_of(part), part.get_content_charset()
    if part.get_content_subtype() == "html":
        # What the message says of its encoding counts more than what the page says.
        page = decode(data, declared=charset).encode("utf-8-sig") if charset else data
        return read_html(source.inside("body.html", page)).text
    text = decode(data, declared=charset)
    if part.get_content_subtype() == "calendar":
        return read_calendar(source.inside("event.ics", text.encode("utf-8-sig"))).text.strip()
    if part.get_param("format") == "flowed":
        return _unfolded(text, keeps_space=part.get_param("delsp") != "yes")
    return text.strip()


def _unfolded(text: str, *, keeps_space: bool) -> str:
    """Return a text whose lines go on where they end in a space (RFC 3676)."""
    lines: list[str] = []
    goes_on = False
    for line in text.strip().splitlines():
        if goes_on and not line.startswith(">"):
            lines[-1] += line
        else:
            lines.append(line)
        goes_on = line.endswith(" ") and line != "-- " and not line.startswith(">")
        if goes_on and not keeps_space:
            lines[-1] = lines[-1][:-1]
    return "\n".join(line.rstrip() for line in lines)


def _attachments(message: MIMEPart) -> Iterator[MIMEPart]:
    """Yield the parts that are files, forwarded messages among them, and not the body in one of its forms."""
    body = _body_part(message)
    for part in _leaves(message):
        if _FORWARDED.fullmatch(part.get_content_type()) or (part is not body and _is_file(part)):
            yield part


def _leaves(message: MIMEPart) -> Iterator[MIMEPart]:
    """Yield the parts that hold no others. Of the forms of one text only a calendar says more than the body."""
    if not message.is_multipart():
        return
    waiting = [(part, message.get_content_subtype() == "alternative") for part in message.iter_parts()]
    while waiting:
        part, is_form = waiting.pop(0)
        if _FORWARDED.fullmatch(part.get_content_type()) or _STATUS.fullmatch(part.get_content_type()):
            yield part
        elif part.is_multipart():
            are_forms = is_form or part.get_content_subtype() == "alternative"
            waiting[:0] = [(inner, are_forms) for inner in part.iter_parts()]
        elif not is_form or part.get_content_subtype() == "calendar" or _is_file(part):
            yield part


def _is_file(part: MIMEPart) -> bool:
    """Whether a part is a file of its own, and not a picture that the body shows, or a signature."""
    disposition = part.get_content_disposition()
    is_shown = part.get_content_maintype() == "image" and disposition == "inline"
    is_signature = _SIGNATURE.fullmatch(part.get_content_type()) is not None
    return not (is_shown or is_signature) and bool(part.get_filename() or disposition == "attachment")


def _files_of(part: MIMEPart, source: Source) -> tuple[list[tuple[str, bytes]], str]:
    """Return the files that a part holds, and the text of the message that its package has beside them."""
    name, data = _file_of(part)
    if data.startswith(tnef.MARK):
        with suppress(Unreadable):
            package = tnef.unpack(data)
            return package.files, package.text(source)
    return [(name, data)], ""


def _file_of(part: MIMEPart) -> tuple[str, bytes]:
    if _FORWARDED.fullmatch(part.get_content_type()):
        inner = part.get_content()
        subject = str(inner["Subject"] or "forwarded message")
        return part.get_filename() or f"{subject}.eml", inner.as_bytes()
    return part.get_filename() or "attachment", _bytes_of(part)


def _bytes_of(part: MIMEPart) -> bytes:
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""
