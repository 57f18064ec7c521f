"""The fallback's answers as events: quotes with markers, calls, JSON, cut where the request says."""

import asyncio
import os
import subprocess
import sys
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import InvalidRequest
from app.core.text import count_tokens
from app.core.types import Snippet
from app.providers.base import (
    ChatProviderRequest,
    ExtraDelta,
    Finished,
    ProviderEvent,
    Started,
    TextDelta,
    ToolCallDelta,
    UsageReported,
)
from app.providers.fallback.answerer import FallbackChat

QUESTION = "How long does parental leave last?"
WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string"}, "unit": {"enum": ["celsius", "kelvin"]}},
            "required": ["city"],
        },
    },
}
CLOCK = {"type": "function", "function": {"name": "get_time"}}
NOTE = {"type": "custom", "custom": {"name": "write_note"}}


def make_snippets(*texts: str) -> tuple[Snippet, ...]:
    return tuple(
        Snippet(
            n=number,
            chunk_id=f"chunk_{number}",
            file_id="file-1",
            filename="handbook.md",
            text=text,
            char_start=0,
            char_end=len(text),
            score=1 - number / 10,
        )
        for number, text in enumerate(texts, 1)
    )


HANDBOOK = make_snippets(
    "Trains are booked in second class [3].",
    "Overtime is paid. Nine months of parental leave are granted [7].",
    "产假为九个月。火车票为二等座。",
)


async def events_of(messages: Any, snippets: tuple[Snippet, ...] = (), **fields: Any) -> list[ProviderEvent]:
    if isinstance(messages, str):
        messages = [{"role": "user", "content": messages}]
    request = ChatProviderRequest({"model": "gpt-4o-mini", "messages": messages} | fields, snippets)
    return [event async for event in FallbackChat(model="gpt-4o-mini").respond(request, deadline=0)]


def text_of(events: list[ProviderEvent], index: int = 0) -> str:
    return "".join(event.text for event in events if isinstance(event, TextDelta) and event.index == index)


def arguments_of(events: list[ProviderEvent]) -> str:
    return "".join(event.arguments for event in events if isinstance(event, ToolCallDelta))


def reasons_of(events: list[ProviderEvent]) -> list[str]:
    return [event.reason for event in events if isinstance(event, Finished)]


def usage_of(events: list[ProviderEvent]) -> Any:
    last = events[-1]
    assert isinstance(last, UsageReported)
    return last.usage


def transcript() -> str:
    """Return the events of a quote and of a call."""

    async def both() -> list[ProviderEvent]:
        called = await events_of("x", tools=[WEATHER], tool_choice="required")
        return [*await events_of(QUESTION, HANDBOOK, n=2), *called]

    return repr(asyncio.run(both()))


async def test_an_answer_quotes_with_its_marker() -> None:
    """The marker stands before the full stop, and the source's own is gone."""
    events = await events_of(QUESTION, HANDBOOK)

    assert text_of(events) == "Nine months of parental leave are granted [2]."
    assert events[0] == Started("gpt-4o-mini", system_fingerprint="fp_footnote_fallback_v1")
    assert [type(event) for event in events[-2:]] == [Finished, UsageReported]
    assert reasons_of(events) == ["stop"]


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("产假有多长？", "产假为九个月 [3]。"),
        ("Which class are trains booked in?", "Trains are booked in second class [1]."),
        (
            "How long is parental leave, and which class are trains booked in?",
            "Nine months of parental leave are granted [2]. Trains are booked in second class [1].",
        ),
        ("Who won the football cup?", "The documents do not answer this question."),
    ],
)
async def test_answers_in_other_scripts_and_none_at_all(question: str, answer: str) -> None:
    """Chinese sentences end as Chinese does; where nothing answers, that is said without a marker."""
    assert text_of(await events_of(question, HANDBOOK)) == answer


async def test_rows_are_a_list() -> None:
    """Each with its marker; what is said beside them follows."""
    table = "| Expense | Receipt |\n|---|---|\n| Lunch | no |\n| Dinner | yes |\n\nA receipt is handed in within a month."

    answer = text_of(await events_of("Do I need a receipt?", make_snippets(table)))

    assert answer.startswith(
        "- Expense: Lunch · Receipt: no [1].\n- Expense: Dinner · Receipt: yes [1].\n\nA receipt "
    )


async def test_parts_and_earlier_turns_are_read() -> None:
    """The question is the text of the last user message; images next to it are ignored."""
    messages = [
        {"role": "user", "content": "Which class are trains booked in?"},
        {"role": "assistant", "content": None},
        {
            "role": "user",
            "content": [
                {"type": "image_url", "image_url": {"url": "data:,"}},
                {"type": "text", "text": QUESTION},
            ],
        },
    ]

    assert "[2]" in text_of(await events_of(messages, HANDBOOK))


