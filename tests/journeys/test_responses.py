"""The Responses API: events in OpenAI's order, citations where they belong, conversations, storing and replaying."""

import json
from typing import Any

import httpx
import openai
import psycopg
import pytest

from tests.conftest import MakeServer, conninfo, sdk
from tests.fake_upstream import SENTINEL, FakeUpstream
from tests.serving import LiveServer

LEAVE = "Parental leave lasts nine months. Parking at the office costs 30 euros a month."
QUESTION = "How long does parental leave last?"
MODEL = "gpt-4o-mini"


@pytest.fixture
def server(make_server: MakeServer, upstream_url: str, upstream: FakeUpstream) -> LiveServer:
    """Footnote with an upstream, and a store of one document."""
    server = make_server(openai_api_key="sk-good", openai_base_url=upstream_url)
    httpx.post(f"{server.v1}/ingest", files={"file": ("leave.txt", LEAVE.encode())}).raise_for_status()
    upstream.answer = "Leave lasts nine months [1]. Ask for it [9]."
    return server


def search_tool(server: LiveServer, **fields: Any) -> dict[str, Any]:
    (store,) = sdk(server.v1).vector_stores.list().data
    return {"type": "file_search", "vector_store_ids": [store.id]} | fields


def create(server: LiveServer, **fields: Any) -> Any:
    """Return a response, as the strict SDK reads it."""
    return sdk(server.v1).responses.create(**{"model": MODEL, "input": QUESTION} | fields)


def frames(server: LiveServer, **fields: Any) -> list[tuple[str, dict[str, Any]]]:
    """Return the raw frames of a stream: names and data."""
    body = {"model": MODEL, "input": QUESTION, "stream": True} | fields
    text = httpx.post(f"{server.v1}/responses", json=body).text
    lines = [frame.split("\n") for frame in text.strip().split("\n\n") if not frame.startswith(":")]
    return [(name.removeprefix("event: "), json.loads(data.removeprefix("data: "))) for name, data in lines]


def names(events: list[tuple[str, dict[str, Any]]]) -> list[str]:
    """Return the events' names without the prefix, runs of deltas as one."""
    short = [name.removeprefix("response.") for name, _ in events]
    return [name for at, name in enumerate(short) if at == 0 or name != short[at - 1]]


def test_events_come_in_openais_order(server: LiveServer) -> None:
    """Each is named as its type says, numbered from 0, and the annotation follows the text that it belongs to."""
    events = frames(server, tools=[search_tool(server)], include=["file_search_call.results"])

    assert names(events) == [
        "created",
        "in_progress",
        "output_item.added",
        "file_search_call.in_progress",
        "file_search_call.searching",
        "file_search_call.completed",
        "output_item.done",
        "output_item.added",
        "content_part.added",
        "output_text.delta",
        "output_text.annotation.added",
        "output_text.delta",
        "output_text.done",
        "content_part.done",
        "output_item.done",
        "completed",
    ]
    assert [data["type"] for _, data in events] == [name for name, _ in events]
    assert [data["sequence_number"] for _, data in events] == list(range(len(events)))
    (annotation,) = (data for name, data in events if name == "response.output_text.annotation.added")
    assert annotation["annotation"]["index"] == 24
    assert annotation["annotation"]["filename"] == "leave.txt"
    response = events[-1][1]["response"]
    search, message = response["output"]
    assert search["queries"] == [QUESTION]
    assert search["results"][0]["text"] == LEAVE
    text = "".join(data["delta"] for name, data in events if name == "response.output_text.delta")
    assert text == message["content"][0]["text"] == "Leave lasts nine months [1]. Ask for it."
    assert message["content"][0]["annotations"] == [annotation["annotation"]]
    assert response["footnote"]["removed_markers"] == 1
    assert response["footnote"]["citations"][0]["verified"]


