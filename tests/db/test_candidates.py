"""The SQL of a search, route by route, in `golden/*.sql`: a reader of candidates.py cannot see it there.

Renew them with `RENEW_GOLDEN=1 python -m pytest tests/db/test_candidates.py`, and read the difference.
"""

import os
import re
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import create_engine

from app.core.filters import Comparison
from app.core.types import EmbeddingSpace, SearchRoute
from app.db.candidates import LexicalLeg, SearchSpec, SemanticLeg, candidate_statement

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
    "hybrid-bits": SearchSpec((1,), 20, nearest("bits"), WORDS),
    "hybrid-ivfflat": SearchSpec((1,), 20, nearest("ivfflat"), WORDS),
    "hybrid-exact-filtered-in-two-stores": SearchSpec(
        (1, 2), 20, nearest("exact"), WORDS, filters=Comparison("eq", "year", 2020)
    ),
    "semantic-bits-without-a-file": SearchSpec((1,), 20, nearest("bits"), without_file=3),
}


@pytest.mark.parametrize("name", SPECS)
def test_a_route_is_searched_by_this_statement(name: str) -> None:
    """A changed statement shows as a changed file."""
    path = GOLDEN / f"{name}.sql"
    written = written_out(SPECS[name])
    if os.environ.get("RENEW_GOLDEN"):
        path.write_text(written, encoding="utf-8")

    assert path.read_text(encoding="utf-8") == written


def test_each_file_belongs_to_a_route() -> None:
    """No file is left over when its route is removed."""
    assert {path.stem for path in GOLDEN.glob("*.sql")} == set(SPECS)


def written_out(spec: SearchSpec) -> str:
    """Return the statement of a spec as it is sent, one clause a line, indented by its depth of brackets."""
    compiled = candidate_statement(spec, "proj_a").compile(
        dialect=create_engine("postgresql+psycopg://").dialect
    )
    lines, depth = [], 0
    for clause in _CLAUSE.split(" ".join(str(compiled).split())):
        lines.append("    " * depth + clause)
        depth += clause.count("(") - clause.count(")")
    return "\n".join(lines) + ";\n"