async def test_without_snippets_it_says_what_it_is() -> None:
    """Nobody shall take the fallback for a model; what was asked is echoed, without markers."""
    text = text_of(await events_of("Tell me a joke [1]"))

    assert "No model is configured" in text
    assert text.endswith("Tell me a joke")


async def test_a_tool_result_is_answered_in_text() -> None:
    """After a tool message with the choice left open, the answer speaks of its content and cites nothing."""
    messages = [
        {"role": "user", "content": "Weather?"},
        {"role": "tool", "tool_call_id": "a", "content": "22 degrees [1]"},
    ]

    events = await events_of(messages, HANDBOOK, tools=[WEATHER], tool_choice="auto")

    assert text_of(events) == "The tool answered: 22 degrees"


@pytest.mark.parametrize("question", ["hi", "日本語だけで書かれた文章です", "word " * 300, "a\n\n b\t c "])
async def test_text_comes_in_pieces(question: str) -> None:
    """There are at least two pieces, none of them empty, and joined they are the text; unless it is streamed, it is one."""
    pieces = [
        event.text
        for event in await events_of(question, make_snippets(question), stream=True)
        if isinstance(event, TextDelta)
    ]

    assert len(pieces) >= 2
    assert all(pieces)
    assert max(map(len, pieces)) < 40
    whole = [
        event for event in await events_of(question, make_snippets(question)) if isinstance(event, TextDelta)
    ]
    assert [event.text for event in whole] == ["".join(pieces)]


