"""E-mail: the message with its head, quoted replies still marked, and the attachments as files of their own."""

import email
import mailbox
import re
import tempfile
from collections.abc import Iterator
from contextlib import closing
from email.message import MIMEPart
from email.policy import default

from app.reading.document import Document, Parts, Source, Unreadable
from app.reading.encodings import decode
from app.reading.html import read_html

_SHOWN_HEADERS = ("Subject", "From", "To", "Cc", "Date")
_FORWARDED = re.compile(r"message/(?:rfc822|global)")


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
    for part in _attachments(message):
        name, data = _file_of(part)
        names.append(name)
        attached.add(source.inside(name, data))
    head = "\n".join(f"{name}: {message[name]}" for name in _SHOWN_HEADERS if message[name])
    listed = f"Attachments: {', '.join(names)}" if names else ""
    texts = (head, _body(message, source), listed, *attached.texts)
    return Document("\n\n".join(filter(None, texts)), warnings=tuple(attached.warnings))


def _messages(data: bytes) -> Iterator[bytes]:
    # Without a name, because this process may be killed at any moment.
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.flush()
        with closing(mailbox.mbox(f"/proc/self/fd/{file.fileno()}", create=False)) as box:
            for message in box:
                yield message.as_bytes()


def _body(message: MIMEPart, source: Source) -> str:
    """Return the body: as plain text where there is one, else what its HTML says."""
    part = message.get_body(preferencelist=("plain", "html"))
    if part is None:
        return ""
    data, charset = _bytes_of(part), part.get_content_charset()
    if part.get_content_subtype() == "html":
        # What the message says of its encoding counts more than what the page says.
        page = decode(data, declared=charset).encode("utf-8-sig") if charset else data
        return read_html(source.inside("body.html", page)).text
    return decode(data, declared=charset).strip()


def _attachments(message: MIMEPart) -> Iterator[MIMEPart]:
    """Yield the parts that are files, forwarded messages among them, and not the body in one of its forms."""
    body = message.get_body(preferencelist=("plain", "html"))
    if not message.is_multipart():
        return
    waiting = list(message.iter_parts())
    while waiting:
        part = waiting.pop(0)
        if _FORWARDED.fullmatch(part.get_content_type()):
            yield part
        elif part.is_multipart():
            waiting[:0] = (
                [] if part.get_content_subtype() == "alternative" and body is not None else part.iter_parts()
            )
        elif part is not body and _is_file(part):
            yield part


def _is_file(part: MIMEPart) -> bool:
    """Whether a part is a file of its own, and not a picture that the body shows."""
    disposition = part.get_content_disposition()
    is_shown = part.get_content_maintype() == "image" and disposition == "inline"
    return not is_shown and bool(part.get_filename() or disposition == "attachment")


def _file_of(part: MIMEPart) -> tuple[str, bytes]:
    if _FORWARDED.fullmatch(part.get_content_type()):
        inner = part.get_content()
        subject = str(inner["Subject"] or "forwarded message")
        return part.get_filename() or f"{subject}.eml", inner.as_bytes()
    return part.get_filename() or "attachment", _bytes_of(part)


def _bytes_of(part: MIMEPart) -> bytes:
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""
