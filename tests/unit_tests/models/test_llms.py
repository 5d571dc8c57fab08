"""`CometAPILLM`: fields, requests of each way of calling, and parameters of one call."""

from __future__ import annotations

import copy
import inspect
from typing import Any

import pytest
from langchain_core.language_models import BaseLLM
from langchain_core.messages import HumanMessage
from langchain_core.runnables import ConfigurableField
from pydantic import SecretStr, ValidationError

from langchain_cometapi import ChatCometAPI, CometAPILLM, CometAPIStreamTruncatedError
from langchain_cometapi._client.clients import Client, ClientSettings
from tests.support import KEY, WAYS, Gateway, all_ways, ask, chunk, name_lost, record_losses, stream
from tests.unit_tests.models.llm_gateway import MODEL, echo, make

# -- fields ---------------------------------------------------------------------------------------


LEFT_OUT = {
    "disable_streaming": "core asks chat models alone",
    "openai_api_base": "is there to be refused, which `require_model` does by itself",
    "openai_api_key": "is there to be refused, which `require_model` does by itself",
    "output_version": "is the form of a message's content; an LLM returns text",
    "profile": "core asks chat models alone",
    "replay_reasoning": "is about a history, and a prompt has none",
    "tiktoken_model_name": "names a tokenizer, and tokens are estimated",
    "use_previous_response_id": "is about a history, and a prompt has none",
}


def test_fields_are_those_of_the_chat_model() -> None:
    ours, theirs = CometAPILLM.model_fields, ChatCometAPI.model_fields
    assert theirs.keys() - ours.keys() <= LEFT_OUT.keys()
    assert not LEFT_OUT.keys() & ours.keys()
    assert ours.keys() - theirs.keys() == {"max_concurrency", "system"}


@pytest.mark.parametrize("name", ["generate", "agenerate", "stream", "astream"])
def test_method_that_copies_the_model_has_the_signature_of_core(name: str) -> None:
    ours, cores = getattr(CometAPILLM, name), getattr(BaseLLM, name)
    assert ours is not cores
    assert inspect.signature(ours) == inspect.signature(cores)
    assert inspect.iscoroutinefunction(ours) is inspect.iscoroutinefunction(cores)


@pytest.mark.parametrize(
    "names",
    [("model", "max_tokens", "stop"), ("model_name", "max_completion_tokens", "stop_sequences")],
)
async def test_field_by_each_of_its_names_is_sent(names: tuple[str, str, str]) -> None:
    gateway = Gateway(echo)
    llm: Any = gateway.make(CometAPILLM, **dict(zip(names, ("gpt-4o", 7, ["END"]), strict=True)))
    for way in WAYS:
        assert await ask(llm, way) == "Hi!"
    for body in gateway.bodies:
        assert (body["model"], body["stop"]) == ("gpt-4o", ["END"])
        assert body.get("max_completion_tokens", body.get("max_tokens")) == 7


async def test_call_without_settings_sends_model_and_messages_alone() -> None:
    gateway = Gateway(echo)
    for way in WAYS:
        await ask(make(gateway), way)
    whole = {"model": MODEL, "messages": [{"role": "user", "content": "Hi"}]}
    streamed = {**whole, "stream": True, "stream_options": {"include_usage": True}}
    assert gateway.bodies == [whole, streamed, whole, streamed]
    assert {request.url.path for request in gateway.requests} == {"/v1/chat/completions"}


async def test_parameters_of_the_model_are_sent() -> None:
    gateway = Gateway(echo)
    fields: dict[str, Any] = {
        "temperature": 0.5,
        "top_p": 0.9,
        "seed": 3,
        "presence_penalty": 0.1,
        "frequency_penalty": 0.2,
        "logit_bias": {"50256": -100},
        "verbosity": "low",
        "service_tier": "flex",
        "store": False,
        "prediction": {"type": "x"},
    }
    extra = {"extra_body": {"vendor_field": 1}, "model_kwargs": {"user": "me"}}
    llm = make(gateway, model="some-model", metadata={"k": "v"}, **fields, **extra)
    for way in WAYS:
        await ask(llm, way, top_logprobs=2)
    wanted = {**fields, "vendor_field": 1, "user": "me", "top_logprobs": 2}
    for body in gateway.bodies:
        assert {name: body[name] for name in wanted} == wanted
        assert "metadata" not in body


