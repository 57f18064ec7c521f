"""Files in messages: a stored file is read for any upstream; what the fallback cannot read is refused."""

from typing import Any

import httpx
import openai
import pytest

from tests.conftest import MakeServer, sdk
from tests.factories import make_pdf
from tests.fake_upstream import FakeUpstream

NO_SEARCH: dict[str, Any] = {"footnote": {"enabled": False}}


def parts(file_id: str) -> Any:
    return [
        {"type": "text", "text": "How long is leave?"},
        {"type": "file", "file": {"file_id": file_id}},
    ]


def test_a_stored_file_goes_upstream_as_its_text(
    make_server: MakeServer, upstream: FakeUpstream, upstream_url: str
) -> None:
    """Also a PDF, in no store, in the place of the part that names it; Responses as chats."""
    server = make_server(openai_api_key="sk-good", openai_base_url=upstream_url)
    client = sdk(server.v1)
    file = client.files.create(file=("handbook.pdf", make_pdf()), purpose="user_data")

    rule: Any = {"role": "system", "content": [{"type": "text", "text": "Be brief."}]}
    client.chat.completions.create(
        model="gpt-4o-mini",
        messages=[rule, {"role": "user", "content": parts(file.id)}],
        extra_body=NO_SEARCH,
    )
    first, message = upstream.requests[-1]["messages"]
    client.responses.create(
        model="gpt-4o-mini",
        input=[{"role": "user", "content": [{"type": "input_file", "file_id": file.id}]}],
        extra_body=NO_SEARCH,
    )
    (other,) = upstream.requests[-1]["messages"]

    assert first == rule
    question, attached = message["content"]
    assert question == {"type": "text", "text": "How long is leave?"}
    assert attached["type"] == "text"
    assert attached["text"].startswith("The user has attached handbook.pdf.")
    assert "Parental leave lasts nine months" in attached["text"]
    assert other["content"] == [attached]


@pytest.mark.parametrize("text", ["Leave lasts nine months. ", "7 \u00e9 9 \u00fc "], ids=["words", "signs"])
def test_a_long_file_is_cut_to_the_token_budget(
    make_server: MakeServer, upstream: FakeUpstream, upstream_url: str, text: str
) -> None:
    """MAX_CONTEXT_TOKENS holds for attached texts, too, however many letters a token has; the cut is marked."""
    server = make_server(openai_api_key="sk-good", openai_base_url=upstream_url, max_context_tokens=1_000)
    client = sdk(server.v1)
    file = client.files.create(file=("long.txt", (text * 2_000).encode()), purpose="user_data")

    client.chat.completions.create(
        model="gpt-4o-mini", messages=[{"role": "user", "content": parts(file.id)}], extra_body=NO_SEARCH
    )

    attached = upstream.requests[-1]["messages"][0]["content"][1]["text"]
    assert 1_000 < len(attached) < 6_000
    assert "[…]" in attached


def test_another_projects_file_stays_a_name(
    make_server: MakeServer, upstream: FakeUpstream, upstream_url: str
) -> None:
    """A file that is not stored here may be upstream's own: its part passes."""
    server = make_server(openai_api_key="sk-good", openai_base_url=upstream_url)

    sdk(server.v1).chat.completions.create(
        model="gpt-4o-mini",
        messages=[{"role": "user", "content": parts("file-theirs")}],
        extra_body=NO_SEARCH,
    )

    assert upstream.requests[-1]["messages"][0]["content"] == parts("file-theirs")


@pytest.mark.parametrize(
    "part",
    [
        {"type": "image_url", "image_url": {"url": "https://example.org/a.png"}},
        {"type": "input_audio", "input_audio": {"data": "", "format": "wav"}},
        {"type": "file", "file": {"file_data": "data:application/pdf;base64,", "filename": "a.pdf"}},
    ],
)
def test_the_fallback_refuses_what_it_cannot_read(make_server: MakeServer, part: Any) -> None:
    """The error names the place of the part. A picture is not silently ignored."""
    server = make_server()
    texts = [{"text": "Leave lasts nine months.", "filename": "leave.txt"}]
    httpx.post(f"{server.v1}/ingest", json={"texts": texts}).raise_for_status()
    content: Any = [{"type": "text", "text": "How long is leave?"}, part]

    with pytest.raises(openai.BadRequestError) as raised:
        sdk(server.v1).chat.completions.create(
            model="gpt-4o-mini", messages=[{"role": "user", "content": content}]
        )

    assert raised.value.param == "messages[0].content[1]"


def test_the_fallback_knows_no_likelihoods(make_server: MakeServer) -> None:
    """A silent null would look like a value."""
    with pytest.raises(openai.BadRequestError) as raised:
        sdk(make_server().v1).chat.completions.create(
            model="gpt-4o-mini", messages=[{"role": "user", "content": "Hi"}], logprobs=True
        )

    assert raised.value.param == "logprobs"
