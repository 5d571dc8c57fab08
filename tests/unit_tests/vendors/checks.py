"""A check for each field of `Vendor`: requests to a model are as the value of the field says."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from unittest import mock

import pytest
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage, ToolMessage

from langchain_cometapi._catalog.names import spellings
from langchain_cometapi._catalog.profiles import list_published
from langchain_cometapi._content.token_estimate import estimate_tokens
from langchain_cometapi._vendors.registry import get_vendor
from langchain_cometapi._vendors.token_weights import WEIGHTS
from tests.readers import read_stream, read_whole
from tests.support import City, Gateway, record_losses
from tests.support.vocabulary import create_encoding
from tests.unit_tests.models.embeddings_gateway import embed, make
from tests.unit_tests.vendors import item_checks, parameter_checks, schema_checks
from tests.unit_tests.vendors.calls import (
    assert_dropped,
    assert_lost,
    assert_refused,
    bind,
    gateway,
    get_body,
)
from tests.unit_tests.vendors.check_table import CHECKS, check

if TYPE_CHECKING:
    from langchain_cometapi._vendors.base import Tokenizer

__all__ = ["CHECKS", "item_checks", "parameter_checks", "schema_checks"]


# -- tools and response formats ------------------------------------------------------------------


_NAMED_CHOICE = {"type": "function", "function": {"name": "get_weather"}}


@check("parallel_tool_calls")
async def _(model_id: str, value: bool | None) -> None:
    for wanted in (True, False):
        options = bind(model_id, parallel_tool_calls=wanted)
        if value is False:
            await assert_dropped(model_id, "parallel_tool_calls", **options)
        else:
            assert (await get_body(model_id, **options))["parallel_tool_calls"] is wanted


@check("strict_tools")
async def _(model_id: str, value: bool | None) -> None:
    for wanted in (True, False):
        options = bind(model_id, strict=wanted)
        before = json.dumps(options)
        if value is False:
            body = await assert_dropped(model_id, "strict", **options)
        else:
            body = await get_body(model_id, **options)
        (function,) = (tool["function"] for tool in body["tools"])
        assert function.get("strict") is (None if value is False else wanted)
        assert json.dumps(options) == before  # the user's own


_SCHEMA_FORMAT: dict[str, Any] = {
    "type": "json_schema",
    "json_schema": {"name": "c", "schema": {"type": "object", "properties": {}}},
}


async def _get_forced(model_id: str, choice: str, value: bool | None) -> dict[str, Any] | None:
    """Return the body of a request that forces a tool; `None` if it is refused."""
    return await _get_unthinking(model_id, value, bind(model_id, tool_choice=choice))


async def _get_unthinking(
    model_id: str, value: bool | None, options: dict[str, Any]
) -> dict[str, Any] | None:
    """Return the body of a request that switches thinking off; `None` if it is refused."""
    vendor = get_vendor(model_id)
    if value is not False:
        return await get_body(model_id, **options)
    if vendor.thinking_off is None:
        await assert_refused(model_id, "its thinking cannot be switched off", **options)
        return None
    off = dict(vendor.thinking_off)
    name = next(iter(off), "thinking")
    body = await assert_lost(model_id, name, **options, extra_body={name: {"type": "enabled"}})
    assert {name: body.get(name) for name in ("thinking", *off)} == {"thinking": None, **off}
    return body


@check("forced_any_while_thinking")
async def _(model_id: str, value: bool | None) -> None:
    body = await _get_forced(model_id, "required", value)
    assert body is None or body["tool_choice"] == "required"


@check("forced_one_while_thinking")
async def _(model_id: str, value: bool | None) -> None:
    if value is False and get_vendor(model_id).forced_any_while_thinking is not False:
        body = await get_body(model_id, **bind(model_id, tool_choice="get_weather"))
        assert body["tool_choice"] == "required"
        return
    named = await _get_forced(model_id, "get_weather", value)
    assert named is None or named["tool_choice"] == _NAMED_CHOICE


@check("json_while_thinking")
async def _(model_id: str, value: bool | None) -> None:
    for response_format in ({"type": "json_object"}, _SCHEMA_FORMAT):
        if getattr(get_vendor(model_id), response_format["type"]) is not False:
            options = {"response_format": response_format}
            body = await _get_unthinking(model_id, value, options)
            assert body is None or body["response_format"]["type"] == response_format["type"]


@check("thinking_off")
async def _(model_id: str, value: dict[str, Any] | None) -> None:
    if value is None:
        return  # the checks of a forced choice have it
    body = await get_body(model_id, **bind(model_id, tool_choice="get_weather"), extra_body=value)
    assert body["tool_choice"] == _NAMED_CHOICE
    assert {name: body[name] for name in value} == value


@check("structured_output")
async def _(model_id: str, value: str) -> None:
    served = gateway()
    with record_losses():
        served.model(model_id, endpoint="chat").with_structured_output(
            City, include_raw=True
        ).invoke("Hi")
    (body,) = served.bodies
    kind = body.get("response_format", {}).get("type")
    assert ("tools" in body) is (value == "function_calling")
    assert kind == {"json_schema": "json_schema", "json_mode": "json_object"}.get(value)
    is_stated = "JSON Schema" in body["messages"][0]["content"]
    assert is_stated is (value in {"json_mode", "prompt"})


@check("reasoning_endpoints")
async def _(model_id: str, value: frozenset[str] | None) -> None:
    profile: Any = gateway().model(model_id, endpoint="chat").profile or {}
    names = [name for name in spellings(model_id) if name in list_published()]
    published: Any = list_published()[names[0]] if names else {}
    reasons = published.get("reasoning_output") if value is None or "chat" in value else False
    assert profile.get("reasoning_output") is reasons


async def _check_format(model_id: str, response_format: Any, value: bool | None) -> None:
    if value is False:
        kind = response_format["type"]
        words = rf"{model_id} takes no `response_format` of the type '{kind}'\. Use `with_"
        await assert_refused(model_id, words, response_format=response_format)
        return
    body = await get_body(model_id, response_format=response_format)
    assert body["response_format"]["type"] == response_format["type"]


@check("json_schema")
async def _(model_id: str, value: bool | None) -> None:
    await _check_format(model_id, _SCHEMA_FORMAT, value)


@check("json_object")
async def _(model_id: str, value: bool | None) -> None:
    await _check_format(model_id, {"type": "json_object"}, value)
    await _check_format(model_id, {"type": "text"}, None)


# -- messages ------------------------------------------------------------------------------------


@check("developer_role")
async def _(model_id: str, value: bool | None) -> None:
    message = SystemMessage("Hi", additional_kwargs={"__openai_role__": "developer"})
    body = await get_body(model_id, [message, HumanMessage("Hi")])
    assert body["messages"][0]["role"] == ("system" if value is False else "developer")


def _tool_round(id_: str, result: Any = "4 degrees") -> list[Any]:
    call = {"name": "get_weather", "args": {"city": "Oslo"}, "id": id_}
    return ["Hi", AIMessage("", tool_calls=[call]), ToolMessage(result, tool_call_id=id_)]


async def _assistant_turns(model_id: str) -> list[dict[str, Any]]:
    """Return two turns of another family as they are sent: one with a tool call, one without."""
    body = await get_body(model_id, [*_tool_round("call_1"), AIMessage("Cold."), "And Rome?"])
    return [message for message in body["messages"] if message["role"] == "assistant"]


@check("reasoning_replay")
async def _(model_id: str, value: str | None) -> None:
    turns = [("reasoning_content" in turn) for turn in await _assistant_turns(model_id)]
    assert turns == [value in {"all", "tool_calls"}, value == "all"]


@check("foreign_reasoning")
async def _(model_id: str, value: str | None) -> None:
    calling, _ = await _assistant_turns(model_id)
    assert calling.get("reasoning_content") == value


@check("signed_tool_calls", "foreign_extra_content")
async def _(model_id: str, value: bool | dict[str, Any] | None) -> None:
    calling, _ = await _assistant_turns(model_id)
    extra = calling["tool_calls"][0].get("extra_content")
    assert (bool(extra) if isinstance(value, bool) else extra) == value


def _everyone(content: Any) -> list[Any]:
    """Return a message of each role with this content, and a question."""
    call = {"name": "f", "args": {}, "id": "call_1"}
    return [
        SystemMessage(content),
        HumanMessage(content),
        AIMessage(content),
        AIMessage("", tool_calls=[call]),
        ToolMessage(content, tool_call_id="call_1"),
        HumanMessage("Hi"),
    ]


@check("string_roles")
async def _(model_id: str, value: frozenset[str] | None) -> None:
    parts = [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]
    messages = (await get_body(model_id, _everyone(parts)))["messages"]
    for message in (messages[0], messages[1], messages[4]):
        is_string = message["role"] in (value or ())
        assert message["content"] == ("a\nb" if is_string else parts)
    assert messages[2]["content"] == "ab"
    image = {"type": "image_url", "image_url": {"url": "https://a.example/b.png"}}
    if get_vendor(model_id).images is True and get_vendor(model_id).tool_media is not False:
        messages = (await get_body(model_id, _tool_round("call_1", [*parts, image])))["messages"]
        assert messages[2]["content"] == [*parts, image]


@check("empty_messages")
async def _(model_id: str, value: bool | None) -> None:
    empties: list[Any] = ["", " \n", [], [{"type": "text", "text": ""}]]
    for empty in empties:
        messages = (await get_body(model_id, _everyone(empty)))["messages"]
        roles = [message["role"] for message in messages]
        if value is False:
            assert roles == ["assistant", "tool", "user"]
            assert messages[1]["content"] == "(no output)"
            words = f"Message 1 is empty, which {model_id} refuses. Put text into it"
            await assert_refused(model_id, words, [HumanMessage("Hi"), HumanMessage(empty)])
            await get_body(model_id, [HumanMessage("Hi"), HumanMessage("text")])
        else:
            assert roles == ["system", "user", "assistant", "assistant", "tool", "user"]
    blanks: list[Any] = [{"type": "text", "text": text} for text in ("", " ", "a")]
    (message,) = (await get_body(model_id, [HumanMessage(blanks)]))["messages"]
    assert message["content"] == (blanks[2:] if value is False else blanks[1:])


@check("named_roles")
async def _(model_id: str, value: frozenset[str] | None) -> None:
    history = [
        SystemMessage("Hi", name="a b"),
        HumanMessage("Hi", name="a b"),
        AIMessage("Hi", name="a b"),
        HumanMessage("Hi"),
    ]
    *named, last = (await get_body(model_id, history))["messages"]
    assert "name" not in last
    for message in named:
        is_sent = value is None or message["role"] in value
        assert message.get("name") == ("a_b" if is_sent else None)


@check("tool_names")
async def _(model_id: str, value: str | None) -> None:
    for name in ("f", "a-b_2", "a.b", "2f", "_f", "a b", "a:b", "f" * 64, "f" * 65):
        function = {"name": name, "description": "F.", "parameters": {"type": "object"}}
        body = await get_body(model_id, tools=[{"type": "function", "function": function}])
        sent = body["tools"][0]["function"]["name"]
        pattern = value or "[a-zA-Z0-9_-]{1,64}"
        assert (sent == name) is bool(re.fullmatch(pattern, name))
        assert re.fullmatch(pattern, sent)


@check("tool_call_ids")
async def _(model_id: str, value: str | None) -> None:
    for id_ in ("call_1", "functions.f:0", "a" * 40, "a" * 41, "a" * 64, "a" * 65):
        messages = (await get_body(model_id, _tool_round(id_)))["messages"]
        sent = messages[1]["tool_calls"][0]["id"]
        assert messages[2]["tool_call_id"] == sent
        assert (sent == id_) is (value is None or bool(re.fullmatch(value, id_)))
        assert re.fullmatch(value or ".*", sent)


@check("unique_tool_call_ids")
async def _(model_id: str, value: bool | None) -> None:
    body = await get_body(model_id, _tool_round("call_1") + _tool_round("call_1"))
    ids = {message.get("tool_call_id") for message in body["messages"]} - {None}
    assert len(ids) == (2 if value else 1)


_PNG = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}


@check("tool_media")
async def _(model_id: str, value: bool | None) -> None:
    messages = _tool_round("call_1", [_PNG])
    if get_vendor(model_id).images is False:
        await assert_refused(model_id, "takes no images", messages)
        return
    *_, last = (await get_body(model_id, messages))["messages"]
    assert last["role"] == ("user" if value is False else "tool")
    assert _PNG in last["content"]


_MEDIA = {
    "images": _PNG,
    "audio": {"type": "input_audio", "input_audio": {"data": "AAAA", "format": "wav"}},
    "files": {"type": "file", "file": {"file_data": "data:application/pdf;base64,AAAA"}},
    "video": {"type": "video_url", "video_url": {"url": "https://x.example/v.mp4"}},
}


def _check_media(name: str) -> None:
    @check(name)
    async def _(model_id: str, value: bool | None) -> None:
        messages = [HumanMessage([_MEDIA[name]])]
        if value is False:
            words = f"takes no {name} on CometAPI's chat route"
            await assert_refused(model_id, words, messages)
            return
        (part,) = (await get_body(model_id, messages))["messages"][0]["content"]
        assert part["type"] == _MEDIA[name]["type"]


for _name in _MEDIA:
    _check_media(_name)


@check("audio_ids")
async def _(model_id: str, value: bool | None) -> None:
    audio = {"id": "audio_1", "transcript": "Hello"}
    body = await get_body(
        model_id, ["Hi", AIMessage("", additional_kwargs={"audio": audio}), "And?"]
    )
    turn = body["messages"][1]
    assert turn.get("audio") == ({"id": "audio_1"} if value else None)
    assert turn["content"] == ("" if value else "Hello")


# -- responses and estimates ---------------------------------------------------------------------


@check("family")
async def _(model_id: str, value: str) -> None:
    for message in await read_whole({"reasoning_content": "Hm."}, model_id):
        origin = message.response_metadata["reasoning_origin"]
        assert origin["family"] == (model_id if value == "unknown" else value)


@check("think_tags")
async def _(model_id: str, value: bool | None) -> None:
    text = "<think>Hm.</think>Hello"
    whole = await read_whole({"content": text}, model_id)
    for message in (*whole, await read_stream(text, model=model_id)):
        assert message.content == ("Hello" if value else text)
        assert message.additional_kwargs.get("reasoning_content") == ("Hm." if value else None)


@check("tokens_per_image")
async def _(model_id: str, value: int | None) -> None:
    count = gateway().model(model_id).get_num_tokens_from_messages
    without = count([HumanMessage([])])
    assert count([HumanMessage([_PNG])]) - without == (value or 1000)


@check("tokens_per_low_image")
async def _(model_id: str, value: int | None) -> None:
    count = gateway().model(model_id).get_num_tokens_from_messages
    low = {**_PNG, "image_url": {"url": "data:image/png;base64,AAAA", "detail": "low"}}
    without = count([HumanMessage([])])
    of_any = get_vendor(model_id).tokens_per_image or 1000
    assert count([HumanMessage([low])]) - without == (value or of_any)
    assert count([HumanMessage([low, _PNG])]) - without == (value or of_any) + of_any


@check("max_texts")
async def _(model_id: str, value: int | None) -> None:
    served = Gateway(embed)
    make(served, model=model_id).embed_documents(["text"] * 1001)
    sizes = [len(body["input"]) for body in served.bodies]
    assert max(sizes) == (value or 1000)
    assert sum(sizes) == 1001


@check("tokens_for_tools")
async def _(model_id: str, value: int | None) -> None:
    model = gateway().model(model_id, custom_get_token_ids=lambda _: [0])
    one, two = (
        model.get_num_tokens_from_messages("Hi", tools=[City] * number) for number in (1, 2)
    )
    assert one == 1 + 1 + (value or 0)
    assert two == one + 1


@check("tokenizer")
async def _(model_id: str, value: Tokenizer | None) -> None:
    for text in ("It is 21:30. ", "早上好 世界", "Доброе утро"):
        count = gateway().model(model_id).get_num_tokens(text)
        assert count == estimate_tokens(text, WEIGHTS[value])


@check("tiktoken_encoding")
async def _(model_id: str, value: str | None) -> None:
    encodings = {name: create_encoding(name) for name in ("o200k_base", "cl100k_base", str(value))}
    with mock.patch.dict("tiktoken.registry.ENCODINGS", encodings):
        model = gateway().model(model_id)
        if value is None:
            with pytest.raises(NotImplementedError):
                model.get_token_ids("ab")
        else:
            assert model.get_token_ids("ab") == encodings[value].encode("ab")
            assert model.get_num_tokens("ab" * 50) == 100