def test_the_sdks_own_stream_accumulates(server: LiveServer) -> None:
    """The helper checks every item's identity; what it gathers is what a plain response says."""
    with sdk(server.v1).responses.stream(model=MODEL, input=QUESTION, tools=[search_tool(server)]) as stream:  # type: ignore[list-item]
        for _ in stream:
            pass
        gathered = stream.get_final_response()

    assert gathered.output_text == create(server, tools=[search_tool(server)]).output_text


@pytest.mark.parametrize("stream", [False, True])
def test_chats_and_responses_cite_the_same(server: LiveServer, *, stream: bool) -> None:
    """One engine, two renderers."""
    chat: Any = sdk(server.v1).chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": QUESTION}]
    )
    response = frames(server)[-1][1]["response"] if stream else create(server).model_dump()

    cited = chat.choices[0].message.footnote["citations"]
    told = response["footnote"]["citations"]
    assert [one["chunk_id"] for one in cited] == [one["chunk_id"] for one in told] != []
    assert response["output"][0]["content"][0]["text"] == chat.choices[0].message.content


def test_a_conversation_goes_on_from_a_response(server: LiveServer, upstream: FakeUpstream) -> None:
    """Upstream reads what was said before, without markers; earlier instructions are not inherited."""
    first = create(server, instructions="Be brief.")

    second = create(server, input="What does parking cost?", previous_response_id=first.id)

    messages = upstream.requests[-1]["messages"]
    assert [message["role"] for message in messages] == ["system", "user", "assistant", "user"]
    assert "Be brief." not in messages[0]["content"]
    assert messages[2]["content"] == "Leave lasts nine months. Ask for it."
    assert second.previous_response_id == first.id
    given = sdk(server.v1).responses.input_items.list(second.id).data
    assert [item.content[0].text for item in given if item.type == "message"] == ["What does parking cost?"]  # type: ignore[union-attr]


def test_an_unknown_response_cannot_be_continued(server: LiveServer) -> None:
    """OpenAI's code and parameter."""
    with pytest.raises(openai.BadRequestError) as raised:
        create(server, previous_response_id="resp_unknown")

    assert (raised.value.code, raised.value.param) == ("previous_response_not_found", "previous_response_id")


def test_a_conversation_gathers_items(server: LiveServer, upstream: FakeUpstream) -> None:
    """It is made with items, grows with each response, and loses what is taken out."""
    client = sdk(server.v1)
    begun = client.conversations.create(
        items=[{"type": "message", "role": "user", "content": "My name is Ada."}], metadata={"topic": "leave"}
    )

    create(server, conversation=begun.id)

    items = client.conversations.items.list(begun.id, order="asc").data
    assert [getattr(item, "role", None) for item in items] == ["user", "user", "assistant"]
    assert [message["role"] for message in upstream.requests[-1]["messages"]] == ["system", "user", "user"]
    client.conversations.items.delete(items[0].id or "", conversation_id=begun.id)
    assert len(client.conversations.items.list(begun.id).data) == 2
    assert client.conversations.retrieve(begun.id).metadata == {"topic": "leave"}
    assert client.conversations.update(begun.id, metadata={"topic": "x"}).metadata == {"topic": "x"}
    assert client.conversations.delete(begun.id).deleted
    with pytest.raises(openai.NotFoundError):
        client.conversations.retrieve(begun.id)


def test_items_are_referred_to_by_their_ids(server: LiveServer, upstream: FakeUpstream) -> None:
    """The Vercel SDK sends references in place of earlier answers."""
    first = create(server)
    reference = {"type": "item_reference", "id": first.output[0].id}

    create(server, input=[reference, {"role": "user", "content": "And parking?"}])

    assert upstream.requests[-1]["messages"][1] == {
        "role": "assistant",
        "content": "Leave lasts nine months. Ask for it.",
    }
    with pytest.raises(openai.NotFoundError):
        create(server, input=[{"type": "item_reference", "id": "msg_unknown"}])


