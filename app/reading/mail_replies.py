"""What Outlook puts below an answer: the mail before, under its own head, without any mark. Pure."""

import re

_MARKS = r"[*_>|\s]*"
_FROM = re.compile(
    rf"{_MARKS}(?:From|Von|De|Da|Van|Från|Fra|Od|От|Lähettäjä|差出人|发件人|寄件者)\s?[:：]{_MARKS}\S",
    re.IGNORECASE,
)
_SENT = re.compile(
    rf"{_MARKS}(?:Sent|Date|Gesendet|Datum|Envoyé|Inviato|Data|Enviado|Enviada(?: em)?|Fecha|Verzonden|Skickat|Sendt|"
    rf"Wysłano|Отправлено|Lähetetty|送信日時|发送时间|寄件日期)\s?(?:el)?\s?[:：]{_MARKS}\S",
    re.IGNORECASE,
)
_ORIGINAL = re.compile(
    r"\s*-{2,}\s*(?:Original Message|Original[- ]Nachricht|Ursprüngliche Nachricht|Message d'origine|"
    r"Messaggio originale|Mensaje original|Mensagem original|Oorspronkelijk bericht)\s*-{2,}\s*",
    re.IGNORECASE,
)
_FORWARDED = re.compile(r"\s*(?:fwd?|wg|tr|rv|enc|doorst|vs|vb|pd|i)\s*:", re.IGNORECASE)
_RULE = re.compile(r"\s*[_-]{5,}\s*")
# The line that says when it was sent stands this near.
_HEAD_LINES = 4


def mark_replies(text: str, *, subject: str) -> str:
    """Return a mail's text with the mails before it marked as quotes, line by line.

    A mail that was forwarded is what its sender wanted to say, and so is one below which nothing else was written.
    """
    if _FORWARDED.match(subject):
        return text
    lines = text.split("\n")
    start = next((place for place in range(len(lines)) if _begins(lines[place:])), None)
    if start is None or not "".join(lines[:start]).strip():
        return text
    while start and (not lines[start - 1].strip() or _RULE.fullmatch(lines[start - 1])):
        start -= 1
    before = "\n".join(lines[:start]).rstrip()
    quoted = "\n".join(f"> {line}".rstrip() for line in "\n".join(lines[start:]).strip("\n").split("\n"))
    return f"{before}\n\n{quoted}"


def _begins(lines: list[str]) -> bool:
    """Whether lines begin with the head of another mail."""
    if _ORIGINAL.fullmatch(lines[0]):
        return True
    return bool(_FROM.match(lines[0])) and any(map(_SENT.match, lines[1 : 1 + _HEAD_LINES]))
