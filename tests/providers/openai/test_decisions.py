"""Yes-or-no questions upstream: by /decisions, by chat where that is missing, unanswered when it fails."""

from collections.abc import Callable

import pytest

from app.providers.base import Decisions
from app.providers.openai.connection import OpenAIConnection
from app.providers.openai.decisions import DECISIONS_MODEL, UpstreamDecisions
from tests.fake_upstream import FakeUpstream

QUESTIONS = ["Soup is served.", "Fish is served."]
Asker = Callable[..., UpstreamDecisions]


@pytest.fixture
def make(connection: OpenAIConnection) -> Asker:
    """Return a maker of askers."""

    def made(model: str | None = None, seconds: float = 60) -> UpstreamDecisions:
        return UpstreamDecisions(connection, model=model, chat_model="gpt-4o-mini", timeout_seconds=seconds)

    return made


async def test_questions_are_predicates_about_one_input(upstream: FakeUpstream, make: Asker) -> None:
    """The answers are probabilities, and the usage has the names of chats."""
    decided = await make().decide("Soup and fish are served.", QUESTIONS)

    assert decided.probabilities == (0.97, 0.97)
    assert decided.usage == {"prompt_tokens": 100, "completion_tokens": 5, "total_tokens": 105}
    assert upstream.requests[-1] == {
        "model": DECISIONS_MODEL,
        "input": "Soup and fish are served.",
        "questions": [{"type": "predicate", "instructions": question} for question in QUESTIONS],
    }


@pytest.mark.parametrize(("probability", "answer"), [(0.9, 1.0), (0.1, 0.0)])
async def test_an_upstream_without_decisions_is_asked_by_chat(
    upstream: FakeUpstream, make: Asker, probability: float, answer: float
) -> None:
    """The answer has a JSON schema, and /decisions is not tried again."""
    upstream.has_decisions, upstream.probability = False, probability
    asker = make()

    first = await asker.decide("Soup and fish are served.", QUESTIONS)
    upstream.has_decisions = True
    second = await asker.decide("Soup and fish are served.", QUESTIONS)

    assert first.probabilities == second.probabilities == (answer, answer)
    assert first.usage["total_tokens"] == 18
    assert upstream.calls.get("decisions") is None
    assert upstream.requests[-1]["model"] == "gpt-4o-mini"
    assert upstream.requests[-1]["response_format"]["type"] == "json_schema"


async def test_a_model_of_ones_own_is_asked_in_both_ways(upstream: FakeUpstream, make: Asker) -> None:
    """VERIFY_MODEL names it."""
    await make("judge-1").decide("text", QUESTIONS)
    upstream.has_decisions = False
    await make("judge-1").decide("text", QUESTIONS)

    assert [request["model"] for request in upstream.requests] == ["judge-1", "judge-1"]


async def test_late_and_wrong_answers_are_no_answers(upstream: FakeUpstream, make: Asker) -> None:
    """Nothing is raised: the questions stay open."""
    unanswered = Decisions((None, None))
    assert await make("gpt-hang", 0.2).decide("text", QUESTIONS) == unanswered

    upstream.probability = 7
    assert await make().decide("text", QUESTIONS) == unanswered

    upstream.has_decisions = False
    assert await make("gpt-garbage").decide("text", QUESTIONS) == unanswered
    assert await make("gpt-tool").decide("text", QUESTIONS) == unanswered


async def test_questions_beyond_the_limit_stay_open(make: Asker) -> None:
    """OpenAI takes 400 in one call."""
    decided = await make().decide("text", ["Soup is served."] * 401)

    assert decided.probabilities == (*[0.97] * 400, None)
