"""Values as columns hold them."""

import pytest

from app.core.chunking import ChunkingRule, SentenceRule, TokenRule
from app.models.base import ChunkingJson


@pytest.mark.parametrize("rule", [SentenceRule(400, 50), TokenRule(400, 50)])
def test_a_rule_comes_back_from_json_as_what_it_was(rule: ChunkingRule) -> None:
    """Both kinds may have the same sizes: they are never taken for each other."""
    column = ChunkingJson()

    assert column.process_result_value(column.process_bind_param(rule, None), None) == rule
