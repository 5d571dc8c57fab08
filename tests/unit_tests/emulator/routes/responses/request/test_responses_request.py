"""Which requests the route takes as a whole."""

from __future__ import annotations

import pytest

from tests.unit_tests.emulator.client import tool
from tests.unit_tests.emulator.responses_client import ResponsesClient, said


@pytest.mark.parametrize("model", ["gpt-5.2-pro", "gpt-5.4-pro", "gpt-5.5-pro", "gpt-5.3-codex"])
def test_pro_and_codex_are_here_alone(client: ResponsesClient, model: str) -> None:
    assert client.respond(model=model)["status"] == "completed"
    response = client.post_chat(model=model)
    assert response.status_code == 404
    assert "only supported in v1/responses" in response.json()["error"]["message"]


@pytest.mark.parametrize("model", ["gpt-5.6-sol", "gpt-6-astra"])
def test_tools_while_reasoning_are_here_alone(client: ResponsesClient, model: str) -> None:
    client.respond(model=model, tools=[{"type": "function", "name": "f"}])
    response = client.post_chat(model=model, tools=[tool("f")])
    assert response.status_code == 400
    assert "use /v1/responses" in response.json()["error"]["message"]


@pytest.mark.parametrize(
    "model", ["claude-sonnet-5-5", "gemini-3.8-flash", "deepseek-v4-pro", "kimi-k3", "qwen3.7-max"]
)
def test_models_of_other_apis_are_not_here(client: ResponsesClient, model: str) -> None:
    assert client.refusal(model=model) == (500, "not implemented", "convert_request_failed")


@pytest.mark.parametrize("model", ["text-embedding-3-small", "gpt-image-2"])
def test_models_without_text_are_not_here(client: ResponsesClient, model: str) -> None:
    words = f"The requested model '{model}' cannot be used with the Responses API."
    assert client.error(model=model) == words


def test_gateway_refuses_what_it_cannot_read(client: ResponsesClient) -> None:
    assert client.refusal(input=None) == (500, "input is required", "invalid_request")
    assert client.refusal(model="gpt-99")[0] == 503
    assert client.send("POST", "/v1/responses", json={}, key="wrong").status_code == 401
    for method, path in (("GET", "/v1/responses/resp_1"), ("POST", "/v1/responses/resp_1/cancel")):
        assert client.send(method, path).status_code == 404


def test_previous_response_is_continued(client: ResponsesClient) -> None:
    first = client.respond(input="My name is Ann", instructions="Be brief.")
    second = client.respond(input="Hi", previous_response_id=first["id"], store=False)
    assert second["previous_response_id"] == first["id"]
    assert second["instructions"] is None
    alone = client.respond(input="Hi")
    assert second["usage"]["input_tokens"] > alone["usage"]["input_tokens"]
    words = f"Previous response with id '{second['id']}' not found."
    refusal = client.refusal(previous_response_id=second["id"])
    assert refusal == (400, words, "previous_response_not_found")
    assert client.param(previous_response_id=second["id"]) == "previous_response_id"
    assert "begins with 'resp'" in client.error(previous_response_id="msg_1")


def test_conversation_may_be_empty_but_for_the_previous_response(client: ResponsesClient) -> None:
    first = client.respond(input="Hi")
    client.respond(input=[], previous_response_id=first["id"])
    assert "you said: Hi" in client.text(input=[{"role": "user", "content": "Hi"}])
    assert client.text(input=[said("Hi", "developer")]).endswith("you said: Hi")
    client.respond(
        input=[{"type": "mcp_approval_response", "approval_request_id": "a", "approve": False}]
    )
