"""Routes, keys, envelopes, request ids, the record."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from langchain_cometapi import emulator
from langchain_cometapi.emulator import (
    NO_STREAM_OPTIONS_MODEL,
    RATE_LIMITED_API_KEY,
    RATE_LIMITED_MODEL,
    RETIRED_MODEL,
    RecordedRequest,
)
from tests.unit_tests.emulator.client import GPT, Client, user

TOKEN = (401, "comet_api_error", "", "invalid token")
LIMIT = (429, "comet_api_error", "rate_limit_exceeded", "the CometAPI emulator was asked to answer")
UNSERVED = "model_not_found"
GENERATE = "models/gemini-3.8-flash:generateContent"


@pytest.mark.parametrize(
    ("request_line", "key", "expected"),
    [
        ("POST /v1/chat/completions", None, TOKEN),
        ("POST /v1/embeddings", "", TOKEN),
        ("GET /v1/models", "sk-wrong-key-000", TOKEN),
        ("GET /v1/models", RATE_LIMITED_API_KEY, LIMIT),
        ("POST /v1/chat/completions", RATE_LIMITED_API_KEY, LIMIT),
        *(
            (line, None, (404, "invalid_request_error", "", f"Invalid URL ({line})"))
            for line in (
                "GET /v1/chat/completions",
                "POST /v1/chat/completions/",
                "DELETE /v1",
                f"GET /v1beta/{GENERATE}",
                f"POST /v1beta/v1beta/{GENERATE}",
            )
        ),
    ],
)
def test_wrong_key_or_path_is_refused(
    client: Client, request_line: str, key: str | None, expected: tuple[int, str, str, str]
) -> None:
    status, kind, code, words = expected
    response = client.send(*request_line.split(), key=key)
    error = response.json()["error"]
    message = error.pop("message")
    assert (response.status_code, error) == (status, {"type": kind, "param": "", "code": code})
    assert message.startswith(words)
    request_id = response.headers["X-Cometapi-Request-Id"]
    assert message.endswith(f" (request id: {request_id})") is (kind == "comet_api_error")


def test_another_scheme_than_bearer_is_refused(client: Client) -> None:
    response = client.send("GET", "/v1/models", key=None, params={"key": emulator.EMULATOR_API_KEY})
    assert response.status_code == 401


def test_request_ids_have_the_gateways_form_and_differ(client: Client) -> None:
    ids = [client.post().headers["X-Cometapi-Request-Id"] for _ in range(3)]
    assert len(set(ids)) == 3
    assert all(re.fullmatch(r"20\d{21}[A-Za-z]{8}", request_id) for request_id in ids)


def test_every_response_names_the_emulator(client: Client) -> None:
    answer = client.chat()
    assert answer["system_fingerprint"] == "fp_cometapi_emulator"
    assert "CometAPI emulator" in answer["choices"][0]["message"]["content"]
    assert client.post().headers["Server"] == "cometapi-emulator"
    owners = {entry["owned_by"] for entry in client.send("GET", "/v1/models").json()["data"]}
    assert owners == {"cometapi-emulator"}


@pytest.mark.parametrize("path", ["/chat/completions", "/", "/v1x"])
def test_path_without_v1_is_the_website(client: Client, path: str) -> None:
    response = client.send("POST", path, json={"model": GPT, "messages": [user("hi")]})
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/html")
    assert "CometAPI emulator" in response.text
    assert response.text.startswith("<!doctype html>")


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        ({"model": RETIRED_MODEL}, (400, "is not supported.", "invalid_parameter_error")),
        ({"model": RATE_LIMITED_MODEL}, (429, "a rate limit were exceeded", LIMIT[2])),
        *(({"model": model}, (400, "model name is required", "")) for model in ("", None)),
        *(
            (
                {"model": model},
                (503, f"no available channel for group default and model {model}", UNSERVED),
            )
            for model in ("no-such-model", "deepseek-chat", "GPT-5.4", "emulator-upcoming")
        ),
        ({"messages": None}, (500, "field messages is required", "invalid_request")),
    ],
)
def test_request_without_a_model_or_messages_is_refused(
    client: Client, body: dict[str, Any], refusal: tuple[int, str, str]
) -> None:
    status, message, code = client.refusal(**body)
    assert (status, code) == (refusal[0], refusal[2])
    assert refusal[1] in message


@pytest.mark.parametrize(
    ("model", "words"),
    [
        ("gpt-5.4-pro", "only supported in v1/responses"),
        ("gpt-5.2-pro", "only supported in v1/responses"),
        ("text-embedding-3-small", "not a chat model"),
        ("gpt-image-2", "not a chat model"),
        ("gemini-3-pro-image", "not a chat model"),
        ("gemini-3.1-flash-image", "not a chat model"),
    ],
)
def test_model_of_another_route_is_refused(client: Client, model: str, words: str) -> None:
    status, message, _ = client.refusal(model=model)
    assert (status, words in message) == (404, True)


@pytest.mark.parametrize(
    "content",
    [
        b"{",
        b"[]",
        b"",
        b'{"model": "gpt-5.4", "messages": "hi"}',
        b'{"model": 7, "messages": []}',
        b"\xff",
        b'{"model": "gpt-5.4", "messages": [], "temperature": NaN}',
        b"[" * 100_000,
    ],
)
def test_malformed_request_is_a_500(client: Client, content: bytes) -> None:
    response = client.send("POST", "/v1/chat/completions", content=content)
    assert response.status_code == 500
    assert response.json()["error"]["code"] == "invalid_request"


def test_lone_surrogate_is_replaced(client: Client) -> None:
    content = b'{"model": "gpt-5.4", "messages": [{"role": "user", "content": "a \\ud800 b"}]}'
    response = client.send("POST", "/v1/chat/completions", content=content)
    assert response.status_code == 200
    assert "a ? b" in response.json()["choices"][0]["message"]["content"]


def test_stream_options_are_refused_for_the_model_without_them(client: Client) -> None:
    asked: dict[str, Any] = {"model": NO_STREAM_OPTIONS_MODEL, "stream": True}
    status, message, _ = client.refusal(**asked, stream_options={"include_usage": True})
    assert status == 400
    assert "stream_options" in message
    assert client.post(**asked).status_code == 200


def test_model_list_has_the_models_and_their_endpoints(client: Client) -> None:
    body = client.send("GET", "/v1/models").json()
    entries = {entry["id"]: entry for entry in body["data"]}
    assert body["object"] == "list"
    assert entries[GPT]["object"] == "model"
    assert entries[GPT]["supported_endpoint_types"] == ["openai", "openai-response"]
    assert entries["gpt-5.4-pro"]["supported_endpoint_types"] == ["openai-response"]
    assert entries["text-embedding-3-small"]["supported_endpoint_types"] == ["embeddings"]
    assert not {RATE_LIMITED_MODEL, NO_STREAM_OPTIONS_MODEL} & entries.keys()


def test_public_catalogue_needs_no_key(client: Client) -> None:
    body = client.send("GET", "/api/models", key=None).json()
    assert body["success"] is True
    assert body["total"] == len(body["data"]) > 40
    sonnet = next(entry for entry in body["data"] if entry["id"] == "claude-sonnet-4-6")
    assert (sonnet["code"], sonnet["provider_code"]) == ("claude-sonnet-4-6", "anthropic")
    assert sonnet["context_length"] == "200K"
    assert (sonnet["pricing"]["input"], sonnet["pricing"]["output"]) == (3, 15)


def test_catalogue_has_every_form_of_the_real_one(client: Client) -> None:
    entries = client.send("GET", "/api/models", key=None).json()["data"]
    endpoints = [entry["endpoints"] for entry in entries]
    texts = [json.loads(value) for value in endpoints if isinstance(value, str)]
    objects = [value for value in (*endpoints, *texts) if isinstance(value, dict)]
    lists = [value for value in (*endpoints, *texts) if isinstance(value, list)]
    assert {type(inner) for value in objects for inner in value.values()} == {dict, str}
    assert {type(inner) for value in lists for inner in value} == {dict, str}
    assert any(str(inner).startswith('{"') for v in objects for inner in v.values())
    assert {type(value) for value in texts} == {dict, list}
    for name in ("context_length", "max_completion_tokens"):
        assert {type(entry.get(name)) for entry in entries} == {str, int, type(None)}
    pricings = [entry.get("pricing", "absent") for entry in entries]
    names = {frozenset(pricing) for pricing in pricings if isinstance(pricing, dict)}
    assert "absent" in pricings
    assert None in pricings
    assert {"ratio": 0.8} in pricings
    assert any({"ratio", "input"} <= each for each in names)
    assert [entry["id"] for entry in entries if entry["upcoming"]] == ["emulator-upcoming"]
    assert {type(entry.get("published_at")) for entry in entries} == {int, type(None)}
    assert {type(entry.get("latest_model_name")) for entry in entries} == {str, type(None)}


@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', "*"])
def test_catalogue_that_is_known_is_not_sent_again(client: Client, form: str) -> None:
    first = client.send("GET", "/api/models", key=None)
    etag = first.headers["ETag"]
    assert client.send("GET", "/api/models", key=None).headers["ETag"] == etag
    known = {"If-None-Match": form.format(etag)}
    again = client.send("GET", "/api/models", key=None, headers=known)
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == etag
    other = client.send("GET", "/api/models", key=None, headers={"If-None-Match": '"other"'})
    assert other.json() == first.json()


def test_catalogue_entry_is_found_by_its_code(client: Client) -> None:
    entry = client.send("GET", "/api/model/grok-4-5", key=None).json()
    assert entry["data"]["id"] == "grok-4.5"
    assert client.send("GET", "/api/model/grok-4.5", key=None).status_code == 404


def test_every_request_is_recorded(client: Client) -> None:
    client.post(temperature=1)
    client.send("GET", "/v1/models", key=None, params={"page": "2"})
    client.send("POST", "/v1/chat/completions", content=b"{")
    first, second, third = client.state.requests()
    assert (first.method, first.path) == ("POST", "/v1/chat/completions")
    assert first.body["temperature"] == 1
    assert first.headers["authorization"] == f"Bearer {emulator.EMULATOR_API_KEY}"
    assert all(name == name.lower() for name in first.headers)
    assert (second.path, second.query, second.body) == ("/v1/models", {"page": "2"}, None)
    assert third.body is None
    client.state.clear_requests()
    assert client.state.requests() == []


def test_record_is_frozen_a_snapshot_and_safe_between_threads(client: Client) -> None:
    before = client.state.requests()
    entry = RecordedRequest("GET", "/", {}, {}, None)
    with pytest.raises(AttributeError):
        entry.path = "/other"  # type: ignore[misc]

    def record() -> None:
        for _ in range(200):
            client.state.record(entry)

    with ThreadPoolExecutor(4) as pool:
        for _ in range(4):
            pool.submit(record)
    assert before == []
    assert len(client.state.requests()) == 800


def test_own_key_replaces_the_default() -> None:
    client = Client()
    client.app = emulator.create_app(api_key="sk-of-my-own-123")
    assert client.send("GET", "/v1/models").status_code == 401
    assert client.send("GET", "/v1/models", key="sk-of-my-own-123").status_code == 200


def test_public_names_exist_and_nothing_else() -> None:
    assert all(getattr(emulator, name) is not None for name in emulator.__all__)
    assert dir(emulator) == sorted(emulator.__all__)
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = emulator.no_such_name
