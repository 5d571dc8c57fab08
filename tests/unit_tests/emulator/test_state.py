"""Recorded requests: all of what was received, and no secret in their `repr`."""

from __future__ import annotations

from langchain_cometapi.emulator import EMULATOR_API_KEY
from tests.unit_tests.emulator.client import Client, user

SECRET = "very-secret-4711"


def test_repr_of_a_recorded_request_has_no_secret(client: Client) -> None:
    headers = dict.fromkeys(
        ("Cookie", "X-Api-Key", "X-Goog-Api-Key", "Proxy-Authorization", "X-Own"), SECRET
    )
    server = {"type": "mcp", "headers": {"X-Any": SECRET}, "authorization": SECRET}
    body = {"messages": [user("Hello")], "metadata": {"api_key": SECRET, "list": [server]}}
    client.send("POST", "/v1/chat/completions", headers=headers, params={"key": SECRET}, json=body)
    (request,) = client.state.requests()
    text = repr(request)
    assert SECRET not in text
    assert EMULATOR_API_KEY not in text
    for shown in ("POST", "/v1/chat/completions", "'Hello'", "'x-own'", "'host': 'emulator'"):
        assert shown in text
    assert request.headers["x-own"] == request.query["key"] == SECRET
    assert request.headers["authorization"] == f"Bearer {EMULATOR_API_KEY}"
    assert request.body == body


def test_repr_shows_parameters_that_only_sound_like_secrets(client: Client) -> None:
    client.post(max_completion_tokens=7, prompt_cache_key="cats", logit_bias={"50256": -100})
    (request,) = client.state.requests()
    assert "'max_completion_tokens': 7" in repr(request)
    assert "'prompt_cache_key': 'cats'" in repr(request)
    assert "'logit_bias': {'50256': -100}" in repr(request)
