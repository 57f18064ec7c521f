"""What a question asks once the words are gone that only say where to look: "What do the documents say about leave?". Pure."""

import re

_FILES = r"(?:files?|documents?|docs|sources|documentation|papers?|manuals?|knowledge base)"
_DATEIEN = r"(?:dateien|datei|dokumente|dokumenten|dokument|unterlagen|quellen|dokumentation|wissensbasis)"
_THE = r"(?:the |my |our |your |these |those |this |any |all )*"
_DIE = r"(?:der |die |das |den |dem |meinen? |unseren? |deinen? |diesen? |allen? )*"
_WHERE = re.compile(
    rf"^what (?:do|does|is|are) {_THE}{_FILES} (?:say|tell|state|mention|contain|written)(?: us| me)?(?: about| on)? "
    rf"|^(?:do|does) {_THE}{_FILES} (?:say anything|mention|say something|contain anything)(?: about| on)? "
    rf"|^(?:in )?which {_FILES} (?:mentions?|talks? about|tells? about|says? something about|deals? with|is about|are about) "
    rf"|^(?:is|are) there (?:anything|something) (?:about|on) "
    rf"|,? ?\b(?:according to|in|from|based on) {_THE}{_FILES}\b,?"
    rf"|^was (?:sagen|sagt|steht in) {_DIE}{_DATEIEN} (?:über|zu|zum|zur) "
    rf"|^(?:in )?(?:welche[rs]?|welchem) {_DATEIEN} (?:geht es um|handelt von|behandelt|erwähnt) "
    rf"|,? ?\b(?:laut|gemäß|nach|in|aus) {_DIE}{_DATEIEN}\b,?",
    re.IGNORECASE,
)


def without_place(question: str) -> str:
    """Return a question without what names the documents as a whole; all of it if nothing else is asked."""
    rest = " ".join(_WHERE.sub(" ", " ".join(question.split())).split())
    return rest if any(map(str.isalnum, rest)) else question
