"""Statements of searches are compiled once for all stores, and are those that each store would get."""

import pytest

from app.core.fusion import FusionMethod
from app.db import found_texts
from app.db.candidates import candidate_statement
from app.db.found_texts import Shown, shown_statement
from app.db.project_search import _statement
from tests.db.test_candidates import SPECS


@pytest.mark.parametrize("method", [None, "minmax"])
@pytest.mark.parametrize("has_texts", [False, True])
@pytest.mark.parametrize("name", [name for name, spec in SPECS.items() if spec.is_kept])
def test_a_store_gets_its_own_statement(
    name: str, has_texts: bool, method: FusionMethod | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its number and its project are where they would be, and nothing of another store is left. Only the first is compiled."""
    spec = SPECS[name]
    shown = Shown(has_texts=has_texts, method=method if spec.is_hybrid else None)
    expected = shown_statement(candidate_statement(spec, "proj_b"), shown, "proj_b")
    _statement(spec, "proj_a", shown)
    monkeypatch.delattr(found_texts, "compiled")

    assert _statement(spec, "proj_b", shown) == expected
