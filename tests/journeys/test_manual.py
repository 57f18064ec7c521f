"""A PDF manual with a table of contents, headings and signatures, asked without a model: it is the prose that answers."""

import io
from typing import Any

import httpx
import openai
import pytest
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import PageBreak, Paragraph, Preformatted, SimpleDocTemplate, Spacer

from tests.serving import LiveServer

FUNCTIONS = {
    "conf_parse": (
        "conf_node * conf_parse (const char * text, int * line)",
        "Reads settings from a string and builds the tree of their nodes. Nothing is built where a mistake was found.",
    ),
    "conf_merge": (
        "int conf_merge (conf_node * base, const conf_node * overlay)",
        "Copies every setting of the overlay over the base. Lists are replaced as a whole.",
    ),
    "conf_dump": (
        "char * conf_dump (const conf_node * tree, unsigned flags)",
        "Writes a tree as text that can be read again. The caller frees the text. Comments of the original are lost.",
    ),
}


def make_manual() -> bytes:
    """Return a PDF: contents, an introduction, a page of reference, an index."""
    styles = getSampleStyleSheet()
    story: list[Any] = [
        Paragraph("The conf library", styles["Title"]),
        Paragraph("Contents", styles["Heading1"]),
    ]
    entries = ["1 Introduction", "2 Function reference", *FUNCTIONS]
    story += [
        Preformatted(f"{entry} {'.' * (60 - len(entry))} {page}", styles["Code"])
        for page, entry in enumerate(entries, 2)
    ]
    story += [PageBreak(), Paragraph("1 Introduction", styles["Heading1"])]
    story.append(
        Paragraph(
            "The library reads and writes settings. It needs no other library, and is safe in threads.",
            styles["BodyText"],
        )
    )
    story += [PageBreak(), Paragraph("2 Function reference", styles["Heading1"])]
    for name, (signature, prose) in FUNCTIONS.items():
        story += [Paragraph(name, styles["Heading2"]), Preformatted(signature, styles["Code"])]
        story += [Paragraph(prose, styles["BodyText"]), Spacer(1, 12)]
    story += [PageBreak(), Paragraph("Function index", styles["Heading1"])]
    story += [Preformatted(f"{name} . . . . . . . . {3}", styles["Code"]) for name in FUNCTIONS]
    target = io.BytesIO()
    SimpleDocTemplate(target).build(story)
    return target.getvalue()


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("What does conf_parse do?", "Reads settings from a string and builds the tree of their nodes"),
        ("What does conf_merge do?", "Copies every setting of the overlay over the base"),
        ("What does conf_dump do?", "Writes a tree as text that can be read again"),
        ("Is the library safe in threads?", "It needs no other library, and is safe in threads"),
    ],
)
def test_prose_answers(live_server: LiveServer, client: openai.OpenAI, question: str, answer: str) -> None:
    """No line of contents, no heading, no signature is quoted."""
    httpx.post(f"{live_server.v1}/ingest", files={"file": ("conf.pdf", make_manual())}).raise_for_status()

    completion = client.chat.completions.create(
        model="gpt-4o-mini", messages=[{"role": "user", "content": question}]
    )

    text = completion.choices[0].message.content or ""
    assert answer in text
    assert ". ." not in text
    assert "..." not in text
    assert "(const" not in text