async def test_changed_field_takes_effect_on_its_own_copy() -> None:
    gateway = Gateway(echo)
    llm = make(gateway, temperature=0.5)
    twin = llm.model_copy(update={"model_name": "other", "cometapi_api_key": SecretStr("sk-two")})
    for model in (llm, twin, llm, twin):
        await ask(model, "invoke")
    llm.temperature = 0.7
    await ask(llm, "astream")
    configurable: Any = llm.configurable_fields(temperature=ConfigurableField(id="t"))
    await ask(configurable, "ainvoke", config={"configurable": {"t": 0.9}})
    sent = [(b["model"], b["temperature"]) for b in gateway.bodies]
    first, second = (MODEL, 0.5), ("other", 0.5)
    assert sent == [first, second, first, second, (MODEL, 0.7), (MODEL, 0.9)]
    llm.model_kwargs["user"] = "me"
    await ask(llm, "invoke")
    assert gateway.bodies[-1]["user"] == "me"
    keys = [request.headers["authorization"][7:] for request in gateway.requests]
    assert keys == [KEY, "sk-two"] * 2 + [KEY] * 3


@pytest.mark.parametrize("name", ["best_of", "suffix", "echo"])
async def test_legacy_parameter_is_refused_by_every_method(name: str) -> None:
    legacy: Any = {name: 2}
    words = f"`{name}` belongs to the legacy completions"
    gateway = Gateway(echo)
    for fields in (legacy, {"model_kwargs": legacy}, {"extra_body": legacy}):
        with pytest.raises(ValidationError, match=words):
            make(gateway, **fields)
    llm = make(gateway)
    for way in WAYS:
        with pytest.raises(ValueError, match=words):
            await ask(llm, way, **legacy)
    with pytest.raises(ValueError, match=words):
        llm.generate(["a", "b"], None, **legacy)
    with pytest.raises(ValueError, match=words):
        await llm.abatch(["a"], None, return_exceptions=False, **legacy)
    assert gateway.requests == []
    assert await ask(llm, "invoke", **{name: None}) == "Hi!"


# -- calls ----------------------------------------------------------------------------------------


async def test_system_prompt_is_sent_before_inputs_of_every_kind() -> None:
    gateway = Gateway(echo)
    llm = make(gateway, system="Be brief.")
    for way in WAYS:
        assert await ask(llm, way) == "Hi!"
    system = {"role": "system", "content": "Be brief."}
    assert all(b["messages"] == [system, {"role": "user", "content": "Hi"}] for b in gateway.bodies)
    llm.system = None
    assert await ask(llm, "invoke", [HumanMessage("Hi")]) == "Human: Hi!"
    assert len(gateway.bodies[-1]["messages"]) == 1


async def test_parameters_of_a_call_replace_those_of_the_model() -> None:
    gateway = Gateway(echo)
    llm = make(gateway, temperature=0.5)
    for way in WAYS:
        await ask(llm, way, model="gpt-4o", max_tokens=3, stop=["END"], seed=1)
        await ask(llm.bind(model="gpt-4o", max_tokens=3, stop=["END"], seed=1), way)
    for body in gateway.bodies:
        assert (body["model"], body["stop"], body["seed"]) == ("gpt-4o", ["END"], 1)
        assert body.get("max_completion_tokens", body.get("max_tokens")) == 3
    await ask(llm, "invoke")
    assert gateway.bodies[-1].keys() == {"model", "messages", "temperature"}


@all_ways
async def test_own_fields_in_a_call_are_not_sent(way: str) -> None:
    gateway = Gateway(echo)
    assert await ask(make(gateway), way, system="Be brief.", max_concurrency=2) == "Hi!"
    (body,) = gateway.bodies
    assert [message["role"] for message in body["messages"]] == ["system", "user"]
    assert not {"system", "max_concurrency", "streaming"} & body.keys()


async def test_streaming_in_a_call_overrides_the_model() -> None:
    gateway = Gateway(echo)
    llm = make(gateway)
    for streaming in (True, False):
        await ask(llm, "invoke", streaming=streaming)
        await ask(llm, "ainvoke", streaming=streaming)
    assert [bool(body.get("stream")) for body in gateway.bodies] == [True, True, False, False]


