"""The paths of the route, and the models that it serves."""

from __future__ import annotations

import pytest

from langchain_cometapi.emulator import RATE_LIMITED_MODEL, RETIRED_MODEL
from langchain_cometapi.emulator._rules.google_native import GEMINI_RULES
from langchain_cometapi.emulator._rules.registry import MODELS
from tests.unit_tests.emulator.generate_content_client import FLASH, GenerateContentClient, said


@pytest.mark.parametrize("model", GEMINI_RULES)
def test_each_model_answers(client: GenerateContentClient, model: str) -> None:
    assert MODELS[model].rules.provider == "Google"
    answer = client.generate(model=model)
    assert answer["modelVersion"] == model
    assert f"answering as {model}: you said: hello" in client.text(model=model)


def test_each_gemini_model_that_chats_is_served() -> None:
    chatting = {row.id for row in MODELS.values() if "gemini" in row.rules.endpoints}
    assert chatting == set(GEMINI_RULES)


@pytest.mark.parametrize(
    ("model", "status", "code"),
    [
        ("gemini-0", 503, "model_not_found"),
        ("gemini-2.5-flash", 503, "model_not_found"),
        ("gpt-5.4-mini", 500, "convert_request_failed"),
        (RETIRED_MODEL, 400, "invalid_parameter_error"),
    ],
)
def test_other_models_are_refused_by_the_gateway(
    client: GenerateContentClient, model: str, status: int, code: str
) -> None:
    response = client.post(model=model)
    error = response.json()["error"]
    assert (response.status_code, error["type"], error["code"]) == (status, "comet_api_error", code)


def test_models_of_other_methods_are_not_found(client: GenerateContentClient) -> None:
    status, message, name = client.refusal(model="gemini-embedding-001")
    assert (status, name) == (404, "NOT_FOUND")
    assert message.startswith("models/gemini-embedding-001 is not found for API version v1beta")


def test_rate_limited_model_is_a_429_in_googles_form(client: GenerateContentClient) -> None:
    status, _, name = client.refusal(model=RATE_LIMITED_MODEL)
    assert (status, name) == (429, "RESOURCE_EXHAUSTED")


@pytest.mark.parametrize("method", ["countTokens", "generatecontent", "generateContent/x"])
def test_other_methods_are_not_found(client: GenerateContentClient, method: str) -> None:
    status, message, name = client.refusal(method=method)
    assert (status, name) == (404, "NOT_FOUND")
    assert message.startswith("Method not found")


def test_other_form_of_a_stream_is_refused(client: GenerateContentClient) -> None:
    assert client.refusal(method="streamGenerateContent?alt=media")[0] == 400


def test_request_is_recorded(client: GenerateContentClient) -> None:
    client.post(generationConfig={"topK": 3})
    (request,) = client.state.requests()
    assert request.path == f"/v1beta/models/{FLASH}:generateContent"
    assert request.body == {"contents": [said("hello")], "generationConfig": {"topK": 3}}
    assert "sk-cometapi-emulator" not in repr(request)


def test_body_that_is_no_json_is_refused(client: GenerateContentClient) -> None:
    path = f"/v1beta/models/{FLASH}:generateContent"
    response = client.send("POST", path, content=b"{")
    assert response.status_code == 400
    assert response.json()["error"]["status"] == "INVALID_ARGUMENT"


def test_errors_of_a_stream_without_events_are_an_array(client: GenerateContentClient) -> None:
    response = client.post(method="streamGenerateContent", contents=[])
    (entry,) = response.json()
    assert (response.status_code, entry["error"]["code"]) == (400, 400)
