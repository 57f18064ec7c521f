"""Uploaded forms: read within limits, files to disk, names made harmless."""

import re
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import collapse_rfc2231_value
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import anyio.to_thread
import structlog
from fastapi import Request
from python_multipart.exceptions import FormParserError
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException

from app.core.errors import InvalidRequest, Overloaded, TooLarge
from app.core.folders import temporary_folder
from app.core.text import plain_name

log = structlog.get_logger()

_MOST_FILES = 20
_MOST_FIELDS = 20
_LARGEST_FIELD_BYTES = 100_000
_DISK_RETRY_SECONDS = 30
_SMALL_BYTES = 64 * 1024
_ENCODED_WORD = re.compile(r"=\?[\w-]+\?[BbQq]\?[^?\s]*\?=")
# A letter that is not ASCII, or a quote. Other signs may stand in a name that somebody chose: %20 is in many.
_PERCENT_ENCODED = re.compile("%(?:[89A-Fa-f][0-9A-Fa-f]|22)")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file of a form, on disk for as long as the form is open; of a small one, the bytes if these were asked for."""

    content: Path | bytes
    filename: str

    @property
    def path(self) -> Path:
        """Where the file lies."""
        assert isinstance(self.content, Path), "the bytes of small files were asked for"
        return self.content


@dataclass(frozen=True, slots=True)
class UploadForm:
    """A form: its text fields in order, and the files of the field that was asked for."""

    fields: tuple[tuple[str, str], ...]
    files: tuple[Upload, ...]


@asynccontextmanager
async def read_upload(
    request: Request, *, max_bytes: int, field: str = "file", keeps_small: bool = False
) -> AsyncIterator[UploadForm]:
    """Read a form; raise InvalidRequest for one that cannot be read, Overloaded when there is no room for its files.

    Small files are kept in memory if asked for, which saves a folder for them.
    """
    with disk_errors(), _form_errors():
        form = await request.form(
            max_files=_MOST_FILES, max_fields=_MOST_FIELDS, max_part_size=_LARGEST_FIELD_BYTES
        )
    try:
        with ExitStack() as stack:
            with disk_errors():
                folder = cache(lambda: stack.enter_context(temporary_folder()))
                upload = await _taken(form, folder, max_bytes=max_bytes, field=field, keeps_small=keeps_small)
            yield upload
    finally:
        await form.close()


async def _taken(
    form: FormData, folder: Callable[[], Path], *, max_bytes: int, field: str, keeps_small: bool
) -> UploadForm:
    items = form.multi_items()
    uploads = [item for name, item in items if isinstance(item, UploadFile) and name == field]
    if not uploads:
        raise InvalidRequest(
            f"Missing required parameter: '{field}'.", param=field, code="missing_required_parameter"
        )
    files = []
    for number, upload in enumerate(uploads):
        if upload.size is not None and upload.size > max_bytes:
            raise TooLarge(f"The file is too large: at most {max_bytes} bytes are taken.", param="file")
        filename = plain_name(_name_of(upload))
        if keeps_small and _is_small(upload):
            files.append(Upload(upload.file.read(), filename))
        else:
            path = (folder() / str(number)).with_suffix(_safe_suffix(filename))
            await _save(upload, path)
            files.append(Upload(path, filename))
    fields = tuple((name, value) for name, value in items if isinstance(value, str))
    return UploadForm(fields, tuple(files))


def _name_of(upload: UploadFile) -> str:
    """Return the name that the client means: forms have more than one way to write letters that are not ASCII.

    .NET writes an encoded word (RFC 2047), and the name itself as `filename*` (RFC 5987). aiohttp writes it percent-encoded, and
    browsers write a quote so.
    """
    name = upload.filename or "file"
    disposition = upload.headers.get("content-disposition", "")
    if "filename*" in disposition.lower() and (exact := _exact_name(disposition)):
        return exact
    if _ENCODED_WORD.fullmatch(name):
        with suppress(HeaderParseError, LookupError, ValueError):
            return str(make_header(decode_header(name)))
    if _PERCENT_ENCODED.search(name):
        with suppress(UnicodeDecodeError):
            return unquote(name, errors="strict")
    return name


def _exact_name(disposition: str) -> str | None:
    """Return the name of `filename*`, None when there is none that can be read."""
    message = Message()
    message["content-disposition"] = disposition
    for parameter, value in message.get_params([], header="content-disposition"):
        if parameter.lower() == "filename" and isinstance(value, tuple):
            with suppress(UnicodeDecodeError):
                return collapse_rfc2231_value(value, errors="strict")
    return None


async def _save(upload: UploadFile, path: Path) -> None:
    with path.open("wb") as target:
        if _is_small(upload):
            # It is in memory, and written sooner than a thread would begin.
            shutil.copyfileobj(upload.file, target)
        else:
            await anyio.to_thread.run_sync(shutil.copyfileobj, upload.file, target)


def _is_small(upload: UploadFile) -> bool:
    return upload.size is not None and upload.size <= _SMALL_BYTES


def _safe_suffix(filename: str) -> str:
    suffix = Path(filename).suffix.lower()
    return suffix if suffix[1:].isalnum() and suffix.isascii() and len(suffix) <= 10 else ""


@contextmanager
def _form_errors() -> Iterator[None]:
    try:
        yield
    except (MultiPartException, FormParserError) as error:
        raise InvalidRequest("The multipart form could not be read.", param="file") from error
    except HTTPException as error:
        # Starlette wraps its parser's errors inside an application.
        raise InvalidRequest(f"The multipart form could not be read: {error.detail}", param="file") from error


@contextmanager
def disk_errors() -> Iterator[None]:
    """Raise Overloaded when what was sent cannot be put on the disk."""
    try:
        yield
    except OSError as error:
        log.exception("upload_not_stored", errno=error.errno)
        raise Overloaded(
            "The server could not store what was sent: its disk may be full. Its log has more.",
            retry_after_seconds=_DISK_RETRY_SECONDS,
        ) from error
