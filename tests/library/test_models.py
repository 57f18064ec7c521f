"""The list of models: each id in it works, whatever the stores are called."""

import httpx

from tests.serving import LiveServer


def test_every_listed_model_answers_from_its_own_store(live_server: LiveServer) -> None:
    """Names that hold an @, that two stores share, or that mean something else are listed by the store's id."""
    names = ("plain", "a@b", "twice", "twice", "none", "")
    for number, name in enumerate(names):
        made = httpx.post(f"{live_server.v1}/vector_stores", json={"name": name}).json()
        text = f"The code of store {number} is {number}{number}{number}."
        texts = {"text": text, "vector_store": made["id"]}
        httpx.post(f"{live_server.v1}/ingest", json=texts).raise_for_status()

    listed = [model["id"] for model in httpx.get(f"{live_server.v1}/models").json()["data"]]
    models = [model for model in listed if "@" in model and not model.endswith("@none")]
    answers = [ask(live_server, model) for model in models]

    assert len(set(models)) == len(names)
    assert [model for model in models if "@vs_" not in model] == [models[0].partition("@")[0] + "@plain"]
    assert sorted(answers) == [f"The code of store {n} is {n}{n}{n} [1]." for n in range(len(names))]


def test_none_is_listed_once_and_searches_nothing(live_server: LiveServer) -> None:
    """Clients' calls for titles and tags take it."""
    texts = {"text": "The code of the store is 111."}
    httpx.post(f"{live_server.v1}/ingest", json=texts).raise_for_status()

    listed = [model["id"] for model in httpx.get(f"{live_server.v1}/models").json()["data"]]
    (without,) = (model for model in listed if model.endswith("@none"))

    assert "111" not in ask(live_server, without)


def ask(server: LiveServer, model: str) -> str:
    body = {"model": model, "messages": [{"role": "user", "content": "What is the code of the store?"}]}
    answer = httpx.post(f"{server.v1}/chat/completions", json=body).raise_for_status().json()
    return str(answer["choices"][0]["message"]["content"])