def test_stored_responses_are_retrieved_replayed_and_deleted(server: LiveServer) -> None:
    """A replay continues after the event that was seen last. Stored responses quote no documents."""
    client = sdk(server.v1)
    sent = frames(server, tools=[search_tool(server)], include=["file_search_call.results"])
    response_id = sent[-1][1]["response"]["id"]

    again = list(client.responses.retrieve(response_id, stream=True, starting_after=7))

    assert [event.sequence_number for event in again] == list(range(8, len(sent)))
    assert again[-1].type == "response.completed"
    assert "Parking" not in json.dumps([event.model_dump() for event in again])
    retrieved = client.responses.retrieve(response_id)
    assert retrieved.output_text == "Leave lasts nine months [1]. Ask for it."
    client.responses.delete(response_id)
    with pytest.raises(openai.NotFoundError):
        client.responses.retrieve(response_id)


def test_what_is_not_to_be_stored_is_not(server: LiveServer) -> None:
    """`store: false` leaves nothing behind."""
    made = create(server, store=False)

    with pytest.raises(openai.NotFoundError):
        sdk(server.v1).responses.retrieve(made.id)


def test_stored_responses_expire(server: LiveServer, clean_url: str) -> None:
    """After RESPONSE_RETENTION_DAYS, 30 by default, they are gone, at once and for good."""
    made = create(server)
    with psycopg.connect(conninfo(clean_url)) as connection:
        (days,) = (
            connection.execute("select extract(day from expires_at - now()) from responses").fetchone() or ()
        )
        connection.execute("update responses set expires_at = now()")

    assert days == 29
    with pytest.raises(openai.NotFoundError):
        sdk(server.v1).responses.retrieve(made.id)


@pytest.mark.parametrize("choice", ["none", {"type": "function", "name": "weather"}])
def test_another_choice_of_tool_searches_nothing(server: LiveServer, choice: Any) -> None:
    """Only what the model may use is used."""
    weather = {"type": "function", "name": "weather", "parameters": {"type": "object"}}

    made = create(server, tools=[search_tool(server), weather], tool_choice=choice)

    assert "file_search_call" not in [item.type for item in made.output]
    assert "footnote" not in made.model_dump()


def test_several_search_tools_are_one_search(server: LiveServer) -> None:
    """Their stores are searched together; filters that differ cannot be."""
    client = sdk(server.v1)
    tools = [search_tool(server)]
    other = client.vector_stores.create(name="other")
    tools.append({"type": "file_search", "vector_store_ids": [other.id]})

    made = create(server, tools=tools)

    assert [item.type for item in made.output] == ["file_search_call", "message"]
    tools[1]["filters"] = {"type": "eq", "key": "year", "value": 2021}
    with pytest.raises(openai.BadRequestError) as raised:
        create(server, tools=tools)
    assert raised.value.param == "tools[1].filters"


def test_functions_are_called_and_answered(server: LiveServer, upstream: FakeUpstream) -> None:
    """The call streams as an item of its own. The function's result goes upstream as a tool's message."""
    weather = {"type": "function", "name": "weather", "parameters": {"type": "object"}}
    events = frames(server, model="gpt-tool", tools=[weather])

    assert names(events)[2:] == [
        "output_item.added",
        "function_call_arguments.delta",
        "function_call_arguments.done",
        "output_item.done",
        "completed",
    ]
    (call,) = events[-1][1]["response"]["output"]
    assert (call["name"], json.loads(call["arguments"])) == ("weather", {"city": "Rome"})

    returned = {"type": "function_call_output", "call_id": call["call_id"], "output": "sunny"}
    create(server, input=[returned], previous_response_id=events[-1][1]["response"]["id"])

    assert upstream.requests[-1]["messages"][-2:] == [
        {
            "role": "assistant",
            "content": None,
            "tool_calls": [
                {
                    "id": "call_1",
                    "type": "function",
                    "function": {"name": "weather", "arguments": '{"city":"Rome"}'},
                }
            ],
        },
        {"role": "tool", "tool_call_id": "call_1", "content": "sunny"},
    ]


