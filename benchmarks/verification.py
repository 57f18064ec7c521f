"""How true `verified` is: against human labels, and on statements that were changed so that they are wrong.

    python -m benchmarks.verification FOLDER

FOLDER holds AttributionBench's and WiCE's files (`attributionbench*.jsonl`, `wice*.jsonl`), which are not ours to give
away. Prints macro-F1, precision and recall for each source, how many changed statements are still verified, the share of
supported statements that are, and the milliseconds of CPU a citation.
"""

import argparse
import ast
import json
import random
import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from app.answering.support.judgement import check_support
from app.answering.support.reading import read

_SEED = 7
_MARKER = re.compile(r"(?: ?\[\d{1,3}\])+")
_NUMBER = re.compile(r"(?<![\w.,-])\d[\d.,]*\d|(?<![\w.,-])\d(?![\w-])")
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{3,}")
_VERB = re.compile(r"\b(is|are|was|were|can|will|has|have|had|could|should|would)\b(?! not| no|n't)")
_UNITS = {"percent": "years", "%": " million", "years": "days", "days": "months", "hours": "minutes", "km": "miles",
          "minutes": "hours", "months": "weeks", "million": "billion", "miles": "metres", "weeks": "years", "$": "€"}  # fmt: skip
_OPPOSITES = {"at least": "at most", "more": "less", "after": "before", "before": "after", "increased": "decreased",
              "increase": "decrease", "less": "more", "higher": "lower", "lower": "higher", "first": "last",
              "largest": "smallest", "highest": "lowest", "most": "least", "increases": "decreases"}  # fmt: skip
# What a mutation gets: the statement, its source, and names of other statements.
Mutation = Callable[[str, str, random.Random, list[str]], Iterator[str]]


@dataclass(frozen=True, slots=True)
class Row:
    """A statement with its source, and whether people found it supported."""

    source: str
    statement: str
    passage: str
    supported: bool


