"""Shapes of single hosts: odd, and read all the same, or a typed error."""

from __future__ import annotations

from typing import Any

import pytest

from langchain_cometapi import CometAPIError, CometAPIInvalidRequestError, CometAPIStreamError
from tests.support import Gateway, amerge, answer, chunk, completion, merge, raw, stream


async def _streamed(gateway: Gateway) -> Any:
    first, second = merge(gateway.model().stream("Hi")), await amerge(gateway.model().astream("Hi"))
    assert first.content == second.content
    return first


async def test_messages_instead_of_deltas() -> None:
    def part(text: str | None, finish_reason: str | None = None) -> dict[str, Any]:
        message = {"role": "assistant", "content": text}
        choice = {"index": 0, "delta": None, "message": message, "finish_reason": finish_reason}
        return {"choices": [choice]}

    gateway = Gateway(stream(part("Hel"), part("lo"), part(None, "stop")))
    assert (await _streamed(gateway)).text == "Hello"


async def test_name_in_parts() -> None:
    def call(**fields: Any) -> dict[str, Any]:
        return chunk({"tool_calls": [{"index": 0, **fields}]})

    gateway = Gateway(
        stream(
            call(id="call_1", function={"name": "get_"}),
            call(function={"name": "weather"}),
            call(function={"arguments": "{}"}),
            chunk(finish_reason="tool_calls"),
        )
    )
    (made,) = (await _streamed(gateway)).tool_calls
    assert (made["name"], made["args"], made["id"]) == ("get_weather", {}, "call_1")


async def test_one_call_without_a_list() -> None:
    made = {"id": "call_1", "index": 0, "function": {"name": "f", "arguments": "{}"}}
    said = {"role": "assistant", "content": None, "tool_calls": made}
    message = Gateway(answer(completion(said, "tool_calls"))).model().invoke("Hi")
    assert [call["name"] for call in message.tool_calls] == ["f"]
    gateway = Gateway(stream(chunk({"tool_calls": made}), chunk(finish_reason="tool_calls")))
    assert [call["name"] for call in (await _streamed(gateway)).tool_calls] == ["f"]


async def test_bytes_that_are_no_text() -> None:
    event = b'data: {"choices":[{"delta":{"content":"a\xffb"},"finish_reason":"stop"}]}\n\n'
    gateway = Gateway(raw(event, content_type="text/event-stream"))
    assert (await _streamed(gateway)).text == "a\ufffdb"


@pytest.mark.parametrize("where", ["chunk", "body"])
async def test_nested_without_end(where: str) -> None:
    deep = b"[" * 100_000 + b"]" * 100_000
    body = b'{"choices":[{"message":{"content":"Hi"},"delta":{}}],"x":' + deep + b"}"
    event = b"data: " + body + b"\n\n"
    model = Gateway(raw(event if where == "chunk" else body)).model()
    with pytest.raises(CometAPIError):
        model.invoke("Hi")
    with pytest.raises(CometAPIError):
        merge(model.stream("Hi"))
    with pytest.raises(CometAPIError):
        await amerge(model.astream("Hi"))


@pytest.mark.parametrize(
    "error",
    [
        {"object": "error", "message": "No.", "type": "BadRequestError", "code": 400},
        {"message": "No.", "code": "invalid_request"},
    ],
)
async def test_error_without_an_envelope(error: dict[str, Any]) -> None:
    with pytest.raises(CometAPIInvalidRequestError, match="No"):
        Gateway(answer(error)).model().invoke("Hi")
    gateway = Gateway(stream(chunk("Hel"), chunk(finish_reason="stop"), error))
    with pytest.raises(CometAPIInvalidRequestError, match="No") as caught:
        merge(gateway.model().stream("Hi"))
    assert isinstance(caught.value, CometAPIStreamError)
    assert caught.value.partial_message is not None
    assert caught.value.partial_message.text == "Hel"
    with pytest.raises(CometAPIInvalidRequestError):
        await amerge(gateway.model().astream("Hi"))


async def test_null_as_text_is_no_finish_reason() -> None:
    gateway = Gateway(stream(chunk("Hi", "null"), chunk(finish_reason="stop")))
    assert (await _streamed(gateway)).response_metadata["finish_reason"] == "stop"
    with pytest.raises(CometAPIError, match="before the model had finished"):
        merge(Gateway(stream(chunk("Hi", "null"))).model().stream("Hi"))


async def test_usage_in_two_parts() -> None:
    first = {**chunk("Hi", "stop"), "usage": {"prompt_tokens": 3}}
    second = {"choices": [], "usage": {"completion_tokens": 2}}
    usage = (await _streamed(Gateway(stream(first, second)))).usage_metadata
    assert usage == {"input_tokens": 3, "output_tokens": 2, "total_tokens": 5}