async def test_call_with_parameters_uses_the_client_of_the_model(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    built: list[Any] = []
    build = ClientSettings.build_sync

    def count(settings: ClientSettings) -> Client:
        built.append(settings)
        return build(settings)

    monkeypatch.setattr(ClientSettings, "build_sync", count)
    llm = make(Gateway(echo))
    for seed in (None, 1, 2):
        await ask(llm, "invoke", seed=seed)
    assert len(built) == 1


@pytest.mark.parametrize(
    ("endpoint", "limit"), [("chat", "max_completion_tokens"), ("responses", "max_output_tokens")]
)
async def test_parameter_that_the_vendor_refuses_is_dropped_with_one_warning(
    endpoint: str, limit: str
) -> None:
    gateway = Gateway(echo)
    fields: dict[str, Any] = {"model": "gpt-6-astra", "endpoint": endpoint, "temperature": 0.2}
    llm = make(gateway, max_tokens=9, **fields)
    with record_losses() as losses:
        for way in WAYS:
            await ask(llm, way)
    assert name_lost(losses) == ["temperature"]
    for body in gateway.bodies:
        assert body[limit] == 9
        assert not body.keys() & {"max_tokens", "temperature"}
    with pytest.raises(ValueError, match="temperature"):
        await ask(make(gateway, **fields, strict_params=True), "stream")


async def test_model_is_called_on_the_route_of_its_row_or_of_the_endpoint() -> None:
    gateway = Gateway(echo)
    llms = [
        make(gateway, model="gpt-5.4-pro", system="Be brief.", reasoning={"summary": "auto"}),
        make(gateway, model="gpt-6-astra"),
        make(gateway, use_responses_api=True),
        make(gateway, model="gpt-6-astra", endpoint="chat"),
        make(gateway),
    ]
    for llm, way in zip(llms, (*WAYS, "invoke"), strict=True):
        assert await ask(llm, way) == "Hi!"
    assert await ask(llms[-1], "stream", model="gpt-6-astra") == "Hi!"
    paths = [request.url.path.removeprefix("/v1/") for request in gateway.requests]
    assert paths == [*["responses"] * 3, *["chat/completions"] * 2, "responses"]
    first = gateway.bodies[0]
    assert first["reasoning"] == {"summary": "auto"}
    assert [item["role"] for item in first["input"]] == ["system", "user"]


@pytest.mark.parametrize("way", ["stream", "astream"])
async def test_stream_that_is_cut_off_raises_with_its_text(way: str) -> None:
    gateway = Gateway(stream(chunk("Hel"), done=False))
    with pytest.raises(CometAPIStreamTruncatedError) as raised:
        await ask(make(gateway), way)
    assert raised.value.partial_message is not None
    assert raised.value.partial_message.text == "Hel"
    with pytest.raises(CometAPIStreamTruncatedError):
        await ask(make(gateway, streaming=True), "ainvoke")
    assert await ask(make(gateway, stream_truncation="ignore"), way) == "Hel"


# -- clients, dumps and tokens --------------------------------------------------------------------


def test_copies_have_clients_of_their_own_and_changes_keep_them() -> None:
    llm = CometAPILLM(model="m", api_key="sk-test")
    other = copy.copy(llm)
    changed = llm.model_copy(update={"temperature": 0.1})
    models = [one._chat_model() for one in (llm, other, changed)]
    assert len({id(model._clients) for model in models}) == 3
    assert [one._chat_model() for one in (llm, other, changed)] == models  # and none is made anew
    first = models[0].root_client
    llm.temperature = 0.5
    assert llm._chat_model() is not models[0]
    assert llm._chat_model().root_client is first  # closing the model closes it


def test_messages_are_counted_by_the_users_own_tokenizer() -> None:
    llm = CometAPILLM(model="m", api_key=KEY, custom_get_token_ids=lambda text: [1] * len(text))
    assert llm.get_num_tokens_from_messages([HumanMessage("abc")]) == llm.get_num_tokens("abc") == 3


def test_structured_output_is_not_implemented() -> None:
    with pytest.raises(NotImplementedError):
        CometAPILLM(model="m", api_key=KEY).with_structured_output(dict)
