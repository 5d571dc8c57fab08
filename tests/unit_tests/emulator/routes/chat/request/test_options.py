"""OpenAI's options: service tier, prediction and prompt cache."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit_tests.emulator.client import CLAUDE, GPT, Client
from tests.unit_tests.emulator.refusals import refuses

LONG = "word " * 1200
TEXT = f"This is the CometAPI emulator answering as {GPT}: you said: hello"


def breakpoint_part(text: str, **options: str) -> dict[str, Any]:
    mark = {"mode": "explicit", **options}
    return {"type": "text", "text": text, "prompt_cache_breakpoint": mark}


def predicted(content: Any) -> dict[str, Any]:
    return {"prediction": {"type": "content", "content": content}}


def prompt_details(client: Client, content: Any, **body: Any) -> tuple[int, int]:
    messages = [{"role": "user", "content": content}]
    details = client.chat(messages=messages, **body)["usage"]["prompt_tokens_details"]
    return details["cached_tokens"], details["cache_write_tokens"]


@pytest.mark.parametrize(
    ("asked", "served"),
    [
        *((tier, "default") for tier in (None, "auto", "default", "scale")),
        *(("flex", "flex"), ("priority", "priority"), ("fast", "priority")),
    ],
)
def test_response_names_the_tier_that_served_it(client: Client, asked: Any, served: str) -> None:
    assert client.chat(service_tier=asked)["service_tier"] == served
    chunks = client.chunks(service_tier=asked)
    assert {chunk["service_tier"] for chunk in chunks} == {served}
    assert "service_tier" not in client.chat(model=CLAUDE, service_tier=asked)


@pytest.mark.parametrize(
    ("prediction", "accepted", "rejected"),
    [
        (TEXT, -(-len(TEXT) // 4), 0),
        ("the CometAPI emulator", 6, 0),  # anywhere in the text
        ("This is the CometAPI gateway", 5, 2),  # its beginning alone
        ("Something else entirely", 0, 6),
        ([{"type": "text", "text": "Something"}, {"type": "text", "text": "else"}], 0, 4),
    ],
)
def test_predicted_tokens_are_counted(
    client: Client, prediction: Any, accepted: int, rejected: int
) -> None:
    plain, body = client.chat()["usage"], predicted(prediction)
    last = client.chunks(stream_options={"include_usage": True}, **body)[-1]
    for usage in (client.chat(**body)["usage"], last["usage"]):
        details = usage["completion_tokens_details"]
        assert details["accepted_prediction_tokens"] == accepted
        assert details["rejected_prediction_tokens"] == rejected
        assert usage["completion_tokens"] == plain["completion_tokens"] + rejected


def test_explicit_cache_holds_what_stands_before_a_breakpoint(client: Client) -> None:
    options = {"prompt_cache_options": {"mode": "explicit", "ttl": "30m"}}
    assert prompt_details(client, LONG, **options) == (0, 0)
    content = [breakpoint_part(LONG, ttl="30m"), {"type": "text", "text": "And now?"}]
    assert prompt_details(client, content, **options) == (0, 1503)
    assert prompt_details(client, content, **options) == (1503, 0)


def test_implicit_cache_holds_what_stands_after_a_breakpoint_too(client: Client) -> None:
    content = [breakpoint_part(LONG), {"type": "text", "text": "And now?"}]
    assert prompt_details(client, content, prompt_cache_options={"mode": "implicit"}) == (0, 1505)
    assert prompt_details(client, content) == (1505, 0)
    short = [breakpoint_part("12345678"), {"type": "text", "text": "And now?"}]
    assert sum(prompt_details(client, short)) == 5


test_option_of_another_form_is_refused = refuses(
    ({"service_tier": "slow"}, "Invalid value: 'slow'"),
    ({"service_tier": 1}, "Invalid type for 'service_tier'"),
    ({"prediction": "text"}, "Invalid type for 'prediction'"),
    ({"prediction": {"content": "text"}}, "Supported values are: 'content'"),
    ({"prediction": {"type": "content"}}, "'prediction.content'"),
    (predicted(1), "Invalid type for 'prediction.content'"),
    (predicted(["x"]), "Invalid type for 'prediction.content[0]'"),
    (predicted([{"type": "image_url"}]), "Invalid value: 'image_url'"),
    (predicted([{"type": "text"}]), "'prediction.content[0].text'"),
    ({"prompt_cache_options": "explicit"}, "Invalid type for 'prompt_cache_options'"),
    ({"prompt_cache_options": {"mode": "never"}}, "Invalid value: 'never'"),
    ({"prompt_cache_options": {"ttl": "1h"}}, "Invalid value: '1h'"),
    ({"prompt_cache_options": {"size": 1}}, "Invalid value: 'size'"),
)
