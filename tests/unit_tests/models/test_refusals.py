"""What is refused before it is sent is an error of the tree, and a `ValueError`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import openai
import pytest
from langchain_core import exceptions as core
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, ToolMessage

from langchain_cometapi import (
    ChatCometAPI,
    CometAPIEmbeddings,
    CometAPIError,
    CometAPILLM,
    CometAPIUnsentRequestError,
)
from tests.support import (
    EMBEDDING_WAYS,
    Gateway,
    all_ways,
    ask,
    embed_documents,
    embed_query,
    say_hello,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class _Unknown(BaseMessage):
    type: str = "unknown"


def _calling(id_: str) -> AIMessage:
    call = {"name": "f", "args": {}, "id": id_, "type": "tool_call"}
    return AIMessage("", tool_calls=[call])


_IMAGE = {"type": "image", "url": "https://a.example/b.png"}
_RESULT = ToolMessage("done", tool_call_id="a")

# What is refused: the model, the messages, and the parameters of the call.
_REFUSED: dict[str, tuple[str, Sequence[BaseMessage], dict[str, Any]]] = {
    "image": ("deepseek-chat", [HumanMessage([_IMAGE])], {}),
    "local image": ("gpt-5.4", [HumanMessage([{"type": "image_url", "image_url": "a.png"}])], {}),
    "orphaned result": ("gpt-5.4", [HumanMessage("Hi"), _RESULT], {}),
    "second result": ("gpt-5.4", [HumanMessage("Hi"), _calling("a"), _RESULT, _RESULT], {}),
    "call without a result": ("gpt-5.4", [_calling("a"), HumanMessage("Hi")], {}),
    "class of a message": ("gpt-5.4", [_Unknown(content="Hi")], {}),
    "no messages": ("gpt-5.4", [], {}),
    "model of another route": ("text-embedding-3-small", [HumanMessage("Hi")], {}),
    "parameter of the wrong type": ("gpt-5.4", [HumanMessage("Hi")], {"n": "two"}),
    "no JSON": ("gpt-5.4", [HumanMessage("Hi")], {"extra_body": {"a": object()}}),
    "header of the length": (
        "gpt-5.4",
        [HumanMessage("Hi")],
        {"extra_headers": {"Content-Length": "1"}},
    ),
}


def _check(error: CometAPIError, gateway: Gateway) -> None:
    assert isinstance(error, CometAPIUnsentRequestError)
    assert isinstance(error, ValueError)
    assert isinstance(error, openai.BadRequestError)
    assert isinstance(error, core.ModelInvalidRequestError)
    assert not error.is_retryable
    assert error.status_code is None
    assert gateway.requests == []


@all_ways
@pytest.mark.parametrize("name", _REFUSED)
async def test_chat_request_that_cannot_be_sent_is_an_error_of_the_tree(
    name: str, way: str
) -> None:
    model, messages, parameters = _REFUSED[name]
    gateway = Gateway(say_hello)
    with pytest.raises(CometAPIError) as raised:
        await ask(gateway.model(model), way, messages, **parameters)
    _check(raised.value, gateway)


def test_explanation_raises_what_the_call_would() -> None:
    gateway = Gateway(say_hello)
    with pytest.raises(CometAPIUnsentRequestError, match="takes no"):
        gateway.model("deepseek-chat").explain([HumanMessage([_IMAGE])])


@all_ways
@pytest.mark.parametrize("parameters", [{"best_of": 2}, {"extra_body": {"a": object()}}])
async def test_prompt_that_cannot_be_sent_is_an_error_of_the_tree(
    parameters: dict[str, Any], way: str
) -> None:
    gateway = Gateway(say_hello)
    with pytest.raises(CometAPIError) as raised:
        await ask(gateway.make(CometAPILLM, model="gpt-5.4"), way, **parameters)
    _check(raised.value, gateway)


@pytest.mark.parametrize("way", EMBEDDING_WAYS)
@pytest.mark.parametrize("embed", [embed_documents, embed_query])
@pytest.mark.parametrize(
    ("text", "parameters"), [(" ", {}), (5, {}), ("\ud83d", {}), ("Hi", {"user": object()})]
)
async def test_text_that_cannot_be_embedded_is_an_error_of_the_tree(
    embed: Callable[..., Any], text: Any, parameters: dict[str, Any], way: str
) -> None:
    gateway = Gateway(say_hello)
    model = gateway.make(CometAPIEmbeddings, model="text-embedding-3-small")
    with pytest.raises(CometAPIError) as raised:
        await embed(model, way, [text] if embed is embed_documents else text, **parameters)
    _check(raised.value, gateway)


@pytest.mark.parametrize(
    "arguments",
    [{"model": "m", "nonsense": 1}, {}, {"model": "m", "max_retries": -1}],
)
def test_wrong_argument_of_a_constructor_is_pydantics_error(arguments: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="validation error") as raised:
        ChatCometAPI(api_key="k", **arguments)
    assert not isinstance(raised.value, CometAPIError)
