"""The fallback's answer about a list of files: their names, or for many files counts, kinds and the newest. Pure."""

from collections.abc import Sequence

from app.core.asked import find_named
from app.core.file_status import FileStatus
from app.core.folding import folded
from app.core.languages import guess_language
from app.core.listing import ListedFile, Listing
from app.core.stemming import stem
from app.core.types import Snippet
from app.providers.fallback.sentences import without_markers
from app.providers.fallback.words import word_counts

_MOST_NAMED = 50
_NEWEST = 10
_ORDERED = 5
_ADJECTIVES = {"newest": "newest", "oldest": "oldest", "largest": "largest", "smallest": "smallest"}


def listing_text(listing: Listing, snippets: Sequence[Snippet]) -> str:
    """Return the answer to a question about which files there are; the snippets tell which are about its topic."""
    if listing.query.topic:
        return _about_topic(listing, snippets)
    if not listing.files:
        return " ".join([_none(listing), *_unread(listing)])
    if listing.query.named:
        return " ".join(
            f"{name_of(file.filename)}: {_about(file, says_none=True)}." for file in listing.files
        )
    if listing.query.order and not listing.query.since:
        return " ".join([_ordered(listing), *_unread(listing)])
    return " ".join([_all(listing), *_unread(listing)])


def name_of(filename: str) -> str:
    """Return a file's name so that nothing in it is taken for a marker: as code, where it has what looks like one."""
    if without_markers(filename) == filename:
        return filename
    return f"`{filename}`" if "`" not in filename else filename.replace("[", "(").replace("]", ")")


def _all(listing: Listing) -> str:
    what = f"{_count(listing.count, _kind(listing))}{_of_kinds(listing)}{_since(listing)}"
    if listing.is_complete and listing.count <= _MOST_NAMED:
        files = listing.files if listing.query.since else sorted(listing.files, key=_folded)
        return f"{what}: {_names(files)}."
    kinds = ", ".join(f"{count:,} {kind or 'without a suffix'}" for kind, count in listing.kinds.items())
    return f"{what} ({kinds}). The newest: {_names(listing.files[:_NEWEST])}."


def _ordered(listing: Listing) -> str:
    first, *others = listing.files[:_ORDERED]
    adjective = _ADJECTIVES[listing.query.order or "newest"]
    sentence = f"The {adjective} {_kind(listing)} is {name_of(first.filename)} ({_about(first)})."
    if not others:
        return sentence
    return (
        f"{sentence} Then come {', '.join(f'{name_of(file.filename)} ({_about(file)})' for file in others)}."
    )


def _about_topic(listing: Listing, snippets: Sequence[Snippet]) -> str:
    language = guess_language("\n".join(snippet.text for snippet in snippets))
    wanted = _stems(" ".join(listing.query.topic), language)
    telling = [
        snippet.filename
        for snippet in snippets
        if wanted & _stems(f"{snippet.filename} {snippet.text}", language)
    ]
    named = [file.filename for file in listing.files if wanted & _stems(file.filename, language)]
    topic = " ".join(listing.query.topic)
    asked = [file for file in listing.files if file.kind in listing.query.topic]
    whole = find_named(topic, [file.filename for file in asked], certain=True)
    names = whole or list(dict.fromkeys([*named, *telling]))
    if listing.query.called and not whole:
        similar = f" Named alike: {', '.join(map(name_of, named))}." if named else ""
        return f"No file is called “{without_markers(listing.query.called)}”.{similar}"
    if not names:
        return f"No file was found about “{without_markers(topic)}”. {_count(listing.total, 'file')} were looked through."
    return f"{_count(len(names), 'file')} about “{without_markers(topic)}”: {', '.join(map(name_of, names))}."


def _stems(text: str, language: str) -> set[str]:
    return {folded(stem(word, language)) for word in word_counts(text.replace("_", " "))}


def _none(listing: Listing) -> str:
    if not listing.total:
        return "There are no files."
    return f"None of the {_count(listing.total, 'file')} is {_wanted(listing)}."


def _wanted(listing: Listing) -> str:
    kind = _of_kinds(listing).strip() or (f"a {_kind(listing)}" if listing.query.kinds else "")
    parts = [kind, "new" if listing.query.since else ""]
    return f"{' and '.join(filter(None, parts)) or 'what was asked for'}{_since(listing)}"


def _since(listing: Listing) -> str:
    return f" since {listing.query.since}" if listing.query.since else ""


def _kind(listing: Listing) -> str:
    return f"{listing.query.kinds[0].upper()} file" if len(listing.query.kinds) == 1 else "file"


def _of_kinds(listing: Listing) -> str:
    """Say of which kinds, where a word such as "spreadsheets" means several."""
    *others, last = listing.query.kinds or ("",)
    return f" of the kinds {', '.join(others)} or {last}" if others else ""


def _about(file: ListedFile, *, says_none: bool = False) -> str:
    none = ", not divided into pages" if says_none else ""
    pages = none if file.pages is None else f", {_count(file.pages, 'page')}"
    return f"{file.size_bytes:,} bytes{pages}, added {file.added_at:%Y-%m-%d}"


def _names(files: Sequence[ListedFile]) -> str:
    return ", ".join(name_of(file.filename) for file in files)


def _folded(file: ListedFile) -> str:
    return file.filename.casefold()


def _count(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _unread(listing: Listing) -> list[str]:
    """Say which files are not searchable: still being read, or failed."""
    waiting, failed = listing.unread.get(FileStatus.IN_PROGRESS, 0), listing.unread.get(FileStatus.FAILED, 0)
    in_progress = (
        [f"{_count(waiting, 'file')} {'is' if waiting == 1 else 'are'} still being read."] if waiting else []
    )
    return [*in_progress, *([f"{_count(failed, 'file')} could not be read."] if failed else [])]
