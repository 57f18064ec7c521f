"""Outlook's messages (.msg): read as the e-mail that they were."""

import struct
from collections.abc import Iterator
from contextlib import closing
from email.message import EmailMessage
from email.policy import default
from email.utils import format_datetime
from io import BytesIO

import olefile
from oxmsg.attachment import Attachment
from oxmsg.domain import constants
from oxmsg.properties import Properties
from oxmsg.storage import Storage

from app.reading.document import Document, Source, Unreadable
from app.reading.mail import read_message

_BROKEN = (OSError, ValueError, LookupError, AttributeError, AssertionError, struct.error)
_ATTACHED_MESSAGE = "__substg1.0_3701000D"
# How many bytes come before the list of properties; fewer in a message inside of another one.
_HEAD, _INNER_HEAD = 32, 24
_SHORT_NAME, _CONTENT_ID = 0x3704, 0x3712


def read_outlook(source: Source) -> Document:
    """Return one message; what is attached to it is read like any file, under its own name."""
    try:
        with closing(olefile.OleFileIO(BytesIO(source.data))) as package:
            mail = _mail(Storage.from_ole(package), head=_HEAD)
    except _BROKEN as error:
        raise Unreadable("it is damaged, or not of the kind that its name says") from error
    return read_message(mail, source)


def _mail(storage: Storage, *, head: int) -> EmailMessage:
    properties = Properties(storage, head)
    mail = EmailMessage(policy=default)
    for name, value in _fields(properties):
        if value:
            mail[name] = " ".join(value.split())
    plain = properties.str_prop_value(constants.PID_BODY)
    html = properties.binary_prop_value(constants.PID_HTML)
    written = properties.str_prop_value(constants.PID_BODY_HTML)
    if plain and plain.strip():
        mail.set_content(plain)
    elif html:
        mail.set_content(html, "text", "html", params={"charset": properties.body_encoding})
    elif written:
        mail.set_content(written, subtype="html")
    for attached in storage.iter_attachment_storages():
        _attach(mail, attached)
    return mail


def _fields(properties: Properties) -> Iterator[tuple[str, str | None]]:
    yield "Subject", properties.str_prop_value(constants.PID_SUBJECT)
    name = properties.str_prop_value(constants.PID_SENDER_NAME)
    address = properties.str_prop_value(constants.PID_SENDER_SMTP_ADDRESS) or properties.str_prop_value(
        constants.PID_SENDER_EMAIL_ADDRESS
    )
    is_known = address and "@" in address
    yield "From", f"{name} <{address}>" if name and is_known and name != address else name or address
    yield "To", properties.str_prop_value(constants.PID_DISPLAY_TO)
    yield "Cc", properties.str_prop_value(constants.PID_DISPLAY_CC)
    sent = properties.date_prop_value(constants.PID_CLIENT_SUBMIT_TIME)
    yield "Date", format_datetime(sent) if sent else None


def _attach(mail: EmailMessage, storage: Storage) -> None:
    attachment = Attachment(storage)
    properties = attachment.properties
    name = attachment.file_name or properties.str_prop_value(_SHORT_NAME)
    inner = next((one for one in storage.storages if one.name == _ATTACHED_MESSAGE), None)
    if inner is not None:
        message = _mail(inner, head=_INNER_HEAD)
        mail.add_attachment(message, filename=f"{name or message['Subject'] or 'message'}.eml")
        return
    kind, _, subtype = (attachment.mime_type or "").partition("/")
    is_shown = kind == "image" and properties.str_prop_value(_CONTENT_ID) is not None
    mail.add_attachment(
        attachment.file_bytes or b"",
        maintype="image" if is_shown else "application",
        subtype=subtype if is_shown else "octet-stream",
        disposition="inline" if is_shown else "attachment",
        filename=name or "attachment",
    )
