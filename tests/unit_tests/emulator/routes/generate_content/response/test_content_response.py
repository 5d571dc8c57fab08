"""Responses that go wrong, in Google's form."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from langchain_cometapi.emulator import FAULT_HEADER, Reply
from tests.unit_tests.emulator.generate_content_client import (
    CALLS,
    GenerateContentClient,
    read_parts,
)

if TYPE_CHECKING:
    import httpx

STREAM = "streamGenerateContent?alt=sse"


def fail(
    client: GenerateContentClient, fault: str, method: str = "generateContent", **body: Any
) -> httpx.Response:
    return client.post({FAULT_HEADER: fault}, method=method, **body)


def fail_both_ways(client: GenerateContentClient, fault: str, **body: Any) -> list[dict[str, Any]]:
    """Return the body, and the only part of a stream."""
    (part,), rest = read_parts(fail(client, fault, STREAM, **body))
    assert rest == ""
    return [fail(client, fault, **body).json(), part]


@pytest.mark.parametrize(
    ("status", "name"),
    [
        (400, "INVALID_ARGUMENT"),
        (403, "PERMISSION_DENIED"),
        (404, "NOT_FOUND"),
        (429, "RESOURCE_EXHAUSTED"),
        (500, "INTERNAL"),
        (503, "UNAVAILABLE"),
        (504, "DEADLINE_EXCEEDED"),
        (413, "FAILED_PRECONDITION"),
        (529, "UNKNOWN"),
    ],
)
def test_status_is_in_googles_form(client: GenerateContentClient, status: int, name: str) -> None:
    response = fail(client, str(status))
    assert response.status_code == status
    error = response.json()["error"]
    assert (error["code"], error["status"]) == (status, name)
    assert error["message"]
    assert "details" not in error
    assert "retry-after" not in response.headers


def test_time_to_wait_is_in_header_and_body(client: GenerateContentClient) -> None:
    response = fail(client, "429; retry_after=1.5")
    assert response.headers["retry-after"] == "1.5"
    (detail,) = response.json()["error"]["details"]
    assert detail["@type"].endswith("google.rpc.RetryInfo")
    assert detail["retryDelay"] == "1.5s"


@pytest.mark.parametrize(
    ("fault", "status", "words"),
    [
        ("quota", 429, "You exceeded your current quota"),
        ("balance", 429, "prepayment credits"),
        ("overflow", 400, "exceeds the maximum number of tokens allowed (1048576)"),
    ],
)
def test_fault_of_the_vendor_is_in_googles_words(
    client: GenerateContentClient, fault: str, status: int, words: str
) -> None:
    error = fail(client, fault).json()["error"]
    assert error["code"] == status
    assert words in error["message"]


def test_filter_blocks_the_prompt(client: GenerateContentClient) -> None:
    for body in fail_both_ways(client, "filter"):
        assert body["promptFeedback"]["blockReason"] == "SAFETY"
        assert body["promptFeedback"]["safetyRatings"][0]["blocked"] is True
        assert "candidates" not in body
        usage = body["usageMetadata"]
        assert usage["totalTokenCount"] == usage["promptTokenCount"]


def test_refusal_is_a_candidate_without_content(client: GenerateContentClient) -> None:
    for body in fail_both_ways(client, "refusal", **CALLS):
        (candidate,) = body["candidates"]
        assert candidate["finishReason"] == "SAFETY"
        assert candidate["finishMessage"]
        assert candidate["safetyRatings"][0]["blocked"] is True
        assert "content" not in candidate


@pytest.mark.parametrize("body", [{}, CALLS], ids=["text", "calls"])
def test_unfinished_response_has_no_finish_reason(
    client: GenerateContentClient, body: dict[str, Any]
) -> None:
    whole = fail(client, "no_finish", **body).json()
    assert "finishReason" not in whole["candidates"][0]
    parts, rest = read_parts(fail(client, "no_finish", STREAM, **body))
    assert parts
    assert not rest
    assert all("finishReason" not in part["candidates"][0] for part in parts)


@pytest.mark.parametrize("body", [{}, CALLS], ids=["text", "calls"])
@pytest.mark.parametrize("after", [0, 1, 2, 99])
def test_cut_stream_ends_within_a_part(
    client: GenerateContentClient, body: dict[str, Any], after: int
) -> None:
    parts, rest = read_parts(fail(client, f"cut; after={after}", STREAM, **body))
    whole = client.stream(**body)
    assert len(parts) == min(after, len(whole) - 1)
    assert rest.startswith('data: {"candidates"')
    assert all("finishReason" not in part["candidates"][0] for part in parts)


def test_cut_body_is_half_of_the_json(client: GenerateContentClient) -> None:
    for method in ("generateContent", "streamGenerateContent"):
        with pytest.raises(json.JSONDecodeError):
            fail(client, "cut", method).json()


@pytest.mark.parametrize(
    ("fault", "before", "status"),
    [
        ("stream_error; after=2", 2, "UNAVAILABLE"),
        ("stream_error; after=0; status=429", 0, "RESOURCE_EXHAUSTED"),
    ],
)
def test_error_in_a_stream_is_googles(
    client: GenerateContentClient, fault: str, before: int, status: str
) -> None:
    *parts, last = read_parts(fail(client, fault, STREAM))[0]
    assert len(parts) == before
    assert last["error"]["status"] == status
    assert isinstance(last["error"]["code"], int)


def test_error_in_a_response_that_succeeds_is_googles(client: GenerateContentClient) -> None:
    for fault in ("error_200", "stream_error"):
        response = fail(client, fault)
        assert response.status_code == 200
        assert response.json()["error"]["status"] == "UNAVAILABLE"
    (entry,) = fail(client, "error_200", "streamGenerateContent").json()
    assert entry["error"]["code"] == 503


def test_candidates_can_be_null(client: GenerateContentClient) -> None:
    body = fail(client, "choices_null").json()
    assert body["candidates"] is None
    assert body["usageMetadata"]


def test_fault_of_another_route_is_not_there(client: GenerateContentClient) -> None:
    assert fail(client, "failed").status_code == 501


def test_fault_of_a_script_is_in_googles_form(client: GenerateContentClient) -> None:
    client.state.scripts.add([Reply("Hello", fault="503"), Reply("Hello", fault="cut")], None, None)
    assert client.post().json()["error"]["status"] == "UNAVAILABLE"
    assert read_parts(client.post(method=STREAM))[1]
