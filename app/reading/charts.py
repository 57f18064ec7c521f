"""Charts, diagrams and boxes upon sheets in Office documents: what readers see and no cell or paragraph holds."""

import io
import re
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Collection, Iterator
from contextlib import suppress

from app.reading.document import Source
from app.reading.tables import write_table

_CHART_PART = re.compile(r"(?:xl|word|ppt)/charts/chart\d*\.xml")
_DIAGRAM_PART = re.compile(r"(?:xl|word|ppt)/diagrams/data\d*\.xml")
_SHEET_DRAWING_PART = re.compile(r"xl/drawings/drawing\d*\.xml")
_X = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_D = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
_C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"


def read_charts(source: Source) -> str:
    """Return each chart of an Office document as its title and a table of its values, and the texts of diagrams and boxes."""
    with zipfile.ZipFile(io.BytesIO(source.data)) as archive:
        return charts_of(archive, sorted(archive.namelist()))


def charts_of(archive: zipfile.ZipFile, names: Collection[str]) -> str:
    """Return the charts, diagrams and boxes among these parts of an Office document."""
    charts = [_read_chart(root) for root in _parts(archive, names, _CHART_PART)]
    diagrams = [_read_diagram(root) for root in _parts(archive, names, _DIAGRAM_PART)]
    boxes = [box for root in _parts(archive, names, _SHEET_DRAWING_PART) for box in _boxes(root)]
    return "\n\n".join(filter(None, (*charts, *diagrams, *boxes)))


def _parts(
    archive: zipfile.ZipFile, names: Collection[str], pattern: re.Pattern[str]
) -> Iterator[ET.Element]:
    for name in filter(pattern.fullmatch, names):
        with suppress(ET.ParseError, KeyError):
            yield ET.fromstring(archive.read(name))  # noqa: S314 - expat refuses entity bombs, and the process is limited


def _boxes(element: ET.Element) -> Iterator[str]:
    """Yield the texts of boxes and shapes that lie upon a sheet."""
    for child in element:
        if child.tag == f"{_X}sp":
            lines = (
                "".join(text.text or "" for text in line.iter(f"{_A}t")) for line in child.iter(f"{_A}p")
            )
            yield "\n".join(" ".join(line.split()) for line in lines if line.strip())
        elif child.tag != _FALLBACK:
            yield from _boxes(child)


def _read_diagram(root: ET.Element) -> str:
    texts = [
        " ".join("".join(text.text or "" for text in point.iter(f"{_A}t")).split())
        for point in root.iter(f"{_D}pt")
    ]
    return "\n".join(["Diagram:", *(f"- {text}" for text in texts if text)]) if any(texts) else ""


def _read_chart(root: ET.Element) -> str:
    title = " ".join(text.text or "" for text in root.findall(f"{_C}chart/{_C}title//{_A}t"))
    series = [
        (
            _values(one, "tx") or [""],
            _values(one, "cat") or _values(one, "xVal"),
            _values(one, "val") or _values(one, "yVal"),
        )
        for one in root.iter(f"{_C}ser")
    ]
    categories = next((names for _, names, _ in series if names), [])
    rows = [["Category", *(name[0] for name, _, _ in series)]]
    for place in range(max((len(values) for _, _, values in series), default=0)):
        label = categories[place] if place < len(categories) else ""
        rows.append([label, *(values[place] if place < len(values) else "" for _, _, values in series)])
    parts = [f"Chart: {title}" if title else "Chart", write_table(rows)]
    return "\n\n".join(part for part in parts if part) if series or title else ""


def _values(series: ET.Element, tag: str) -> list[str]:
    """Return the values that a chart keeps of the cells it shows, in their order."""
    return [point.text or "" for point in series.findall(f"{_C}{tag}//{_C}pt/{_C}v")]