def test_the_same_question_gives_the_same_events_in_any_process() -> None:
    """Nothing depends on time, chance or Python's hash seed."""
    program = "from tests.providers.fallback.test_answerer import transcript; print(transcript())"

    others = [
        subprocess.run(
            [sys.executable, "-c", program],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    ]

    assert others == [transcript() + "\n"] * 2


async def test_choices_come_in_order() -> None:
    """Each choice is whole, and first appears after the one before it."""
    events = await events_of(QUESTION, HANDBOOK, n=3)

    seen = [event.index for event in events if isinstance(event, TextDelta | Finished)]
    assert seen == sorted(seen)
    assert reasons_of(events) == ["stop"] * 3
    assert len({text_of(events, index) for index in range(3)}) == 1
    assert usage_of(events)["completion_tokens"] == 3 * count_tokens(text_of(events))


@pytest.mark.parametrize("field", ["max_tokens", "max_completion_tokens"])
@pytest.mark.parametrize("limit", [1, 3, 9])
async def test_tokens_are_cut_exactly(field: str, limit: int) -> None:
    """A limit below the answer's length is used up to the last token, and the reason says so."""
    whole = text_of(await events_of(QUESTION, HANDBOOK))
    assert count_tokens(whole) > limit

    events = await events_of(QUESTION, HANDBOOK, **{field: limit})

    assert reasons_of(events) == ["length"]
    assert whole.startswith(text_of(events))
    assert usage_of(events)["completion_tokens"] == count_tokens(text_of(events)) == limit


async def test_a_limit_that_is_not_reached_changes_nothing() -> None:
    """An answer that just fits ends by itself."""
    whole = text_of(await events_of(QUESTION, HANDBOOK))

    events = await events_of(QUESTION, HANDBOOK, max_completion_tokens=count_tokens(whole))

    assert text_of(events) == whole
    assert reasons_of(events) == ["stop"]


@pytest.mark.parametrize(
    ("stop", "text"), [("leave", "Nine months of parental "), (["are", "of"], "Nine months "), ("zzz", None)]
)
async def test_stop_texts_end_the_answer_before_them(stop: Any, text: str | None) -> None:
    """The first stop text in the answer ends it, and is not part of it."""
    events = await events_of(QUESTION, HANDBOOK, stop=stop)

    assert text_of(events) == (text or "Nine months of parental leave are granted [2].")
    assert reasons_of(events) == ["stop"]


@pytest.mark.parametrize(
    "choice",
    [
        "required",
        {"type": "function", "function": {"name": "get_weather"}},
        {
            "type": "allowed_tools",
            "allowed_tools": {
                "mode": "required",
                "tools": [{"type": "function", "function": {"name": "get_weather"}}],
            },
        },
    ],
)
async def test_a_forced_tool_is_called(choice: Any) -> None:
    """The call's head comes first and once, its arguments in pieces are valid for the tool's schema."""
    tools = [WEATHER, CLOCK] if choice == "required" else [CLOCK, WEATHER]

    events = await events_of("Weather in Paris?", tools=tools, tool_choice=choice)

    head, *pieces = [event for event in events if isinstance(event, ToolCallDelta)]
    assert (head.position, head.kind, head.name, head.arguments) == (0, "function", "get_weather", "")
    assert head.call_id is not None
    assert head.call_id.startswith("call_")
    assert pieces
    assert all(piece.call_id is piece.kind is piece.name is None for piece in pieces)
    assert orjson.loads(arguments_of(events)) == {"city": "Weather in Paris?", "unit": "celsius"}
    assert reasons_of(events) == ["tool_calls"]
    assert text_of(events) == ""


async def test_calls_have_ids_of_their_own() -> None:
    """No two choices and no two turns share an id: clients match results by it."""
    first = await events_of("one", tools=[CLOCK], tool_choice="required", n=2)
    second = await events_of("two", tools=[CLOCK], tool_choice="required")

    heads = [event.call_id for event in [*first, *second] if isinstance(event, ToolCallDelta) and event.name]
    assert len(heads) == len(set(heads)) == 3
    assert arguments_of(second) == "{}"


async def test_a_custom_tool_is_called_with_text() -> None:
    """Its input is the question, not JSON."""
    events = await events_of(
        "note this", tools=[NOTE], tool_choice={"type": "custom", "custom": {"name": "write_note"}}
    )

    head = next(event for event in events if isinstance(event, ToolCallDelta))
    assert (head.kind, head.name) == ("custom", "write_note")
    assert arguments_of(events) == "note this"


@pytest.mark.parametrize("choice", [None, "auto", "none"])
async def test_tools_that_are_not_forced_are_left_alone(choice: str | None) -> None:
    """The fallback does not guess when a tool would help."""
    events = await events_of(QUESTION, HANDBOOK, tools=[WEATHER], tool_choice=choice)

    assert "[2]" in text_of(events)
    assert not arguments_of(events)


async def test_a_function_is_called_as_before_there_were_tools() -> None:
    """`function_call` by name gives the older shape."""
    events = await events_of(
        "Weather?", functions=[WEATHER["function"]], function_call={"name": "get_weather"}
    )

    (delta,) = [event for event in events if isinstance(event, ExtraDelta)]
    call: Any = delta.fields["function_call"]
    assert call["name"] == "get_weather"
    assert orjson.loads(call["arguments"])["city"] == "Weather?"
    assert reasons_of(events) == ["function_call"]


async def test_json_is_json() -> None:
    """`json_object` gives an object with the answer, without markers."""
    events = await events_of(QUESTION, HANDBOOK, response_format={"type": "json_object"})

    assert orjson.loads(text_of(events)) == {"answer": "Nine months of parental leave are granted."}


async def test_a_schema_is_kept() -> None:
    """`json_schema` gives an instance that holds the answer."""
    schema = {
        "type": "object",
        "properties": {"answer": {"type": "string"}, "n": {"type": "integer", "minimum": 7}},
    }

    events = await events_of(
        QUESTION,
        HANDBOOK,
        response_format={"type": "json_schema", "json_schema": {"name": "a", "schema": schema}},
    )

    assert orjson.loads(text_of(events)) == {"answer": "Nine months of parental leave are granted.", "n": 7}


async def test_a_schema_without_instance_is_an_invalid_request() -> None:
    """The error comes before the first event, names the field, and says why."""
    schema = {"$ref": "#/$defs/absent"}

    with pytest.raises(InvalidRequest, match="which it does not have") as raised:
        await events_of(
            "x", response_format={"type": "json_schema", "json_schema": {"name": "a", "schema": schema}}
        )

    assert raised.value.param == "response_format"


async def test_usage_is_counted_as_openai_counts() -> None:
    """Three tokens a message around its text and three for the answer, with all details."""
    messages = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": QUESTION}]

    events = await events_of(messages, HANDBOOK)

    prompt = count_tokens("Be brief.") + count_tokens(QUESTION) + 2 * 3 + 3
    completion = count_tokens(text_of(events))
    assert usage_of(events) == {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
        "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
        "completion_tokens_details": {
            "reasoning_tokens": 0,
            "audio_tokens": 0,
            "accepted_prediction_tokens": 0,
            "rejected_prediction_tokens": 0,
        },
    }


@given(question=st.text(), source=st.text())
async def test_any_text_can_be_sent_on(question: str, source: str) -> None:
    """Lone surrogates and control characters in a question never reach a stream as such."""
    events = await events_of(question + "\ud800", make_snippets(source), stream=True)

    assert text_of(events).encode("utf-8")
    assert len([event for event in events if isinstance(event, TextDelta)]) >= 2


async def test_it_needs_nothing() -> None:
    """The configured model is the only one, and the check passes without a key."""
    provider = FallbackChat(model="house-model")

    await provider.check()

    assert await provider.models() == ["house-model"]