def main() -> None:
    """Run the measurement that the arguments describe."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    rows = list(_rows(parser.parse_args().folder))
    _print_labels(rows)
    _print_mutations([row for row in rows if row.supported])


def _rows(folder: Path) -> Iterator[Row]:
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if path.name.startswith("attributionbench"):
                references = row["references"]
                passages = ast.literal_eval(references) if isinstance(references, str) else references
                label = row["attribution_label"] == "attributable"
                yield Row(
                    row["src_dataset"], _MARKER.sub("", row["claim"]), "\n\n".join(map(str, passages)), label
                )
            elif row["label"] != "partially_supported":
                yield Row("WiCE", row["claim"], " ".join(row["evidence"]), row["label"] == "supported")


def _print_labels(rows: list[Row]) -> None:
    by_source: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
    for row in rows:
        by_source[row.source].append((row.supported, check_support(row.statement, row.passage).verified))
    means = []
    for source, pairs in by_source.items():
        precision, recall, macro = _measures(pairs)
        if source != "WiCE":
            means.append(macro)
        print(
            f"{source:<20} n={len(pairs):<5} macro_f1={macro:.3f} precision={precision:.3f} recall={recall:.3f}"
        )
    read.cache_clear()
    started = time.process_time()
    for row in rows:
        check_support(row.statement, row.passage)
    cost = (time.process_time() - started) / len(rows) * 1_000
    print(f"mean_macro_f1={sum(means) / len(means):.3f} ms_a_citation={cost:.2f}")


def _measures(pairs: list[tuple[bool, bool]]) -> tuple[float, float, float]:
    """Return precision and recall of "verified", and the mean F1 of both classes."""
    hits, false, missed = (
        sum(pair == wanted for pair in pairs) for wanted in ((True, True), (False, True), (True, False))
    )
    right_no = len(pairs) - hits - false - missed
    yes = 2 * hits / (2 * hits + false + missed or 1)
    no = 2 * right_no / (2 * right_no + false + missed or 1)
    return hits / (hits + false or 1), hits / (hits + missed or 1), (yes + no) / 2


def _print_mutations(rows: list[Row]) -> None:
    verified = [row for row in rows if check_support(row.statement, row.passage).verified]
    near = [row for row in rows if row.source != "WiCE" and _half_is_there(row)]
    kept = sum(check_support(row.statement, row.passage).verified for row in near)
    print(
        f"kept={kept / len(near):.3f} of {len(near)} supported that share half their words, all={len(verified) / len(rows):.3f}"
    )
    names = sorted({name for row in rows for name in _NAME.findall(row.statement)})
    for label, mutation in _MUTATIONS.items():
        rng = random.Random(_SEED)
        changed = [(row, text) for row in rows for text in mutation(row.statement, row.passage, rng, names)]
        usable = [(row, text) for row, text in changed if text not in row.passage]
        wrong = sum(check_support(text, row.passage).verified for row, text in usable)
        print(f"{label:<16} still_verified={wrong} of {len(usable)} ({wrong / len(usable):.3f})")


def _half_is_there(row: Row) -> bool:
    said = {term for sentence in read(row.statement, "eng") for term in sentence.terms}
    stored = {term for sentence in read(row.passage, "eng") for term in sentence.terms}
    return len(said & stored) * 2 >= len(said)


def _other_number(text: str, _: str, rng: random.Random, __: list[str]) -> Iterator[str]:
    """Yield the statement once for each of its numbers, with another digit in it."""
    for found in _NUMBER.finditer(text):
        digits = [place for place in range(*found.span()) if text[place].isdecimal()]
        place = rng.choice(digits)
        other = rng.choice([digit for digit in "123456789" if digit != text[place]])
        yield text[:place] + other + text[place + 1 :]


def _negated(text: str, *_: object) -> Iterator[str]:
    if _VERB.search(text):
        yield _VERB.sub(r"\1 not", text, count=1)


def _other_name(text: str, _: str, rng: random.Random, names: list[str]) -> Iterator[str]:
    if found := _NAME.findall(text):
        yield text.replace(rng.choice(found), rng.choice([other for other in names if other not in text]))


def _other_unit(text: str, *_: object) -> Iterator[str]:
    for unit, other in _UNITS.items():
        pattern = re.compile(rf"(?<=\d) ?{re.escape(unit)}(?!\w)" if unit != "$" else r"\$(?=\d)")
        if pattern.search(text):
            yield pattern.sub(other if unit in "$%" else f" {other}", text, count=1)
            return


def _opposite(text: str, *_: object) -> Iterator[str]:
    for word, other in _OPPOSITES.items():
        if re.search(rf"\b{word}\b", text):
            yield re.sub(rf"\b{word}\b", other, text, count=1)
            return


def _number_of_source(text: str, passage: str, rng: random.Random, _: list[str]) -> Iterator[str]:
    """Yield the statement with one of its numbers replaced by another number of the source, of as many digits."""
    own = list(_NUMBER.finditer(text))
    stored = sorted({found[0] for found in _NUMBER.finditer(passage)} - {found[0] for found in own})
    for found in own:
        if alike := [other for other in stored if len(other) == len(found[0])]:
            yield text[: found.start()] + rng.choice(alike) + text[found.end() :]


def _name_of_source(text: str, passage: str, rng: random.Random, _: list[str]) -> Iterator[str]:
    """Yield the statement with one of its names replaced by another name of the source."""
    others = sorted({name for name in _NAME.findall(passage) if name not in text})
    if (found := _NAME.findall(text)) and others:
        yield text.replace(rng.choice(found), rng.choice(others))


_MUTATIONS: dict[str, Mutation] = {
    "number": _other_number,
    "number_of_source": _number_of_source,
    "name_of_source": _name_of_source,
    "negation": _negated,
    "name": _other_name,
    "unit": _other_unit,
    "comparative": _opposite,
}

if __name__ == "__main__":
    main()
