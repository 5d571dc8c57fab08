"""Responses that go wrong, without a socket."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from langchain_cometapi.emulator import FAULT_HEADER, create_app
from langchain_cometapi.emulator._faults.schedule import FaultSwitch
from tests.unit_tests.emulator.client import Client, joined, read_chunks
from tests.unit_tests.emulator.responses_client import WEATHER, ResponsesClient, read_events, said

if TYPE_CHECKING:
    import httpx


def ask(client: Client, fault: str, **body: Any) -> httpx.Response:
    return client.post({FAULT_HEADER: fault}, **body)


@pytest.mark.parametrize(
    ("status", "stream"), [(400, False), (404, True), (418, True), (503, False), (529, True)]
)
def test_status_is_that_of_the_fault(client: Client, status: int, stream: bool) -> None:
    response = ask(client, str(status), stream=stream)
    assert response.status_code == status
    error = response.json()["error"]
    assert error["type"] == "comet_api_error"
    assert error["message"].endswith(f"(request id: {response.headers['x-cometapi-request-id']})")
    assert "retry-after" not in response.headers


def test_retry_after_is_a_header(client: Client) -> None:
    response = ask(client, "429; retry_after=2.5")
    assert (response.status_code, response.headers["retry-after"]) == (429, "2.5")


@pytest.mark.parametrize("stream", [False, True])
def test_fault_with_a_body_of_its_own_is_the_same_streamed(client: Client, stream: bool) -> None:
    invalid = ask(client, "invalid_request", stream=stream)
    assert (invalid.status_code, invalid.json()["error"]["code"]) == (500, "invalid_request")
    page = ask(client, "html", stream=stream)
    assert page.text.startswith("<!doctype html>")
    assert page.headers["content-type"].startswith("text/html")
    assert ask(client, "empty", stream=stream).content == b""
    assert ask(client, "choices_null", stream=stream).json()["choices"] is None
    error = ask(client, "error_200; status=402", stream=stream)
    assert (error.status_code, error.json()["error"]["code"]) == (200, "insufficient_balance")


def test_fault_changes_a_whole_response(client: Client) -> None:
    assert "overloaded" not in ask(client, "none").text
    error = ask(client, "stream_error; status=529")
    assert (error.status_code, error.json()["error"]["code"]) == (200, "overloaded_error")
    assert ask(client, "no_finish").json()["choices"][0]["finish_reason"] is None
    with pytest.raises(json.JSONDecodeError):
        ask(client, "cut").json()
    for same in ("delay; seconds=0", "drip; seconds=0"):
        assert ask(client, same).json()["choices"][0]["finish_reason"] == "stop"


def test_fault_changes_a_stream(client: Client) -> None:
    chunks, rest = read_chunks(ask(client, "stream_error; after=2", stream=True))
    assert joined(chunks, "content") == "This is the CometAPI"
    error, done = rest.removesuffix("\n\n").split("\n\n")
    assert json.loads(error.removeprefix("data: "))["error"]["type"] == "comet_api_error"
    assert done == "data: [DONE]"

    chunks, rest = read_chunks(ask(client, "cut", stream=True))
    assert len(chunks) == 3
    assert rest.startswith('data: {"id"')
    assert "\n" not in rest

    chunks, rest = read_chunks(
        ask(client, "no_finish", stream=True, stream_options={"include_usage": True})
    )
    assert {choice["finish_reason"] for chunk in chunks for choice in chunk["choices"]} == {None}
    assert all(chunk["choices"] for chunk in chunks)
    assert joined(chunks, "content").endswith("hello")
    assert rest == "data: [DONE]\n\n"

    chunks, rest = read_chunks(ask(client, "drip; size=5; seconds=0", stream=True))
    assert joined(chunks, "content").endswith("hello")


@pytest.mark.parametrize(
    ("fault", "stream", "refused", "words"),
    [
        ("sulk", False, (400, "emulator_error"), "unknown fault 'sulk'"),
        *(
            (name, False, (501, "comet_api_error"), "needs a socket")
            for name in ("reset", "reset_midway", "half_close", "garbage")
        ),
        *(("failed", s, (501, "comet_api_error"), "Responses route") for s in (False, True)),
    ],
)
def test_fault_that_cannot_happen_is_an_error(
    client: Client, fault: str, stream: bool, refused: tuple[int, str], words: str
) -> None:
    response = ask(client, fault, stream=stream)
    error = response.json()["error"]
    assert (response.status_code, error["type"]) == refused
    assert words in error["message"]


def test_invalid_requests_use_no_fault() -> None:
    client = Client()
    client.app = create_app(faults=FaultSwitch(["529"]))
    assert client.refusal(model="no-such-model")[0] == 503
    assert client.send("GET", "/v1/models").status_code == 200
    assert client.refusal() == (529, "Overloaded", "overloaded_error")
    assert client.post().status_code == 200


CALL: dict[str, Any] = {"input": "The weather in Rome", "tools": [WEATHER]}


def respond(fault: str, **body: Any) -> httpx.Response:
    return ResponsesClient().post({FAULT_HEADER: fault}, **body)


@pytest.mark.parametrize(
    ("fault", "stream"),
    [("503; retry_after=1", True), ("html", False), ("quota", True), ("invalid_request", False)],
)
def test_fault_of_the_responses_route_is_that_of_chat(
    client: Client, fault: str, stream: bool
) -> None:
    ours, other = respond(fault, stream=stream), ask(client, fault, stream=stream)
    assert ours.status_code == other.status_code
    assert ours.headers["content-type"] == other.headers["content-type"]
    assert ours.headers.get("retry-after") == other.headers.get("retry-after")


def test_fault_changes_a_whole_response_of_the_responses_route() -> None:
    assert respond("choices_null").json()["output"] is None
    assert respond("error_200").json()["error"]["type"] == "comet_api_error"
    assert respond("stream_error; status=529").json()["error"]["code"] == "overloaded_error"
    failed = respond("failed; status=429").json()
    assert (failed["status"], failed["error"]["code"]) == ("failed", "rate_limit_exceeded")
    unfinished = respond("no_finish").json()
    assert (unfinished["status"], unfinished["usage"]) == ("in_progress", None)
    with pytest.raises(json.JSONDecodeError):
        respond("cut").json()
    assert respond("drip; size=9; seconds=0").json()["status"] == "completed"


@pytest.mark.parametrize("after", [0, 1, 2])
def test_stream_of_the_responses_route_ends_in_an_error(after: int) -> None:
    for fault, kind in (("stream_error", "error"), ("failed", "response.failed")):
        response = respond(f"{fault}; after={after}", stream=True, **CALL)
        if not after:
            assert response.text.startswith(f"event: {kind}\n")
            continue
        (*sent, last), rest = read_events(response)
        assert rest == ""
        assert last["type"] == kind
        assert sum(event["type"].endswith(".delta") for event in sent) == after
        error = last if kind == "error" else last["response"]["error"]
        assert error["message"].startswith("the model is currently busy")


def test_stream_of_the_responses_route_breaks() -> None:
    events, rest = read_events(respond("cut; after=1", stream=True, **CALL))
    assert events[-1]["type"] == "response.function_call_arguments.delta"
    assert rest.startswith("event: response.function_call_arguments.delta")
    assert "\n\n" not in rest

    events, rest = read_events(respond("cut; after=99", stream=True, **CALL))
    assert events[-1]["type"] == "response.output_item.done"
    assert rest.startswith("event: response.completed")

    events, rest = read_events(respond("no_finish", stream=True, **CALL))
    assert (events[-1]["type"], rest) == ("response.output_item.done", "")

    events, _ = read_events(respond("drip; size=99; seconds=0", stream=True))
    assert events[-1]["type"] == "response.completed"

    broken = respond("cut; after=0", stream=True)
    assert "response.created".startswith(broken.text.partition(" ")[2].partition("\n")[0])


@pytest.mark.parametrize("body", [{}, CALL])
def test_model_refuses(client: Client, body: dict[str, Any]) -> None:
    (choice,) = ask(client, "refusal").json()["choices"]
    assert choice["message"]["content"] is None
    assert choice["finish_reason"] == "stop"
    assert choice["message"]["refusal"].startswith("I'm sorry")
    chunks, _ = read_chunks(ask(client, "refusal", stream=True))
    assert joined(chunks, "refusal") == choice["message"]["refusal"]

    answering = ResponsesClient()
    thinking = {"model": "gpt-6-astra", **body}
    response = answering.post({FAULT_HEADER: "refusal"}, **thinking).json()
    *_, message = response["output"]
    assert message["content"] == [{"type": "refusal", "refusal": choice["message"]["refusal"]}]
    answering.respond(model="gpt-6-astra", input=[*response["output"], said("Hi")])
    events, _ = read_events(answering.post({FAULT_HEADER: "refusal"}, stream=True, **thinking))
    deltas = [event["delta"] for event in events if event["type"] == "response.refusal.delta"]
    assert "".join(deltas) == choice["message"]["refusal"]
