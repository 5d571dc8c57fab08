"""What is refused before it is sent is an error of the tree, and a `ValueError`."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import openai
import pytest
from langchain_core import exceptions as core
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, ToolMessage

from langchain_cometapi import (
    ChatCometAPI,
    CometAPIError,
    CometAPILLM,
    CometAPIUnsentRequestError,
)
from tests.support import Gateway, all_ways, ask


class _Unknown(BaseMessage):
    type: str = "unknown"


def _calling(**args: Any) -> AIMessage:
    return AIMessage("", tool_calls=[{"name": "f", "args": args, "id": "a"}])


GPT, RESPONSES = "gpt-5.4", "gpt-6-astra"
HI = HumanMessage("Hi")
IMAGE = HumanMessage([{"type": "image", "url": "https://a.example/b.png"}])
LOCAL_IMAGE = HumanMessage([{"type": "image_url", "image_url": "a.png"}])
RESULT = ToolMessage("done", tool_call_id="a")
NO_JSON = Decimal(1)
SCHEMA = {"type": "object", "default": NO_JSON}
TOOL = {"type": "function", "function": {"name": "f", "parameters": SCHEMA}}
FORMAT = {"type": "json_schema", "json_schema": {"name": "f", "schema": SCHEMA}}

# The model, the messages, the parameters of the call, and the words of the error.
REFUSED: list[tuple[str, list[BaseMessage], dict[str, Any], str]] = [
    ("deepseek-chat", [IMAGE], {}, "takes no"),
    (GPT, [LOCAL_IMAGE], {}, "is not a URL"),
    (GPT, [HI, RESULT], {}, "Message 1 is the result of the tool call 'a'"),
    (GPT, [HI, _calling(), RESULT, RESULT], {}, "Message 3 is a second result"),
    (GPT, [_calling(), HI], {}, "Message 0 makes the tool calls 'a'"),
    (GPT, [_Unknown(content="Hi")], {}, "_Unknown"),
    (GPT, [], {}, "no messages"),
    ("text-embedding-3-small", [HI], {}, "embeddings"),
    (GPT, [HI], {"n": "two"}, "`n` is a str"),
    (GPT, [HI], {"extra_body": {"a": NO_JSON}}, "`a` of `extra_body` is a Decimal"),
    (GPT, [HI], {"extra_headers": {"Content-Length": "1"}}, "Leave the header"),
    (
        RESPONSES,
        [HI, _calling(b=[NO_JSON]), RESULT],
        {},
        r"Message 1: .* args\['b'\]\[0\] is a Dec",
    ),
    (RESPONSES, [HI], {"tools": [TOOL]}, r"`tools`\[0\].*\['default'\] is a Decimal"),
    (RESPONSES, [HI], {"response_format": FORMAT}, r"`response_format`.*\['default'\] is a Dec"),
]


def _check(error: CometAPIError) -> None:
    assert isinstance(error, CometAPIUnsentRequestError)
    assert isinstance(error, ValueError)
    assert isinstance(error, openai.BadRequestError)
    assert isinstance(error, core.ModelInvalidRequestError)
    assert not error.is_retryable
    assert error.status_code is None


@pytest.mark.parametrize(("model_id", "messages", "parameters", "words"), REFUSED)
def test_chat_request_that_cannot_be_sent_is_an_error_of_the_tree(
    gateway: Gateway,
    model_id: str,
    messages: list[BaseMessage],
    parameters: dict[str, Any],
    words: str,
) -> None:
    model = gateway.model(model_id)
    with pytest.raises(CometAPIError, match=words) as raised:
        model.invoke(messages, **parameters)
    _check(raised.value)
    if "extra_headers" not in parameters:  # which no explanation shows
        with pytest.raises(CometAPIUnsentRequestError, match=words):
            model.explain(messages, **parameters)
    assert gateway.requests == []


@all_ways
@pytest.mark.parametrize("kind", [ChatCometAPI, CometAPILLM])
async def test_value_that_cannot_be_sent_is_an_error_of_the_tree(
    gateway: Gateway, kind: Any, way: str
) -> None:
    with pytest.raises(CometAPIError) as raised:
        await ask(gateway.make(kind, model=GPT), way, extra_body={"a": NO_JSON})
    _check(raised.value)
    assert gateway.requests == []


@pytest.mark.parametrize("arguments", [{"model": "m", "nonsense": 1}, {}])
def test_wrong_argument_of_a_constructor_is_pydantics_error(arguments: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="validation error") as raised:
        ChatCometAPI(api_key="k", **arguments)
    assert not isinstance(raised.value, CometAPIError)
