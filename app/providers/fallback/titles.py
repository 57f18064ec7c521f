"""Lines that only name what follows or where it stands: headings, tables of contents, page numbers, signatures. Pure."""

import re

_LONGEST_TITLE = 60
_LONGEST_SIGNATURE = 300
_MOST_WORDS = 8
# A line of running text breaks off where the column ends: a title stays clear of it.
_SHARE_OF_COLUMN = 0.7

_ENDED = re.compile(r"""[.!?…。！？｡।॥:;,、，：；]["'”’»)\]]*$""")
_MARKED = re.compile(r"#{1,6}\s")
# Begun where a run of dots begins only: a page of dots is looked at once.
_LEADERS = re.compile(r"(?:…|(?<![.·_])(?<![.·_] )(?:[.·_] ?){3,200}) ?\d{1,4}(?= |$)")
_NUMBER = re.compile(r"\d{1,2}[.)] ")
_NUMBERED = re.compile(r"\d{1,2} +[^\W\d_]")
# "4.4 Error handling", "Chapter 4: Reference 9".
_NAMED = re.compile(
    r"\d{1,2}(?:\.\d{1,2})+\.? +[A-ZÀ-ÞΑ-ΩА-Я]"
    r"|(?:Chapter|Section|Part|Appendix|Kapitel|Abschnitt|Teil|Anhang|Chapitre|Annexe|Capítulo|Sección)\s+[\dA-Z]{1,4}\b"
)
# "char * name_of (int error) [Function]", "parse(text: str) -> str:": the name is joined, or touches its bracket.
_CALLED = re.compile(r"[._:]\w{1,60} ?$|\w$")
_BEHIND_CALL = re.compile(r" ?(?:->[^.!?]*|const)? ?(?:\[[A-Z][\w ]*\])? ?[;{:]?")
_SENTENCE_WITHIN = re.compile(r"[.!?] ")
# "Bring your document(s)".
_PLURALS = ("s", "es", "n", "en")
# Parsers of PDF put what follows on a signature into its line; Texinfo's say what it is of: "[Function]". A long one goes over
# several lines.
_RUN_ON = re.compile(
    r"^([ \t]*(?:[\w*&:<>]{1,40} ){0,5}\w{0,60}[._:]\w{1,60} ?\([^()]{0,300}\)(?: \[[A-Z][a-z]{2,11}\])?)"
    r"[ \n](?=[A-ZÀ-ÞΑ-ΩА-Я]|\w{1,40}(?: \w{1,40}){0,3}: )",
    re.MULTILINE,
)
# Options, with what they take; or what is written as code, one or several of it.
_TERM = re.compile(
    r"-[A-Za-z?](?: [\w<\[]\S*)?(?:, ?--[\w-]+(?:[ =]\S+)?)?|--[a-z][\w-]+(?:[ =]\S+)?|`[^`]+`(?:(?:,| or|/)? ?`[^`]+`)*"
)
_JOINED_NAME = re.compile(r"\w{1,60}?[._]\w")
_ITEM = re.compile(r"(?:[-*•>+]\s|\d{1,3}[.)]\s|\|)")
_FACT = re.compile(r"\b\d|:\s|@|://")


def is_contents(line: str) -> bool:
    """Whether a line leads to pages: "Leave … 12", "Leave . . . . 12"."""
    return _LEADERS.search(line) is not None


def is_signature(line: str) -> bool:
    """Whether a line is how a function is called, and nothing else."""
    called, bracket, rest = line.partition("(")
    arguments, closing, behind = rest.partition(")")
    return (
        bool(bracket and closing)
        and len(line) <= _LONGEST_SIGNATURE
        and "(" not in arguments
        and arguments not in _PLURALS
        and _CALLED.search(called) is not None
        and _SENTENCE_WITHIN.search(called) is None
        and _BEHIND_CALL.fullmatch(f" {' '.join(behind.split())}") is not None
    )


def is_term(line: str) -> bool:
    """Whether a line is a name that a manual explains below it: "-B, --backup", "`set autoindent`"."""
    return len(line) <= _LONGEST_TITLE and _TERM.fullmatch(line) is not None


def with_signatures_apart(text: str) -> str:
    """Return a text in which each signature has one line of its own."""
    return _RUN_ON.sub(lambda found: f"{' '.join(found[1].split())}\n", text)


def is_title(line: str, *, before: str, following: str, column: int) -> bool:
    """Whether a line is a heading, a page's number or a signature.

    `before` is the line above, empty at the beginning of a paragraph or below a title; `following` the next line that
    is not blank; `column` the length of the longest line around.
    """
    if _MARKED.match(line) or line.isdecimal() or is_signature(line):
        return True
    if len(line) > _LONGEST_TITLE or _ENDED.search(line):
        return False
    if _ITEM.match(line):
        # "1. APPLICABILITY AND DEFINITIONS" is no item of a list.
        return line.isupper() and bool(following and _NUMBER.match(line))
    if is_signature(following):
        return True
    if not (before == "" or _ENDED.search(before)):
        return False
    if _NAMED.match(line):
        return True
    if not following or _goes_on(following):
        return False
    return _NUMBERED.match(line) is not None or _looks_like_one(line, following, column)


def may_be_heading(words: str) -> bool:
    """Whether what stands at a paragraph's end above a title or contents belongs to them."""
    if len(words) > _LONGEST_TITLE or _ENDED.search(words):
        return False
    is_numbered = _NAMED.match(words) or _NUMBERED.match(words)
    return bool(is_numbered) or _FACT.search(words) is None


def _goes_on(line: str) -> bool:
    """Whether a line continues the sentence of the one above: it begins with a small letter that begins no name."""
    return line[0].islower() and not is_contents(line) and not _JOINED_NAME.match(line)


def _looks_like_one(line: str, following: str, column: int) -> bool:
    """Whether a line has a heading's shape: a few words that stand clear of the column and above something longer."""
    return (
        not line[0].islower()
        and len(line) < _SHARE_OF_COLUMN * column
        and len(line.split()) <= _MOST_WORDS
        and _FACT.search(line) is None
        and (len(following) > len(line) or is_contents(following))
    )
