"""Text outside of a PDF page's crop box."""

import io

import pypdfium2
import pytest

from tests.reading.sources import lines_at, make_pdf, text_of


def cropped(box: tuple[float, float, float, float]) -> bytes:
    page = lines_at("The roof has two gutters.", "They lead to the yard.", "Job 2231 cyan", step=350)
    document = pypdfium2.PdfDocument(make_pdf(page))
    document[0].set_cropbox(*box)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("box", "has_slug"), [((50, 100, 545, 800), False), ((0, 0, 595, 842), True), ((0, 20, 595, 842), True)]
)
def test_what_is_cut_away_is_not_read(box: tuple[float, float, float, float], *, has_slug: bool) -> None:
    """A program shows the crop box of a page."""
    text = text_of("a.pdf", cropped(box))

    assert "two gutters" in text
    assert "to the yard" in text
    assert ("Job 2231 cyan" in text) is has_slug
