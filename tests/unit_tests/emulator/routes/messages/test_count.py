"""The route that counts the tokens of a prompt."""

from __future__ import annotations

from typing import Any

import pytest

from langchain_cometapi.emulator import EMULATOR_API_KEY
from tests.unit_tests.emulator.messages_client import (
    BUDGET,
    OLD,
    OPUS,
    VERSION,
    WEATHER,
    MessagesClient,
    read_error,
    said,
)


def count(client: MessagesClient, **body: Any) -> Any:
    body = {"model": OPUS, "messages": [said("hello")], **body}
    headers = {"x-api-key": EMULATOR_API_KEY, **VERSION}
    path = "/v1/messages/count_tokens"
    return client.send("POST", path, key=None, headers=headers, json=body)


@pytest.mark.parametrize(
    "body",
    [{}, {"system": "Be brief."}, {"tools": [WEATHER]}, {"model": OLD, "thinking": BUDGET}],
    ids=str,
)
def test_count_is_what_the_request_costs(client: MessagesClient, body: dict[str, Any]) -> None:
    tokens = client.message(**body)["usage"]["input_tokens"]
    assert count(client, **body).json() == {"input_tokens": tokens}


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"max_tokens": 9}, "max_tokens: Extra inputs are not permitted"),
        ({"stream": True}, "stream: Extra inputs are not permitted"),
        ({"messages": []}, "messages: at least one message is required"),
    ],
)
def test_request_is_refused(client: MessagesClient, body: dict[str, Any], words: str) -> None:
    response = count(client, **body)
    assert response.status_code == 400
    assert read_error(response, "invalid_request_error") == words


def test_other_paths_are_not_there(client: MessagesClient) -> None:
    response = client.send("POST", "/v1/messages/batches", json={})
    assert response.status_code == 404
    assert "Invalid URL" in response.json()["error"]["message"]
    assert count(client, model="gpt-5.4").status_code == 500
