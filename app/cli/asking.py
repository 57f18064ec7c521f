"""footnote ask and footnote search."""

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.command import command
from app.cli.later import later
from app.cli.listing import known_store
from app.cli.output import console
from app.cli.remote import ApiKey, AsJson, Quiet, Remote, RemoteError, Url, print_json

if TYPE_CHECKING:
    from rich import table as rich_table
    from rich import text as rich_text
else:
    rich_table = later("rich.table")
    rich_text = later("rich.text")

_SHORTEST_WORD = 4
_LONGEST_PASSAGE = 400
_BEFORE_MATCH = 80
_WIDEST_PLACE = 30
_HEADINGS = re.compile(r"\A(?:#{1,6} .*\n+)+")
_SIGNS = {True: "✓", False: "✗"}

Store = Annotated[
    str | None,
    typer.Option("--store", "-s", help="Id or name of a vector store; the default one without it."),
]


def _not_blank(text: str) -> str:
    if not text.strip():
        raise typer.BadParameter("It is empty. Put it in quotation marks.")
    return text


def ask(  # noqa: PLR0913, PLR0917 - each is an option of the command
    question: Annotated[str, typer.Argument(help="What to ask.", callback=_not_blank)],
    store: Store = None,
    model: Annotated[
        str | None, typer.Option(help="The model that answers; the server's own without it.")
    ] = None,
    url: Url = "",
    api_key: ApiKey = "",
    as_json: AsJson = False,  # noqa: FBT002 - a flag
    quiet: Quiet = False,  # noqa: FBT002 - a flag
) -> None:
    """Ask a question. The answer comes as it is written, then the sources that it cites."""
    with Remote(url, api_key) as server, known_store(store):
        body = _question(question, store, model or server.get("models")["data"][0]["id"])
        if as_json:
            print_json(server.post("chat", "completions", **body))
            return
        answer = _Printed()
        for text in answer.written(server.streamed("chat", "completions", stream=True, **body)):
            typer.echo(text, nl=False)
        typer.echo()
    if not quiet:
        answer.print_sources()
        if not answer.searched:
            typer.echo(f"\n{_no_documents(store)}", err=True)


def search(  # noqa: PLR0913, PLR0917 - each is an option of the command
    query: Annotated[str, typer.Argument(help="What to search for.", callback=_not_blank)],
    store: Store = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=50, help="How many passages.")] = 10,
    url: Url = "",
    api_key: ApiKey = "",
    as_json: AsJson = False,  # noqa: FBT002 - a flag
    quiet: Quiet = False,  # noqa: FBT002 - a flag
) -> None:
    """Search a vector store. The words of the query are marked in the passages."""
    with Remote(url, api_key) as server, known_store(store):
        reference = store or _default(server)
        options = {"query": query, "max_num_results": limit}
        found = server.post("vector_stores", reference, "search", **options) if reference else {"data": []}
        is_empty = not found["data"] and _is_empty(server, reference)
    if as_json:
        print_json(found)
    elif quiet:
        for hit in found["data"]:
            typer.echo(hit["filename"])
    elif not found["data"]:
        typer.echo(_no_documents(store) if is_empty else "Nothing was found.")
    else:
        console().print(_hits(found["data"], query))


class _Printed:
    """An answer while it is written, and what is known of its sources."""

    def __init__(self) -> None:
        self._chunks: dict[int, dict[str, Any]] = {}
        self._citations: list[dict[str, Any]] = []
        self.searched = False

    def written(self, events: Iterator[dict[str, Any]]) -> Iterator[str]:
        """Yield the text of a streamed answer."""
        for event in events:
            if "chunks" in (found := event.get("footnote") or {}):
                self.searched = True
                self._chunks = {chunk["n"]: chunk for chunk in found["chunks"]}
            for choice in event.get("choices") or ():
                delta = choice.get("delta") or {}
                self._citations += (delta.get("footnote") or {}).get("citations") or ()
                yield delta.get("content") or delta.get("refusal") or ""

    def print_sources(self) -> None:
        """Print each footnote with its file, its place, and whether the source bears it out."""
        if not self._citations:
            return
        console().print()
        verdicts: dict[int, list[str]] = {}
        for citation in self._citations:
            verdicts.setdefault(citation["n"], []).append(_verdict(citation))
        by_number = {citation["n"]: citation["chunk"] for citation in self._citations}
        for n in sorted(verdicts):
            chunk = self._chunks.get(by_number[n], {})
            said = ", ".join(dict.fromkeys(verdicts[n]))
            console().print(rich_text.Text(f"[{n}] {_place(chunk)}  {said}"), soft_wrap=True)


