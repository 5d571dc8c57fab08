"""How chat models are made, and what they send."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from unittest import mock

from langchain_core.messages import AIMessage, HumanMessage, ToolMessage
from langchain_openai import ChatOpenAI
from pydantic import SecretStr

from scripts.differences.side import (
    MAKING,
    City,
    Side,
    chunk,
    completion,
    describe_error,
    difference,
)

# -- construction --------------------------------------------------------------------------------


@difference("chat", MAKING, "no `model`")
def _no_model(side: Side) -> str:
    return f"`{side.make(model=None).model_name}`"


@difference("chat", MAKING, "an unknown argument")
def _unknown(side: Side) -> str:
    model = side.make(temprature=1)
    return f"{len(side.warnings)} warning, sent as `{next(iter(model.model_kwargs))}`"


@difference("chat", MAKING, "`openai_api_key=`")
def _openai_key(side: Side) -> str:
    side.make(api_key=None, openai_api_key=SecretStr("sk-2")).invoke("Hi")
    return "the key"


@difference("chat", MAKING, "`openai_api_base=`")
def _openai_base(side: Side) -> str:
    side.make(base_url=None, openai_api_base="https://other.example/v1").invoke("Hi")
    return "the base URL"


@difference(
    "chat", MAKING, "`OPENAI_API_KEY`, `OPENAI_BASE_URL`, `OPENAI_ORG_ID` in the environment"
)
def _environment(side: Side) -> str:
    names = ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_ORG_ID")
    values = ("sk-env", "https://env.example/v1", "org-env")
    with mock.patch.dict(
        os.environ, {**dict(zip(names, values, strict=True)), "COMETAPI_KEY": "k"}
    ):
        side.make(api_key=None, base_url=None).invoke("Hi")
    request = side.requests[0]
    read = [
        n for n, v in zip(names, values, strict=True) if v in f"{request.url} {request.headers.raw}"
    ]
    return ", ".join(f"`{name}`" for name in read) or "not read"


@difference("chat", MAKING, "no key at all")
def _no_key(side: Side) -> str:
    model = side.make(api_key=None)
    try:
        model.invoke("Hi")
    except Exception as error:  # noqa: BLE001 - as in `run`
        return f"{describe_error(error)} at the first call"
    return "a call"


@difference("chat", MAKING, "`stream_chunk_timeout=-1`")
def _negative(side: Side) -> str:
    return f"`{side.make(stream_chunk_timeout=-1).stream_chunk_timeout}`"


@difference("chat", MAKING, "`temperature` of `o1`, if none is set")
def _temperature(side: Side) -> str:
    return f"`{side.make(model='o1').temperature}`"


@difference("chat", MAKING, "`model.profile` of `claude-sonnet-5-5`")
def _profile(side: Side) -> str:
    profile = side.make(model="claude-sonnet-5-5").profile
    if profile is None:
        return "`None`"
    return f"`max_input_tokens` is {profile['max_input_tokens']:,}, and all else that is known"


@difference("chat", MAKING, "`init_chat_model(..., model_provider=...)`")
def _init_chat_model(side: Side) -> str:
    from langchain.chat_models import init_chat_model

    provider = "openai" if side.cls is ChatOpenAI else "cometapi"
    model = init_chat_model("gpt-5.4-mini", model_provider=provider, api_key="sk-1")
    return f"a `{type(model).__name__}`"


@difference("chat", MAKING, "`model.client = ...`")
def _client(side: Side) -> str:
    side.make().client = object()
    return "the client"


@difference("chat", MAKING, '`extra_body={"model": ...}`')
def _other_model(side: Side) -> str:
    side.ask(extra_body={"model": "other"})
    return f"`{side.body['model']}` is asked"


# -- requests ------------------------------------------------------------------------------------

SENDING = "Requests"


@difference("chat", SENDING, "`max_tokens` to Claude")
def _max_tokens(side: Side) -> str:
    side.ask(model="claude-sonnet-5-5", max_tokens=9)
    return f"`{next(name for name in side.body if 'tokens' in name)}`"


@difference("chat", SENDING, "`temperature` to `gpt-6-astra`, which refuses it")
def _refused(side: Side) -> str:
    side.ask(model="gpt-6-astra", temperature=0.2)
    sent = "sent" if "temperature" in side.body else "dropped"
    return f"{sent}, with a warning" if side.warnings else sent


@difference("chat", SENDING, "the route of `gpt-6-astra`")
def _route(side: Side) -> str:
    side.ask(model="gpt-6-astra")
    return f"`{side.requests[0].url.path}`"


@difference("chat", SENDING, "`reasoning={...}` to `gpt-5.4-mini`")
def _reasoning(side: Side) -> str:
    model = side.make(reasoning={"effort": "low"})
    with suppress(TypeError, KeyError, AttributeError):
        model.invoke("Hi")
    return f"`{side.requests[0].url.path}`"


@difference("chat", SENDING, "token usage of a stream")
def _stream_usage(side: Side) -> str:
    side.ask([chunk({"content": "Hi"}), chunk({}, "stop")])
    return "asked for" if side.body.get("stream_options") else "not asked for"


@difference("chat", SENDING, "reasoning of DeepSeek in the history of a tool loop")
def _replay(side: Side) -> str:
    call = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    asked = {"content": None, "reasoning_content": "Hm.", "tool_calls": [call]}
    first = side.ask(completion(asked), model="deepseek-v4-pro")
    side.ask(
        prompt=[HumanMessage("Hi"), first, ToolMessage("1", tool_call_id="c1")],
        model="deepseek-v4-pro",
    )
    return "sent back" if "Hm." in json.dumps(side.body) else "lost"


@difference("chat", SENDING, "an image in the result of a GPT model's tool call")
def _tool_image(side: Side) -> str:
    image = {"type": "image_url", "image_url": {"url": "data:image/png;base64,aGk="}}
    calls = [{"name": "f", "args": {}, "id": "c1", "type": "tool_call"}]
    history = [HumanMessage("Hi"), AIMessage("", tool_calls=calls)]
    side.ask(prompt=[*history, ToolMessage([image], tool_call_id="c1")])
    holder = next(m for m in side.body["messages"] if "image_url" in json.dumps(m))
    return f"in a message of the role `{holder['role']}`"


@difference("chat", SENDING, "`with_structured_output` of Claude, without `method`")
def _structured(side: Side) -> str:
    model = side.make(model="claude-sonnet-5-5").with_structured_output(City)
    with suppress(Exception):  # the answer is none
        model.invoke("Hi")
    return "`json_schema`" if "response_format" in side.body else "`function_calling`"


@difference("chat", SENDING, "`name` of a message, with a space")
def _name(side: Side) -> str:
    side.ask(prompt=[HumanMessage("Hi", name="Research Agent")])
    return f"`{side.body['messages'][0].get('name')}`"


@difference("chat", SENDING, "`bind_tools([])`")
def _no_tools(side: Side) -> str:
    side.make().bind_tools([]).invoke("Hi")
    return "`tools: []` is sent" if "tools" in side.body else "nothing is sent of it"


@difference("chat", SENDING, "`stop` to `gpt-5.4-mini`, which refuses it")
def _stop(side: Side) -> str:
    side.ask(stop=["END"])
    return "sent" if "stop" in side.body else "dropped, with a warning"


@difference("chat", SENDING, "`cache_control` in a part of a message to GPT, which refuses it")
def _cache_control(side: Side) -> str:
    part = {"type": "text", "text": "Hi", "cache_control": {"type": "ephemeral"}}
    side.ask(prompt=[HumanMessage([part])])
    return "sent" if "cache_control" in json.dumps(side.body) else "left out"


@difference("chat", SENDING, "what `bind_tools` returns")
def _binding(side: Side) -> str:
    bound = side.make().bind_tools([])
    return "a binding with `explain`" if hasattr(bound, "explain") else "a binding"
