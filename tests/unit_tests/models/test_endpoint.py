"""Which route a model is called on, in every form of a call, and what depends on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from langchain_core.caches import InMemoryCache
from langchain_core.messages import AIMessage, HumanMessage
from langchain_core.runnables import ConfigurableField

from langchain_cometapi import ChatCometAPI, CometAPILLM
from langchain_cometapi.exceptions import CometAPIUnsentRequestError
from tests.support import (
    City,
    Gateway,
    all_ways,
    ask,
    get_weather,
)
from tests.support.replies import reply
from tests.unit_tests.models.llm_gateway import echo

if TYPE_CHECKING:
    from collections.abc import Callable

CHAT, RESPONSES = "/v1/chat/completions", "/v1/responses"
GPT_6, CLAUDE = "gpt-6-astra", "claude-sonnet-5-5"


def paths(gateway: Gateway) -> list[str]:
    return [request.url.path for request in gateway.requests]


# -- choosing ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model_id", "fields", "path"),
    [
        ("gpt-5.4", {}, CHAT),
        ("gpt-5.4", {"endpoint": "responses"}, RESPONSES),
        ("gpt-5.4", {"use_responses_api": True}, RESPONSES),
        ("gpt-5.4", {"endpoint": "responses", "use_responses_api": True}, RESPONSES),
        (GPT_6, {"endpoint": "chat"}, CHAT),
        (GPT_6, {"use_responses_api": False}, CHAT),
        (GPT_6, {"endpoint": "chat", "use_responses_api": False}, CHAT),
        ("OpenAI/GPT-6.1-Terra", {}, RESPONSES),
        ("o3-pro", {}, RESPONSES),
        ("some-new-thing", {}, CHAT),
        ("some-new-thing", {"endpoint": "responses"}, RESPONSES),
    ],
)
def test_fields_and_row_choose_the_route(
    gateway: Gateway, model_id: str, fields: dict[str, Any], path: str
) -> None:
    model = gateway.model(model_id, **fields)
    assert model.invoke("Hi").text == "Hello"
    assert model.bind_tools([get_weather]).invoke("Hi").text == "Hello"
    assert paths(gateway) == [path, path]
    for streamed in (False, True):
        assert model.explain("Hi", stream=streamed).url == f"https://api.cometapi.com{path}"


def _configure(model: ChatCometAPI, name: str, value: str) -> Any:
    field: Any = ConfigurableField(id="x")
    return model.configurable_fields(**{name: field}).with_config(configurable={"x": value})


def _assign(model: ChatCometAPI, name: str, value: str) -> ChatCometAPI:
    setattr(model, name, value)
    return model


_TURN: dict[str, Callable[[ChatCometAPI, str], Any]] = {
    "bind": lambda model, id_: model.bind(model=id_),
    "bound tools": lambda model, id_: model.bind_tools([get_weather]).bind(model=id_),
    "configurable": lambda model, id_: _configure(model, "model_name", id_),
    "copy": lambda model, id_: model.model_copy(update={"model_name": id_}),
    "assignment": lambda model, id_: _assign(model, "model_name", id_),
    "fallback": lambda model, id_: model.with_fallbacks([]).bind(model=id_),
}


@all_ways
@pytest.mark.parametrize("form", _TURN)
async def test_model_that_is_asked_chooses_the_route(gateway: Gateway, way: str, form: str) -> None:
    for first, second in ((CLAUDE, GPT_6), (GPT_6, CLAUDE)):
        model = _TURN[form](gateway.model(first), second)
        assert (await ask(model, way)).text == "Hello"
    assert paths(gateway) == [RESPONSES, CHAT]
    assert [body["model"] for body in gateway.bodies] == [GPT_6, CLAUDE]


@pytest.mark.parametrize(
    ("endpoint", "other", "path"), [("chat", "responses", CHAT), ("responses", "chat", RESPONSES)]
)
def test_endpoint_of_a_changed_model_is_called(
    gateway: Gateway, endpoint: str, other: str, path: str
) -> None:
    model = gateway.model("gpt-5.4", endpoint=other)
    for changed in (
        _configure(model, "endpoint", endpoint),
        model.model_copy(update={"endpoint": endpoint}),
        _assign(model, "endpoint", endpoint),
    ):
        assert changed.invoke("Hi").text == "Hello"
    assert paths(gateway) == [path] * 3


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"endpoint": "chat", "use_responses_api": True}, "contradict each other; pass one"),
        ({"endpoint": "responses", "use_responses_api": False}, "contradict each other; pass one"),
        ({"endpoint": "respones"}, r"(Input should be|pass \"auto\", \"chat\" or)"),
    ],
)
def test_endpoint_that_contradicts_or_is_none_is_refused(
    gateway: Gateway, fields: dict[str, Any], words: str
) -> None:
    for kind in (ChatCometAPI, CometAPILLM):
        with pytest.raises(ValueError, match=words):
            gateway.make(kind, model="gpt-5.4", **fields)
    copied = gateway.model("gpt-5.4").model_copy(update=fields)
    for call in (copied.invoke, copied.explain):
        with pytest.raises(CometAPIUnsentRequestError, match=words):
            call("Hi")
    assert gateway.requests == []
    if len(fields) > 1:  # as the error advises
        for name, value in fields.items():
            assert gateway.model("gpt-5.4", **{name: value}).invoke("Hi").text == "Hello"


# -- a cache -------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [ChatCometAPI, CometAPILLM])
async def test_answers_of_the_routes_are_cached_apart(kind: Any) -> None:
    served, cache = Gateway(echo), InMemoryCache()
    for endpoint in ("chat", "responses", "auto"):
        model = served.make(kind, model="gpt-5.4", endpoint=endpoint, cache=cache)
        for way in ("invoke", "ainvoke"):
            await ask(model, way)
    assert paths(served) == [CHAT, RESPONSES, *([CHAT] if kind is ChatCometAPI else [])]


# -- what depends on the route -------------------------------------------------------------------


@all_ways
@pytest.mark.parametrize("version", [None, "responses/v1", "v1", "v0"])
async def test_output_version_holds_for_the_route(
    gateway: Gateway, way: str, version: str | None
) -> None:
    model = gateway.model(GPT_6, output_version=version)
    message = await ask(model, way)
    assert isinstance(message.content, list)
    assert message.text == "Hello"
    assert [block["type"] for block in message.content_blocks] == ["text"]
    asked_on_chat = model.bind(model=CLAUDE)
    if version == "responses/v1":
        with pytest.raises(CometAPIUnsentRequestError, match='`output_version="v1"`'):
            await ask(asked_on_chat, way)
        return
    message = await ask(asked_on_chat, way)
    assert isinstance(message.content, list if version == "v1" else str)
    assert message.text == "Hello"


@pytest.mark.parametrize(("version", "kept"), [("v1", "v1"), ("responses/v1", None)])
def test_output_version_of_the_environment_holds_where_both_routes_have_it(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch, version: str, kept: str | None
) -> None:
    monkeypatch.setenv("LC_OUTPUT_VERSION", version)
    model = gateway.model(GPT_6)
    assert model.output_version == kept
    assert isinstance(model.invoke("Hi").content, list)
    assert gateway.model(CLAUDE).invoke("Hi").text == "Hello"


def test_explained_request_is_the_one_that_is_sent_on_the_responses_route(
    gateway: Gateway,
) -> None:
    model = gateway.model(GPT_6, max_tokens=9, reasoning_effort="low", verbosity="low")
    bound: Any = model.bind_tools([get_weather], tool_choice="any")
    for asked in (model, bound):
        asked.invoke("Hi")
        list(asked.stream("Hi"))
        explained = [asked.explain("Hi", stream=streamed).body for streamed in (False, True)]
        assert gateway.bodies[-2:] == explained


@all_ways
@pytest.mark.parametrize(("endpoint", "strict"), [("chat", True), ("responses", None)])
async def test_tools_beside_a_format_are_strict_where_the_route_demands_it(
    way: str, endpoint: str, strict: bool | None
) -> None:
    gateway = Gateway(lambda request: reply(request, '{"name": "Oslo"}'))
    model = gateway.model("gpt-5.4", endpoint=endpoint)
    await ask(model.bind_tools([get_weather], response_format=City), way)
    (tool,) = gateway.bodies[0]["tools"]
    assert tool.get("function", tool).get("strict") is strict
    body = gateway.bodies[0]
    format_ = body["text"]["format"] if endpoint == "responses" else body["response_format"]
    assert format_["type"] == "json_schema"


def test_tokens_of_a_history_of_the_responses_route_are_estimated(gateway: Gateway) -> None:
    text = "Oslo is the capital of Norway. " * 20
    reasoning = {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "A" * 4000}
    blocks: list[Any] = [{"type": "text", "text": text, "id": "msg_1", "annotations": []}]
    metadata = {"model_provider": "openai", "id": "resp_1"}
    model = gateway.model(GPT_6)

    def count(content: Any) -> int:
        message = AIMessage(content, response_metadata=metadata)
        return model.get_num_tokens_from_messages([HumanMessage("Hi"), message])

    plain = count(text)
    assert plain > 100
    assert count(blocks) == pytest.approx(plain, abs=5)
    assert count([reasoning, *blocks]) == pytest.approx(plain, abs=5)
    assert gateway.requests == []


@all_ways
@pytest.mark.parametrize("kind", [ChatCometAPI, CometAPILLM])
async def test_long_limits_of_a_pro_model_hold_unless_the_user_sets_others(
    kind: Any, way: str
) -> None:
    gateway = Gateway(echo)
    model = gateway.make(kind, model="gpt-5.4-pro")
    short = gateway.make(kind, model="gpt-5.4-pro", timeout=50, stream_chunk_timeout=40)
    for each in (model, short):
        await ask(each, way)
    await ask(model, way, timeout=30)
    await ask(model, way, model="gpt-5.4")
    reads = [request.extensions["timeout"]["read"] for request in gateway.requests]
    assert reads == [3600, 40 if "stream" in way else 50, 30, 600]