def _question(question: str, store: str | None, model: str) -> dict[str, Any]:
    body: dict[str, Any] = {"model": model, "messages": [{"role": "user", "content": question}]}
    return body | ({"footnote": {"vector_store_ids": [store]}} if store else {})


def _default(server: Remote) -> str | None:
    """Return the id of the default store, of the newest one if there is none, None without any store."""
    stores = list(server.listed("vector_stores"))
    chosen = next((each["id"] for each in stores if each.get("is_default")), None)
    return chosen or (stores[0]["id"] if stores else None)


def _is_empty(server: Remote, reference: str | None) -> bool:
    """Whether there is nothing to search. Not every key that searches may ask."""
    if reference is None:
        return True
    with suppress(RemoteError):
        return not server.get("vector_stores", reference)["file_counts"]["completed"]
    return False


def _no_documents(store: str | None) -> str:
    where = f" --store {store}" if store else ""
    return (
        f"No documents were searched, because there are none. `{command()} ingest PATH{where}` takes some in; "
        "`--sample` instead of a path takes in a handbook to try it with."
    )


def _verdict(citation: dict[str, Any]) -> str:
    if not citation["verified"]:
        reason = str(citation.get("reason", "not_found")).replace("_", " ")
        return f"{_SIGNS[False]} not borne out ({reason})"
    return f"{_SIGNS[True]} {'quoted' if citation.get('reason') == 'quoted' else 'supported'}"


def _place(chunk: dict[str, Any]) -> str:
    page = f"page {chunk['page']}" if chunk.get("page") else chunk.get("heading")
    return ", ".join(filter(None, [chunk.get("filename") or "?", page]))


def _hits(hits: list[dict[str, Any]], query: str) -> "rich_table.Table":
    place_column = rich_table.Column("file", max_width=_WIDEST_PLACE)
    table = rich_table.Table("", "score", place_column, "passage", show_lines=True)
    words = [word for word in re.findall(r"\w+", query) if len(word) >= _SHORTEST_WORD]
    for rank, hit in enumerate(hits, 1):
        passage = rich_text.Text(_around(" ".join(part["text"] for part in hit["content"]), words))
        for word in words:
            passage.highlight_regex(rf"(?i)\b{re.escape(word)}\b", style="bold")
        place = _place({"filename": hit["filename"], **(hit.get("footnote") or {})})
        table.add_row(str(rank), f"{hit['score']:.2f}", rich_text.Text(place), passage)
    return table


def _around(text: str, words: list[str]) -> str:
    """Return the part of a passage that holds the first of the words, without the headings that its place names.

    Sentences run on where the document's lines broke; rows of a table keep their lines.
    """
    body = _HEADINGS.sub("", text) or text
    body = re.sub(r"(?<=[^\n|]) *\n(?=[^\n|])", " ", body)
    found = re.search("|".join(rf"\b{re.escape(word)}\b" for word in words), body, re.IGNORECASE)
    start = found.start() if words and found else 0
    first = 0 if start + _BEFORE_MATCH < _LONGEST_PASSAGE else body.rfind(" ", 0, start - _BEFORE_MATCH) + 1
    last = first + _LONGEST_PASSAGE
    return ("…" if first else "") + body[first:last] + ("…" if last < len(body) else "")
