"""Keys, headers and the form of errors on the Messages route."""

from __future__ import annotations

from typing import Any

import pytest

from langchain_cometapi.emulator import (
    EMULATOR_API_KEY,
    FAULT_HEADER,
    RATE_LIMITED_API_KEY,
    RATE_LIMITED_MODEL,
)
from langchain_cometapi.emulator._rules.messages import MESSAGES_RULES
from langchain_cometapi.emulator._rules.registry import MODELS
from tests.unit_tests.emulator.client import read_named_events
from tests.unit_tests.emulator.messages_client import (
    OPUS,
    VERSION,
    MessagesClient,
    read_error,
    said,
)

BODY = {"model": OPUS, "max_tokens": 4096, "messages": [said("hello")]}
KEY = {"x-api-key": EMULATOR_API_KEY}
BEARER = f"Bearer {EMULATOR_API_KEY}"


def send(client: MessagesClient, headers: dict[str, str]) -> Any:
    return client.send("POST", "/v1/messages", key=None, headers=headers, json=BODY)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (KEY, 200),
        ({"Authorization": BEARER}, 200),
        ({**KEY, "Authorization": BEARER}, 200),
        ({}, 401),
        ({"x-api-key": "sk-other"}, 401),
        ({"Authorization": "Bearer sk-other"}, 401),
        ({"Authorization": EMULATOR_API_KEY}, 401),
        ({"Authorization": f"Basic {EMULATOR_API_KEY}"}, 401),
        ({**KEY, "Authorization": "Bearer sk-other"}, 401),
        ({"x-goog-api-key": EMULATOR_API_KEY}, 401),
    ],
    ids=str,
)
def test_each_key_that_a_request_sends_must_be_right(
    client: MessagesClient, headers: dict[str, str], status: int
) -> None:
    response = send(client, {**VERSION, **headers})
    assert response.status_code == status
    if status == 401:
        assert read_error(response, "authentication_error") == "invalid x-api-key"


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        ({}, "anthropic-version: header is required"),
        ({"anthropic-version": "2020-01-01"}, 'anthropic-version: "2020-01-01" is not a valid'),
        ({**VERSION, "anthropic-beta": "a-2025-01-01, tools"}, "Unexpected value(s) `tools` for"),
    ],
    ids=str,
)
def test_headers_of_the_protocol_are_checked(
    client: MessagesClient, headers: dict[str, str], words: str
) -> None:
    response = send(client, {**KEY, **headers})
    assert words in read_error(response, "invalid_request_error")


@pytest.mark.parametrize("version", ["2023-06-01", "2026-10-21"])
def test_known_versions_and_betas_are_taken(client: MessagesClient, version: str) -> None:
    betas = "web-fetch-2025-09-10,context-1m-2025-08-07"
    client.message({"anthropic-version": version, "anthropic-beta": betas})


def test_rate_limits_are_in_anthropics_form(client: MessagesClient) -> None:
    for response in (
        send(client, {"x-api-key": RATE_LIMITED_API_KEY, **VERSION}),
        client.post(model=RATE_LIMITED_MODEL),
    ):
        assert response.status_code == 429
        assert "rate limit" in read_error(response, "rate_limit_error")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"model": "claude-unknown"}, 503, "model_not_found"),
        ({"model": "gpt-5.4-mini"}, 500, "convert_request_failed"),
        ({"model": "gemini-3.8-flash"}, 500, "convert_request_failed"),
        ({"model": 1}, 500, "invalid_request"),
    ],
)
def test_what_no_vendor_is_asked_is_refused_in_the_gateways_envelope(
    client: MessagesClient, body: dict[str, Any], status: int, code: str
) -> None:
    response = client.post(**body)
    error = response.json()["error"]
    assert (response.status_code, error["code"], error["type"]) == (status, code, "comet_api_error")
    assert response.headers["X-Cometapi-Request-Id"] in error["message"]


def test_route_serves_what_the_catalogue_lists_for_it() -> None:
    listed = {row.id for row in MODELS.values() if "anthropic" in row.rules.endpoints}
    assert MESSAGES_RULES.keys() == listed


@pytest.mark.parametrize("model", MESSAGES_RULES)
def test_each_model_answers(client: MessagesClient, model: str) -> None:
    message = client.message(model=model)
    assert message["model"] == model
    assert message["content"][-1]["text"].endswith("you said: hello")


@pytest.mark.parametrize(
    ("fault", "status", "kind"),
    [
        ("400", 400, "invalid_request_error"),
        ("403", 403, "permission_error"),
        ("404", 404, "not_found_error"),
        ("413", 413, "request_too_large"),
        ("429", 429, "rate_limit_error"),
        ("500", 500, "api_error"),
        ("529; retry_after=2", 529, "overloaded_error"),
        ("filter", 400, "invalid_request_error"),
    ],
)
def test_faults_are_in_anthropics_form(
    client: MessagesClient, fault: str, status: int, kind: str
) -> None:
    response = client.post({FAULT_HEADER: fault})
    assert response.status_code == status
    assert read_error(response, kind)
    assert response.headers.get("Retry-After") == ("2" if "retry_after" in fault else None)


@pytest.mark.parametrize(
    ("fault", "status"), [("bedrock", 400), ("bedrock; status=429", 429), ("overflow", 400)]
)
def test_errors_of_bedrock_have_a_message_alone(
    client: MessagesClient, fault: str, status: int
) -> None:
    response = client.post({FAULT_HEADER: fault})
    assert response.status_code == status
    assert response.json().keys() == {"message"}


def test_fault_of_another_route_is_refused(client: MessagesClient) -> None:
    response = client.post({FAULT_HEADER: "failed"})
    assert response.status_code == 501
    assert "Responses route" in read_error(response, "api_error")


@pytest.mark.parametrize(
    ("fault", "last"),
    [
        ("no_finish", "content_block_stop"),
        ("cut", "content_block_delta"),
        ("cut; after=1", "content_block_delta"),
        ("cut; after=999", "content_block_stop"),
        ("stream_error; status=529", "error"),
    ],
)
def test_faulty_streams_do_not_end(client: MessagesClient, fault: str, last: str) -> None:
    events, rest = read_named_events(client.post({FAULT_HEADER: fault}, stream=True))
    kinds = [event["type"] for event in events]
    assert kinds[-1] == last
    assert not {"message_delta", "message_stop"} & set(kinds)
    assert bool(rest) is fault.startswith("cut")
    if last == "error":
        assert events[-1]["error"] == {"type": "overloaded_error", "message": "Overloaded"}


def test_error_may_be_all_of_a_stream(client: MessagesClient) -> None:
    fault = {FAULT_HEADER: "stream_error; after=0; status=500"}
    name, data = client.post(fault, stream=True).text.rstrip().split("\n")
    assert name == "event: error"
    assert '"type":"api_error"' in data


def test_faulty_messages_have_no_end_or_content(client: MessagesClient) -> None:
    def fail(fault: str) -> Any:
        response = client.post({FAULT_HEADER: fault})
        assert response.status_code == 200
        return response

    assert fail("choices_null").json()["content"] is None
    assert read_error(fail("error_200"), "api_error")
    assert fail("no_finish").json()["stop_reason"] is None
    assert not fail("cut").text.endswith("}")
    assert fail("empty").text == ""
