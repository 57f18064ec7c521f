"""Statements of searches are compiled once for all stores, and are those that each store would get."""

import pytest

from app.core.filters import Comparison
from app.core.fusion import FusionMethod
from app.db import found_texts
from app.db.candidates import SearchSpec, candidate_statement
from app.db.found_texts import ANY_PROJECT, Shown, shown_statement
from app.db.project_search import _statement
from tests.db.test_candidates import SPECS, WORDS

# A key that a client has chosen, equal to what stands for a project and not the same object.
_CHOSEN = SearchSpec((7,), 10, lexical=WORDS, filters=Comparison("gt", "".join([*ANY_PROJECT]), 3))
_KEPT = {name: spec for name, spec in SPECS.items() if spec.is_kept} | {"filtered by any name": _CHOSEN}


@pytest.mark.parametrize("method", [None, "minmax"])
@pytest.mark.parametrize("has_texts", [False, True])
@pytest.mark.parametrize("name", _KEPT)
def test_a_store_gets_its_own_statement(
    name: str, has_texts: bool, method: FusionMethod | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its number and its project are where they would be, and nothing of another store is left. Only the first is compiled."""
    spec = _KEPT[name]
    shown = Shown(has_texts=has_texts, method=method if spec.is_hybrid else None)
    expected = shown_statement(candidate_statement(spec, "proj_b"), shown, "proj_b")
    _statement(spec, "proj_a", shown)
    monkeypatch.delattr(found_texts, "compiled")

    assert _statement(spec, "proj_b", shown) == expected