@pytest.mark.parametrize(
    ("model", "item", "steps"),
    [
        ("gpt-think", "reasoning", ["reasoning_text.delta", "reasoning_text.done"]),
        ("gpt-refuse", "message", ["content_part.added", "refusal.delta", "refusal.done"]),
    ],
)
def test_thoughts_and_refusals_have_events_of_their_own(
    server: LiveServer, model: str, item: str, steps: list[str]
) -> None:
    """They are no output text."""
    events = frames(server, model=model)

    assert names(events)[3 : 3 + len(steps)] == steps
    assert events[-1][1]["response"]["output"][0]["type"] == item


def test_what_was_cut_is_incomplete(server: LiveServer) -> None:
    """The reason has the name that the Responses API gives it."""
    name, last = frames(server, model="gpt-stopped", max_output_tokens=16)[-1]

    assert name == "response.incomplete"
    assert last["response"]["incomplete_details"] == {"reason": "max_output_tokens"}


def test_a_stream_that_breaks_says_so_twice(server: LiveServer) -> None:
    """First the event that SDKs raise on, then the failed response; upstream's words stay here."""
    (first, error), (second, failed) = frames(server, model="gpt-error")[-2:]

    assert (first, second) == ("error", "response.failed")
    assert set(error["error"]) == {"type", "code", "message", "param"}
    assert failed["response"]["status"] == "failed"
    assert SENTINEL not in json.dumps([error, failed])
    with pytest.raises(openai.APIError):
        list(create(server, model="gpt-error", stream=True))


def test_the_fields_of_chats_go_upstream_by_their_own_names(
    server: LiveServer, upstream: FakeUpstream
) -> None:
    """What is newer than we are is no error, and nothing that upstream's chat API does not know is sent."""
    form = {"type": "json_schema", "name": "answer", "schema": {"type": "object"}, "strict": True}
    body = {
        "model": MODEL,
        "input": QUESTION,
        "instructions": "Be brief.",
        "text": {"format": form, "verbosity": "low"},
        "reasoning": {"effort": "low"},
        "max_output_tokens": 50,
        "temperature": 0.5,
        "background_options": {"x": 1},
        "prompt_cache_options": {"mode": "auto"},
        "access_programs": [],
    }

    httpx.post(f"{server.v1}/responses", json=body).raise_for_status()

    sent = {name: value for name, value in upstream.requests[-1].items() if name != "messages"}
    assert sent == {
        "model": MODEL,
        "temperature": 0.5,
        "max_completion_tokens": 50,
        "reasoning_effort": "low",
        "verbosity": "low",
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "answer", "schema": {"type": "object"}, "strict": True},
        },
    }


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"input": [{"type": "message", "role": "nobody", "content": "x"}]}, "input[0].role"),
        ({"input": [{"type": "function_call", "call_id": "c", "name": "n"}]}, "input[0].arguments"),
        ({"input": 5}, "input"),
        ({"input": []}, "input"),
        ({"tools": [{"type": "web_search"}]}, "tools[0]"),
        ({"tools": [{"type": "file_search", "vector_store_ids": []}]}, "tools[0].vector_store_ids"),
        ({"previous_response_id": "resp_a", "conversation": "conv_a"}, "previous_response_id"),
        ({"temperature": 9}, "temperature"),
    ],
)
def test_what_is_wrong_is_said_where_it_is(server: LiveServer, fields: dict[str, Any], param: str) -> None:
    """A 400 with the path of the parameter."""
    answer = httpx.post(f"{server.v1}/responses", json={"model": MODEL, "input": QUESTION} | fields)

    assert answer.status_code == 400
    assert answer.json()["error"]["param"] == param
