"""What a question asks: without the words that only say where to look, and one by one where it asks several things. Pure."""

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

_ASKING = (
    r"(?:how|what|when|where|who|whom|whose|which|why|wie|was|wann|wo|wer|wen|wem|welche[rsnm]?|warum|wozu"
    r"|comment|combien|quand|où|qui|quel(?:le)?s?|pourquoi|cómo|cu[aá]nt[oa]s?|cuándo|dónde|quién|qué|por qué)"
)
_NEXT_PART = re.compile(
    rf"\?\s+(?=\w)|(?:[,;]\s*|\s)(?:and|und|et|y)\s+(?={_ASKING}\b)|[,;]\s+(?={_ASKING}\b)", re.IGNORECASE
)
_BEGINS = re.compile(rf"^\W*{_ASKING}\b", re.IGNORECASE)
# What stands for something that an earlier part names.
_PRONOUN = re.compile(
    r"\b(?:it|its|they|them|their|this|that|these|those|es|sie|ihn|ihr|dies\w*|il|elle|ils)\b", re.IGNORECASE
)
_MOST_PARTS = 4


def parts_of(question: str) -> list[str]:
    """Return the questions that one text asks: "How long is leave, and how is it paid?" asks two.

    One that speaks of "it" follows the first, which names what is meant.
    """
    parts = [part for part in _NEXT_PART.split(question) if any(map(str.isalnum, part))]
    if not (1 < len(parts) <= _MOST_PARTS and _BEGINS.match(parts[0])):
        return [question]
    first, *others = parts
    return [first, *(f"{first} {part}" if _PRONOUN.search(part) else part for part in others)]


def without_place(question: str) -> str:
    """Return a question without what names the documents as a whole; all of it if nothing else is asked."""
    rest = " ".join(_WHERE.sub(" ", " ".join(question.split())).split())
    return rest if any(map(str.isalnum, rest)) else question
