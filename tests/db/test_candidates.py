"""The SQL of a search, route by route, in `golden/*.sql`: a reader of candidates.py cannot see it there.

Renew them with `RENEW_GOLDEN=1 python -m pytest tests/db/test_candidates.py`, and read the difference.
"""

import os
import re
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import SelectBase, create_engine

from app.core.filters import Comparison
from app.core.fusion import FusionMethod
from app.core.types import EmbeddingSpace, SearchRoute
from app.db.candidates import LexicalLeg, SearchSpec, SemanticLeg, candidate_parameters, candidate_statement
from app.db.found_texts import with_texts

GOLDEN = Path(__file__).with_name("golden")
_CLAUSE = re.compile(
    r" (?=(?:FROM|WHERE|ORDER BY|LIMIT|FULL OUTER JOIN|LEFT OUTER JOIN|AND|OR)\b)|(?<=\()(?=SELECT\b)"
)
WORDS = LexicalLeg({7: 1.0})


def nearest(
    route: SearchRoute, *, dimensions: int = 1_536, space: EmbeddingSpace | None = None
) -> SemanticLeg:
    return SemanticLeg(np.ones(dimensions, np.float32), route, space=space)


SPECS: Mapping[str, SearchSpec] = {
    "semantic-exact": SearchSpec((1,), 20, nearest("exact")),
    "semantic-bits": SearchSpec((1,), 20, nearest("bits")),
    "semantic-bits-projected": SearchSpec((1,), 20, nearest("bits", dimensions=384)),
    "semantic-ivfflat": SearchSpec((1,), 20, nearest("ivfflat")),
    "semantic-exact-of-one-space": SearchSpec(
        (1,), 20, nearest("exact", space=EmbeddingSpace("model", 1_536))
    ),
    "lexical": SearchSpec((1,), 20, lexical=WORDS),
    "lexical-by-rare-words": SearchSpec((1,), 20, lexical=LexicalLeg({7: 1.0, 8: 9.0}, rarest=(8,))),
    "lexical-by-two-words": SearchSpec(
        (1,), 20, lexical=LexicalLeg({7: 1.0, 8: 2.0, 9: 3.0, 10: 4.0}, rarest=(10, 9, 8, 7), alone=1)
    ),
    "hybrid-bits": SearchSpec((1,), 20, nearest("bits"), WORDS),
    "hybrid-ivfflat": SearchSpec((1,), 20, nearest("ivfflat"), WORDS),
    "hybrid-by-words-together": SearchSpec(
        (1,), 20, nearest("exact"), LexicalLeg({7: 1.0, 8: 1.0}, rarest=(8,), alone=1, together=(8, 7))
    ),
    "hybrid-exact-filtered-in-two-stores": SearchSpec(
        (1, 2), 20, nearest("exact"), WORDS, filters=Comparison("eq", "year", 2020)
    ),
    "semantic-bits-without-a-file": SearchSpec((1,), 20, nearest("bits"), without_file=3),
}


WITH_TEXTS = {
    "semantic-bits-with-texts": "semantic-bits",
    "lexical-with-texts": "lexical",
    "hybrid-bits-with-texts": "hybrid-bits",
}


@pytest.mark.parametrize("name", [*SPECS, *WITH_TEXTS])
def test_a_route_is_searched_by_this_statement(name: str) -> None:
    """A changed statement shows as a changed file."""
    path = GOLDEN / f"{name}.sql"
    spec = SPECS[WITH_TEXTS.get(name, name)]
    statement = candidate_statement(spec, "proj_a")
    method: FusionMethod | None = "minmax" if spec.is_hybrid else None
    written = written_out(with_texts(statement, "proj_a", method) if name in WITH_TEXTS else statement)
    if os.environ.get("RENEW_GOLDEN"):
        path.write_text(written, encoding="utf-8")

    assert path.read_text(encoding="utf-8") == written


def test_each_file_belongs_to_a_route() -> None:
    """No file is left over when its route is removed."""
    assert {path.stem for path in GOLDEN.glob("*.sql")} == {*SPECS, *WITH_TEXTS}


def written_out(statement: SelectBase) -> str:
    """Return a statement as it is sent, one clause a line, indented by its depth of brackets."""
    compiled = statement.compile(dialect=create_engine("postgresql+psycopg://").dialect)
    lines, depth = [], 0
    for clause in _CLAUSE.split(" ".join(str(compiled).split())):
        lines.append("    " * depth + clause)
        depth += clause.count("(") - clause.count(")")
    return "\n".join(lines) + ";\n"


def test_filters_of_one_shape_are_one_statement() -> None:
    """Their values are parameters. To build and compile a statement costs more than many a search."""
    specs = [
        SearchSpec((1,), 20, nearest("exact"), filters=Comparison("eq", "year", year))
        for year in (2020, 2021)
    ]
    first, second = (candidate_statement(spec, "proj_a") for spec in specs)

    assert first is second
    assert [candidate_parameters(spec)["filter_0"] for spec in specs] == [{"year": 2020}, {"year": 2021}]
