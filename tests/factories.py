"""Things that tests need, made with good defaults."""

import io
from collections.abc import Sequence
from pathlib import Path

import docx
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate

from app.core.types import Caller
from app.db.database import Database
from app.ingest.chunking import ChunkingRule
from app.ingest.embedding import ChunkEmbedder
from app.ingest.extract import Extractor
from app.ingest.pipeline import Ingested, IngestFile, IngestPipeline
from app.models import VectorStore
from app.providers.base import EmbeddingProvider
from app.providers.fallback.embeddings import FallbackEmbeddings

_LEAVE = (
    "Parental leave lasts nine months. The first six months are paid in full, the rest at sixty percent. "
    "Tell your manager at least eight weeks before the leave begins."
)
LEAVE_PAGES = (
    "Welcome to the company. This handbook tells how we work together.",
    _LEAVE,
    "Laptops are replaced every four years. Broken screens are repaired by the help desk in Lisbon.",
)


def make_pdf(pages: Sequence[str] = LEAVE_PAGES) -> bytes:
    """Return a PDF with one paragraph a page."""
    target = io.BytesIO()
    style = getSampleStyleSheet()["BodyText"]
    story = [part for page in pages for part in (Paragraph(page, style), PageBreak())]
    SimpleDocTemplate(target, pagesize=A4).build(story)
    return target.getvalue()


def make_docx(sections: Sequence[tuple[str, str]]) -> bytes:
    """Return a Word document of headings, each with a paragraph."""
    document = docx.Document()
    for heading, paragraph in sections:
        document.add_heading(heading, level=1)
        document.add_paragraph(paragraph)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def make_pipeline(
    db: Database, *, embeddings: EmbeddingProvider | None = None, rule: ChunkingRule | None = None
) -> IngestPipeline:
    """Return the ingest engine on a database."""
    provider = embeddings or FallbackEmbeddings()
    return IngestPipeline(db, Extractor(), ChunkEmbedder(db, provider), rule or ChunkingRule())


async def make_store_with(
    db: Database,
    texts: Sequence[str],
    *,
    folder: Path,
    pipeline: IngestPipeline | None = None,
    name: str = "store",
) -> tuple[VectorStore, list[Ingested]]:
    """Return a store that holds each text as a file of its own."""
    caller = Caller("proj_default")
    engine = pipeline or make_pipeline(db)
    store = await engine.find_or_create_store(caller, name)
    ingested = []
    for number, text in enumerate(texts):
        path = folder / f"{number}.txt"
        path.write_text(text, encoding="utf-8")
        ingested.append(await engine.ingest(caller, store, IngestFile(path, f"text-{number}.txt")))
    return store, ingested
