"""English words in their other spelling: colour and color, organise and organize, licence and license. Pure."""

import re
from collections.abc import Iterator

_ENDING = r"(s?|ed|ing|al|ful\w*|able|less|ite|hood)$"
# What is no word is in no text, so that a rule may go too far.
_SPELLINGS = tuple(
    (re.compile(pattern), other)
    for pattern, other in (
        (rf"(?<=\w\w)our{_ENDING}", r"or\1"),
        (rf"(?<=\w\w)or{_ENDING}", r"our\1"),
        (r"(?<=\w\w\w)([iy])s(e[sdr]?|ers|ing|ations?)$", r"\1z\2"),
        (r"(?<=\w\w\w)([iy])z(e[sdr]?|ers|ing|ations?)$", r"\1s\2"),
        (r"^(lic|def|off|pret)ence", r"\1ense"),
        (r"^(lic|def|off|pret)ens(e|ing)", r"\1enc\2"),
        (r"^practis", "practic"),
        (r"^practic(e|ing)", r"practis\1"),
        (r"^(cent|theat|calib|met|lit|fib)re(s?)$", r"\1er\2"),
        (r"^(cent|theat|calib|met|lit|fib)er(s?)$", r"\1re\2"),
        (r"^(catal|dial|anal)ogue", r"\1og"),
        (r"^(catal|dial|anal)og(s?)$", r"\1ogue\2"),
        (r"(?<=\w\w[aeiou])ll(ed|ing|ers?|ations?)$", r"l\1"),
        (r"(?<=\w\w[aeiou])l(ed|ing|ers?|ations?)$", r"ll\1"),
        (r"^programme(s?)$", r"program\1"),
        (r"^program(s?)$", r"programme\1"),
        (r"^grey", "gray"),
        (r"^gray", "grey"),
        (r"^(judg|acknowledg)ement", r"\1ment"),
        (r"^(judg|acknowledg)ment", r"\1ement"),
    )
)


def other_spellings(word: str) -> Iterator[str]:
    """Yield how else a word in small letters is spelled."""
    for pattern, other in _SPELLINGS:
        if pattern.search(word):
            yield pattern.sub(other, word)
