"""`CometAPILLM`: what is on the wire, and what the caller got, whichever way it was asked."""

from __future__ import annotations

import asyncio
import copy
import json
import pickle
from itertools import cycle
from typing import TYPE_CHECKING, Any

import pytest
from langchain_core.caches import InMemoryCache
from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.load import dumpd, dumps, load
from langchain_core.messages import HumanMessage
from langchain_core.rate_limiters import BaseRateLimiter
from langchain_core.runnables import ConfigurableField
from pydantic import SecretStr, ValidationError

from langchain_cometapi import (
    ChatCometAPI,
    CometAPIAuthenticationError,
    CometAPIError,
    CometAPIInvalidRequestError,
    CometAPILLM,
    CometAPIRateLimitError,
    CometAPIStreamTruncatedError,
)
from langchain_cometapi._client.clients import ClientCache
from langchain_cometapi.rate_limiters import SharedRateLimiter
from tests.poison import POISON, POISONED
from tests.support import KEY, USAGE_CHUNK, Crowd, Gateway, answer, chunk, completion, stream

if TYPE_CHECKING:
    from langchain_cometapi._client.sdk import httpx

SECRET = "sk-very-secret-4711"
WAYS = ("invoke", "stream", "ainvoke", "astream")
MODEL = "gpt-5.4-mini"


def echo(request: httpx.Request) -> httpx.Response:
    """Say what the last message says; "fail" fails."""
    body = json.loads(request.content)
    said = f"{body['messages'][-1]['content']}!"
    if said == "fail!":
        return answer({"error": {"message": "no", "code": "bad"}}, 400)
    if body.get("stream"):
        return stream(chunk(said[:1]), chunk(said[1:]), chunk(finish_reason="stop"), USAGE_CHUNK)
    return answer(completion(said))


def make(gateway: Gateway, **kwargs: Any) -> CometAPILLM:
    return gateway.make(CometAPILLM, **{"model": MODEL, **kwargs})


async def ask(llm: Any, way: str, prompt: Any = "Hi", **kwargs: Any) -> str:
    if way == "invoke":
        return str(llm.invoke(prompt, **kwargs))
    if way == "stream":
        return "".join(llm.stream(prompt, **kwargs))
    if way == "ainvoke":
        return str(await llm.ainvoke(prompt, **kwargs))
    return "".join([text async for text in llm.astream(prompt, **kwargs)])


class Recorder(BaseCallbackHandler):
    """Keeps what a tracer would be told."""

    run_inline = True

    def __init__(self) -> None:
        self.starts: list[tuple[str, dict[str, Any]]] = []
        self.chat_starts = 0
        self.tokens: list[str] = []
        self.ends: list[Any] = []
        self.errors: list[BaseException] = []

    def on_llm_start(self, serialized: Any, prompts: list[str], **kwargs: Any) -> None:
        self.starts.append((prompts[0], kwargs))

    def on_chat_model_start(self, *_: Any, **__: Any) -> None:
        self.chat_starts += 1

    def on_llm_new_token(self, token: Any, **_: Any) -> None:
        self.tokens.append(token)

    def on_llm_end(self, response: Any, **_: Any) -> None:
        self.ends.append(response)

    def on_llm_error(self, error: BaseException, **_: Any) -> None:
        self.errors.append(error)


# -- fields --------------------------------------------------------------------------------------

_RESPONSES = "belongs to `/v1/responses`, which an LLM does not use"
LEFT_OUT = {
    "context_management": _RESPONSES,
    "disable_streaming": "core asks chat models alone",
    "include": _RESPONSES,
    "openai_api_base": "is there to be refused, which `require_model` does by itself",
    "openai_api_key": "is there to be refused, which `require_model` does by itself",
    "output_version": "is the form of a message's content; an LLM returns text",
    "profile": "core asks chat models alone",
    "prompt_cache_options": _RESPONSES,
    "reasoning": _RESPONSES,
    "replay_reasoning": "is about a history, and a prompt has none",
    "tiktoken_model_name": "names a tokenizer, and tokens are estimated",
    "truncation": _RESPONSES,
    "use_previous_response_id": _RESPONSES,
    "use_responses_api": _RESPONSES,
}


def test_fields_are_those_of_the_chat_model() -> None:
    ours, theirs = CometAPILLM.model_fields, ChatCometAPI.model_fields
    assert theirs.keys() - ours.keys() <= LEFT_OUT.keys()
    assert not LEFT_OUT.keys() & ours.keys()
    assert ours.keys() - theirs.keys() == {"max_concurrency", "system"}
    for name in ours.keys() & theirs.keys():
        mine, chat = ours[name], theirs[name]
        for what in ("annotation", "default", "default_factory", "alias", "exclude"):
            assert getattr(mine, what) == getattr(chat, what), (name, what)


@pytest.mark.parametrize("name", ["model", "model_name"])
@pytest.mark.parametrize("limit", ["max_tokens", "max_completion_tokens"])
@pytest.mark.parametrize("stop", ["stop", "stop_sequences"])
async def test_every_name_of_a_field_is_taken(name: str, limit: str, stop: str) -> None:
    gateway = Gateway(echo)
    llm = gateway.make(CometAPILLM, **{name: "gpt-4o", limit: 7, stop: ["END"]})
    for way in WAYS:
        assert await ask(llm, way) == "Hi!"
    for body in gateway.bodies:
        assert (body["model"], body["stop"]) == ("gpt-4o", ["END"])
        assert body.get("max_completion_tokens", body.get("max_tokens")) == 7


async def test_nothing_that_is_not_set_is_sent() -> None:
    gateway = Gateway(echo)
    for way in WAYS:
        await ask(make(gateway), way)
    whole = {"model": MODEL, "messages": [{"role": "user", "content": "Hi"}]}
    streamed = {**whole, "stream": True, "stream_options": {"include_usage": True}}
    assert gateway.bodies == [whole, streamed, whole, streamed]
    assert {request.url.path for request in gateway.requests} == {"/v1/chat/completions"}


async def test_parameters_are_sent() -> None:
    gateway = Gateway(echo)
    given: dict[str, Any] = {
        "temperature": 0.5,
        "top_p": 0.9,
        "seed": 3,
        "presence_penalty": 0.1,
        "frequency_penalty": 0.2,
        "logit_bias": {"50256": -100},
        "verbosity": "low",
        "service_tier": "flex",
        "store": False,
    }
    extra = {"extra_body": {"vendor_field": 1}, "model_kwargs": {"user": "me"}}
    llm = make(gateway, model="some-model", metadata={"k": "v"}, prediction={"type": "x"})
    llm = llm.model_copy(update={**given, "extra_body": extra["extra_body"]})
    llm.model_kwargs["user"] = "me"
    for way in WAYS:
        await ask(llm, way, top_logprobs=2)
    wanted = {**given, "vendor_field": 1, "user": "me", "prediction": {"type": "x"}}
    for body in gateway.bodies:
        assert {name: body[name] for name in wanted} == wanted
        assert body["top_logprobs"] == 2
        assert "metadata" not in body


async def test_changes_take_effect_and_stay_with_their_copy() -> None:
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
    keys = [request.headers["authorization"][7:] for request in gateway.requests]
    assert keys == [KEY, "sk-two"] * 2 + [KEY] * 2


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"temperatur": 1}, "Did you mean `temperature`"),
        ({"openai_api_key": "sk-x"}, "`openai_api_key` is OpenAI's"),
        ({"model": None}, "`model` is required"),
        ({"n": 0}, "`n` must be at least 1"),
        ({"n": 2, "streaming": True}, "`n` must be 1 when streaming"),
        ({"stream_chunk_timeout": -1}, "`stream_chunk_timeout` is negative"),
        ({"max_concurrency": 0}, "greater than or equal to 1"),
        ({"model_kwargs": {"temperature": 1}}, "not in `model_kwargs`"),
        ({"base_url": " "}, "base_url"),
    ],
)
def test_wrong_arguments(wrong: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=says) as raised:
        CometAPILLM(**{"model": "m", "api_key": SECRET, **wrong})
    assert SECRET not in str(raised.value)


@pytest.mark.parametrize("name", ["best_of", "suffix", "echo"])
async def test_what_the_chat_route_has_not_is_an_error(name: str) -> None:
    gateway = Gateway(echo)
    with pytest.raises(ValidationError, match=f"`{name}` belongs to the legacy completions"):
        make(gateway, **{name: 2})
    llm = make(gateway)
    for way in WAYS:
        with pytest.raises(ValueError, match=f"`{name}` belongs to the legacy completions"):
            await ask(llm, way, **{name: 2})
    with pytest.raises(ValueError, match="legacy completions"):
        llm.generate(["a", "b"], None, **{name: 2})
    with pytest.raises(ValueError, match="legacy completions"):
        await llm.abatch(["a"], None, return_exceptions=False, **{name: 2})
    assert gateway.requests == []
    assert await ask(llm, "invoke", **{name: None}) == "Hi!"


# -- keys and environment ------------------------------------------------------------------------


async def test_key_and_base_url_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in POISONED.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError, match="COMETAPI_KEY or COMETAPI_API_KEY"):
        CometAPILLM(model=MODEL)
    monkeypatch.setenv("COMETAPI_API_KEY", "sk-env")
    monkeypatch.setenv("COMETAPI_API_BASE", "https://gateway.example/v1")
    gateway = Gateway(echo)
    llm = make(gateway, api_key=None)
    for way in WAYS:
        assert await ask(llm, way) == "Hi!"
    for request in gateway.requests:
        assert request.headers["authorization"] == "Bearer sk-env"
        assert request.url.host == "gateway.example"
        wire = repr(request.headers.raw) + str(request.url) + request.content.decode()
        assert POISON not in wire
    assert len(gateway.requests) == 4


async def test_connection_settings_are_used() -> None:
    gateway = Gateway(echo)
    llm = make(
        gateway,
        timeout=7,
        default_headers={"X-Mine": "1"},
        default_query={"q": "2"},
        organization="org-1",
    )
    for way in WAYS:
        await ask(llm, way, extra_headers={"X-Call": "3"}, extra_query={"r": "4"})
    for request in gateway.requests:
        assert request.extensions["timeout"]["read"] == 7
        sent = [request.headers[n] for n in ("x-mine", "x-call", "openai-organization")]
        assert sent == ["1", "3", "org-1"]
        assert dict(request.url.params) == {"q": "2", "r": "4"}


async def test_a_key_that_is_asked_for() -> None:
    keys = cycle(["sk-old", "sk-new"])

    def strict(request: httpx.Request) -> httpx.Response:
        if request.headers["authorization"] != "Bearer sk-new":
            return answer({"error": {"message": "invalid token", "code": None}}, 401)
        return echo(request)

    for way in WAYS:
        gateway = Gateway(strict)
        assert await ask(make(gateway, api_key=lambda: next(keys)), way) == "Hi!"
        assert len(gateway.requests) == 2


def test_the_key_of_the_environment_stays_out_of_pickles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMETAPI_KEY", SECRET)
    llm = CometAPILLM(model=MODEL)
    llm.close()  # the chat model behind it exists, and stays behind
    pickled = pickle.dumps(llm)
    assert SECRET.encode() not in pickled
    monkeypatch.setenv("COMETAPI_KEY", "sk-there")
    restored = pickle.loads(pickled)  # noqa: S301 - our own bytes
    assert restored._chat_model().root_client.api_key == "sk-there"
    monkeypatch.delenv("COMETAPI_KEY")
    with pytest.raises(ValueError, match="without the key of its environment"):
        pickle.loads(pickled)  # noqa: S301 - our own bytes
    explicit = CometAPILLM(model=MODEL, api_key=SECRET)
    restored = pickle.loads(pickle.dumps(explicit))  # noqa: S301 - our own bytes
    assert restored._chat_model().root_client.api_key == SECRET


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy, lambda m: m.model_copy(deep=True)])
async def test_copies(duplicate: Any) -> None:
    gateway = Gateway(echo)
    llm = make(gateway, temperature=0.5)
    for _ in range(2):
        twin = duplicate(llm)
        assert twin == llm
        for way in WAYS:
            assert await ask(twin, way) == "Hi!"
        await ask(llm, "ainvoke")


async def test_a_client_of_the_users_stays_open() -> None:
    gateway = Gateway(echo)
    llm: Any = make(gateway)
    async with llm:
        with llm:
            assert await ask(llm, "invoke") == await ask(llm, "ainvoke") == "Hi!"
    assert not llm.http_client.is_closed
    assert not llm.http_async_client.is_closed
    assert await ask(llm, "astream") == "Hi!"


async def test_closing_closes_the_clients(monkeypatch: pytest.MonkeyPatch) -> None:
    closed: list[str] = []

    async def aclose(_: object) -> None:
        closed.append("async")

    monkeypatch.setattr(ClientCache, "close", lambda _: closed.append("sync"))
    monkeypatch.setattr(ClientCache, "aclose", aclose)
    llm = CometAPILLM(model=MODEL, api_key=KEY)
    with llm:
        pass
    async with llm:
        pass
    llm.close()
    await llm.aclose()
    assert closed == ["sync", "async", "sync"] * 2


# -- answers and errors --------------------------------------------------------------------------


async def test_inputs_of_every_kind_and_a_system_prompt() -> None:
    gateway = Gateway(echo)
    llm = make(gateway, system="Be brief.")
    for way in WAYS:
        assert await ask(llm, way) == "Hi!"
    system = {"role": "system", "content": "Be brief."}
    assert all(b["messages"] == [system, {"role": "user", "content": "Hi"}] for b in gateway.bodies)
    llm.system = None
    assert await ask(llm, "invoke", [HumanMessage("Hi")]) == "Human: Hi!"
    assert len(gateway.bodies[-1]["messages"]) == 1


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (401, None, CometAPIAuthenticationError),
        (400, "bad", CometAPIInvalidRequestError),
        (429, "rate_limit", CometAPIRateLimitError),
    ],
)
async def test_errors_are_typed(way: str, status: int, code: str | None, kind: Any) -> None:
    recorder = Recorder()
    gateway = Gateway(answer({"error": {"message": "no", "code": code}}, status))
    with pytest.raises(kind) as raised:
        await ask(make(gateway), way, config={"callbacks": [recorder]})
    assert isinstance(raised.value, CometAPIError)
    assert recorder.errors == [raised.value]


@pytest.mark.parametrize("way", WAYS)
async def test_failed_requests_are_repeated(way: str) -> None:
    broken = answer({"error": {"message": "down", "code": "x"}}, 500, retry_after_ms="1")
    gateway = Gateway(broken, echo)
    assert await ask(make(gateway, max_retries=1), way) == "Hi!"
    assert len(gateway.requests) == 2


@pytest.mark.parametrize("way", ["stream", "astream"])
async def test_a_stream_that_is_cut_off(way: str) -> None:
    gateway = Gateway(stream(chunk("Hel"), done=False))
    with pytest.raises(CometAPIStreamTruncatedError) as raised:
        await ask(make(gateway), way)
    assert raised.value.partial_message is not None
    assert raised.value.partial_message.text == "Hel"
    with pytest.raises(CometAPIStreamTruncatedError):
        await ask(make(gateway, streaming=True), "ainvoke")
    assert await ask(make(gateway, stream_truncation="ignore"), way) == "Hel"


async def test_parameters_of_a_call() -> None:
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


async def test_vendor_rules(caplog: pytest.LogCaptureFixture) -> None:
    gateway = Gateway(echo)
    llm = make(gateway, model="gpt-6-astra", max_tokens=9, temperature=0.2)
    for way in WAYS:
        await ask(llm, way)
    assert [record.getMessage().split(":")[0] for record in caplog.records] == [
        "`temperature` was dropped"
    ]
    for body in gateway.bodies:
        assert body["max_completion_tokens"] == 9
        assert not body.keys() & {"max_tokens", "temperature"}
    with pytest.raises(ValueError, match="temperature"):
        await ask(make(gateway, model="gpt-6-astra", temperature=0.2, strict_params=True), "stream")


_THOUGHT = {"role": "assistant", "content": "Four", "reasoning_content": "Two and two."}


@pytest.mark.parametrize("version", [None, "v1"])
async def test_reasoning_is_beside_the_text(
    version: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    if version:
        monkeypatch.setenv("LC_OUTPUT_VERSION", version)
    logprobs = {"content": [{"token": "F", "logprob": -0.1, "bytes": None, "top_logprobs": []}]}
    chunks = [chunk({"reasoning_content": "Two "}), chunk({"reasoning_content": "and two."})]
    for text in ("Fo", "ur"):
        part = chunk(text)
        part["choices"][0]["logprobs"] = logprobs
        chunks.append(part)

    def think(request: httpx.Request) -> httpx.Response:
        if b'"stream":true' in request.content:
            return stream(*chunks, chunk(finish_reason="stop"), USAGE_CHUNK)
        return answer(completion(_THOUGHT))

    for streaming in (False, True):
        llm = make(Gateway(think), streaming=streaming)
        for result in (llm.generate(["Hi"]), await llm.agenerate(["Hi"])):
            generation = result.generations[0][0]
            assert generation.text == "Four"
            assert (generation.generation_info or {})["reasoning"] == "Two and two."
        for way in WAYS:
            assert await ask(llm, way) == "Four"


def test_tags_are_thoughts_where_asked() -> None:
    gateway = Gateway(answer(completion("<think>Hm.</think>Four")))
    generation = make(gateway, think_tags=True).generate(["Hi"]).generations[0][0]
    assert (generation.text, (generation.generation_info or {})["reasoning"]) == ("Four", "Hm.")


async def test_facts_of_an_answer() -> None:
    for streaming in (False, True):
        llm = make(Gateway(echo), streaming=streaming)
        for result in (llm.generate(["Hi"]), await llm.agenerate(["Hi"])):
            usage = {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5}
            output = {"token_usage": usage, "model_name": "gpt-5.4-mini-2026-03-17"}
            assert result.llm_output == output
            info = result.generations[0][0].generation_info or {}
            assert (info["finish_reason"], info["id"]) == ("stop", "chatcmpl-1")


async def test_several_answers() -> None:
    body = completion()
    body["choices"] = [
        {"index": n, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
        for n, text in enumerate(("one", "two"))
    ]
    gateway = Gateway(answer(body))
    for result in (
        make(gateway, n=2).generate(["a", "b"]),
        await make(gateway).agenerate(["a", "b"], n=2),
    ):
        texts = [[generation.text for generation in answers] for answers in result.generations]
        assert texts == [["one", "two"]] * 2
    assert all(body["n"] == 2 for body in gateway.bodies)
    assert await ask(make(gateway, n=2), "invoke") == "one"
    for way in ("stream", "astream"):
        with pytest.raises(ValueError, match="`n` must be 1 when streaming"):
            await ask(make(gateway, n=2), way)


async def test_usage_is_summed_with_what_is_nested_in_it() -> None:
    usage = {
        "prompt_tokens": 3,
        "completion_tokens": 2,
        "total_tokens": 5,
        "prompt_tokens_details": {"cached_tokens": 1, "audio_tokens": None},
        "cost": 0.25,
        "estimated": True,
    }
    llm = make(Gateway(answer(completion(usage=usage)), answer(completion(usage=None)), echo))
    llm.max_concurrency = 1
    total = (await llm.agenerate(["a", "b", "c"])).llm_output
    assert total is not None
    assert total["token_usage"] == {
        "prompt_tokens": 6,
        "completion_tokens": 4,
        "total_tokens": 10,
        "prompt_tokens_details": {"cached_tokens": 1},
        "cost": 0.25,
    }


# -- many prompts --------------------------------------------------------------------------------

PROMPTS = [f"p{n}" for n in range(6)]
SAID = [f"p{n}!" for n in range(6)]


@pytest.mark.parametrize("how", ["batch", "generate", "config"])
async def test_a_list_runs_concurrently_in_order_and_bounded(how: str) -> None:
    def call(llm: Any, prefix: str) -> Any:
        if how == "generate":
            return getattr(llm, f"{prefix}generate")(PROMPTS)
        config = {"max_concurrency": 3} if how == "config" else None
        return getattr(llm, f"{prefix}batch")(PROMPTS, config)

    def texts(result: Any) -> list[str]:
        return result if isinstance(result, list) else [one[0].text for one in result.generations]

    limit = 1 if how == "config" else 3  # a config's own counts first
    crowd = Crowd(3, echo)
    assert texts(call(make(Gateway(crowd), max_concurrency=limit), "")) == SAID
    assert crowd.peak == 3
    crowd = Crowd(3, echo)
    later: Any = crowd.later
    assert texts(await call(make(Gateway(later), max_concurrency=limit), "a")) == SAID
    assert crowd.peak == 3


async def test_a_list_of_nothing() -> None:
    gateway = Gateway(echo)
    llm = make(gateway)
    assert llm.batch([]) == await llm.abatch([]) == []
    assert llm.generate([]).generations == (await llm.agenerate([])).generations == []
    assert gateway.requests == []


async def test_a_list_with_streaming_switched_on() -> None:
    gateway = Gateway(echo)
    llm = make(gateway, streaming=True)
    for result in (llm.generate(["a", "b"]), await llm.agenerate(["a", "b"])):
        assert [one[0].text for one in result.generations] == ["a!", "b!"]
    assert llm.batch(["a", "b"]) == await llm.abatch(["a", "b"]) == ["a!", "b!"]


async def test_a_failure_is_one_prompts() -> None:
    prompts: Any = ["a", "fail", "b"]
    gateway = Gateway(echo)
    llm = make(gateway)
    results: Any
    for results in (
        llm.batch(prompts, return_exceptions=True),
        await llm.abatch(prompts, return_exceptions=True),
    ):
        assert (results[0], results[2]) == ("a!", "b!")
        assert isinstance(results[1], CometAPIInvalidRequestError)
    with pytest.raises(CometAPIInvalidRequestError):
        llm.batch(prompts)
    with pytest.raises(CometAPIInvalidRequestError):
        llm.generate(prompts)
    with pytest.raises(CometAPIInvalidRequestError):
        await llm.agenerate(prompts)


@pytest.mark.parametrize("how", ["abatch", "agenerate"])
async def test_after_a_failure_the_rest_is_stopped(how: str) -> None:
    async def fail_first(request: httpx.Request) -> httpx.Response:
        if b"fail" not in request.content:
            await asyncio.sleep(10)
        return echo(request)

    slow: Any = fail_first
    gateway = Gateway(slow)
    llm = make(gateway, max_concurrency=2)
    before = asyncio.all_tasks()
    with pytest.raises(CometAPIInvalidRequestError):
        await asyncio.wait_for(getattr(llm, how)(["a", "fail", "b", "c", "d"]), 5)
    assert asyncio.all_tasks() == before
    assert len(gateway.requests) <= 3


def test_after_a_failure_the_rest_of_generate_is_not_started() -> None:
    gateway = Gateway(echo)
    with pytest.raises(CometAPIInvalidRequestError):
        make(gateway, max_concurrency=1).generate(["fail", *PROMPTS])
    assert len(gateway.requests) == 1


# -- callbacks and traces ------------------------------------------------------------------------


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("streaming", [False, True])
async def test_one_run_and_its_tokens(way: str, streaming: bool) -> None:
    recorder = Recorder()
    llm = make(Gateway(echo), streaming=streaming)
    assert await ask(llm, way, config={"callbacks": [recorder]}) == "Hi!"
    assert [prompt for prompt, _ in recorder.starts] == ["Hi"]
    assert recorder.chat_starts == 0
    assert len(recorder.ends) == 1
    assert recorder.ends[0].generations[0][0].text == "Hi!"
    streams = streaming or way in ("stream", "astream")
    assert [token for token in recorder.tokens if token] == (["H", "i!"] if streams else [])


@pytest.mark.parametrize("streaming", [False, True])
async def test_each_prompt_of_a_batch_has_callbacks_of_its_own(streaming: bool) -> None:
    llm = make(Gateway(echo), streaming=streaming)
    for asynchronous in (False, True):
        recorders = [Recorder(), Recorder()]
        configs: Any = [{"callbacks": [recorder]} for recorder in recorders]
        prompts: Any = ["a", "b"]
        if asynchronous:
            await llm.abatch(prompts, configs)
        else:
            llm.batch(prompts, configs)
        for recorder, prompt in zip(recorders, prompts, strict=True):
            assert [start[0] for start in recorder.starts] == [prompt]
            assert [t for t in recorder.tokens if t] == ([prompt, "!"] if streaming else [])
            assert recorder.ends[0].generations[0][0].text == f"{prompt}!"


@pytest.mark.parametrize("way", WAYS)
async def test_what_a_trace_says(way: str) -> None:
    gateway, recorder = Gateway(echo), Recorder()
    llm = make(gateway, api_key=SECRET, max_tokens=7, default_headers={"X-Token": SECRET})
    call: dict[str, Any] = {"model": "gpt-4o", "temperature": 0.5, "stop": ["END"]}
    secret = {"extra_headers": {"X-Call": SECRET}, "extra_query": {"token": SECRET}}
    await ask(llm, way, config={"callbacks": [recorder]}, **call, **secret)
    (_, told) = recorder.starts[0]
    expected = {
        "ls_provider": "cometapi",
        "ls_model_type": "llm",
        "ls_model_name": "gpt-4o",
        "ls_temperature": 0.5,
        "ls_max_tokens": 7,
        "ls_stop": ["END"],
    }
    assert told["metadata"].items() >= expected.items()
    params = told["invocation_params"]
    assert (params["model"], params["_type"]) == ("gpt-4o", "cometapi-llm")
    assert params["base_url"] == "https://api.cometapi.com/v1"
    assert SECRET not in str(recorder.starts)
    assert gateway.requests[0].headers["x-call"] == gateway.requests[0].url.params["token"]


# -- rate limiter and cache ----------------------------------------------------------------------


class Turns(BaseRateLimiter):
    """Counts the turns that were taken."""

    def __init__(self) -> None:
        self.taken = 0

    def acquire(self, *, blocking: bool = True) -> bool:
        assert blocking
        self.taken += 1
        return True

    async def aacquire(self, *, blocking: bool = True) -> bool:
        return self.acquire(blocking=blocking)


async def test_each_request_takes_a_turn() -> None:
    turns = Turns()
    llm = make(Gateway(echo), rate_limiter=turns)
    for number, way in enumerate(WAYS, 1):
        await ask(llm, way)
        assert turns.taken == number
    llm.generate(["a", "b"])
    await llm.agenerate(["a", "b"])
    assert turns.taken == 8
    await ask(llm.model_copy(update={"streaming": True}), "ainvoke")
    assert turns.taken == 9


async def test_a_shared_limiter_hears_of_a_429() -> None:
    busy = answer({"error": {"message": "slow", "code": "rate_limit"}}, 429, retry_after="20")
    for way in WAYS:
        limiter = SharedRateLimiter(requests_per_second=1000, check_every_n_seconds=0.001)
        with pytest.raises(CometAPIRateLimitError):
            await ask(make(Gateway(busy), rate_limiter=limiter), way)
        assert limiter.acquire(blocking=False) is False


@pytest.mark.parametrize("streaming", [False, True])
async def test_the_cache_answers_for_the_same_call_alone(streaming: bool) -> None:
    gateway, turns = Gateway(echo), Turns()
    llm = make(gateway, cache=InMemoryCache(), rate_limiter=turns, streaming=streaming)
    calls: list[dict[str, Any]] = [
        {},
        {"model": "gpt-4o"},
        {"temperature": 0.1},
        {"stop": ["END"]},
    ]
    for _ in range(2):
        for call in calls:
            assert await ask(llm, "invoke", **call) == await ask(llm, "ainvoke", **call) == "Hi!"
    others: list[dict[str, Any]] = [
        {"base_url": "https://other.example/v1"},
        {"system": "S"},
        {"max_tokens": 3},
    ]
    for other in others:
        assert await ask(make(gateway, cache=llm.cache, streaming=streaming, **other), "invoke")
    assert len(gateway.requests) == len(calls) + len(others)
    assert turns.taken == len(calls)
    assert KEY not in str(llm.cache._cache)  # type: ignore[union-attr]


async def test_of_a_list_only_what_is_not_cached_is_asked() -> None:
    gateway = Gateway(echo)
    llm = make(gateway, cache=InMemoryCache())
    await ask(llm, "invoke", "b")
    result = await llm.agenerate(["a", "b", "c"])
    assert [one[0].text for one in result.generations] == ["a!", "b!", "c!"]
    assert [body["messages"][0]["content"] for body in gateway.bodies] == ["b", "a", "c"]
    assert llm.generate(["a", "b"]).llm_output == {}
    assert len(gateway.requests) == 3


# -- what LangChain asks -------------------------------------------------------------------------


@pytest.mark.filterwarnings("ignore:The function `load` is in beta")
def test_load_what_was_dumped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMETAPI_KEY", "sk-from-env")
    llm = CometAPILLM(
        model=MODEL,
        api_key=SECRET,
        base_url="https://gateway.example/v1",
        max_tokens=7,
        system="S",
        default_headers={"X-Token": SECRET},
    )
    assert SECRET not in dumps(llm) + repr(llm) + str(llm)
    loaded = load(
        dumpd(llm),
        allowed_objects=[CometAPILLM],
        valid_namespaces=["langchain_cometapi"],
        secrets_from_env=True,
    )
    assert isinstance(loaded, CometAPILLM)
    assert (loaded.model_name, loaded.max_tokens, loaded.system) == (MODEL, 7, "S")
    assert loaded.cometapi_api_base == "https://gateway.example/v1"
    assert loaded.cometapi_api_key == SecretStr("sk-from-env")


def test_tokens_are_estimated() -> None:
    llm = CometAPILLM(model="claude-sonnet-5-5", api_key=KEY)
    chat = ChatCometAPI(model="claude-sonnet-5-5", api_key=KEY)
    text = "How many tokens are in this sentence?"
    assert llm.get_num_tokens(text) == chat.get_num_tokens(text) > 5
    counted = CometAPILLM(model="m", api_key=KEY, custom_get_token_ids=lambda t: [1] * len(t))
    assert counted.get_num_tokens("abc") == 3


def test_structured_output_is_left_out() -> None:
    with pytest.raises(NotImplementedError):
        CometAPILLM(model="m", api_key=KEY).with_structured_output(dict)


def test_one_model_serves_several_loops() -> None:
    gateway = Gateway(echo)
    llm = make(gateway)
    for _ in range(3):
        assert asyncio.run(llm.abatch(["a", "b"])) == ["a!", "b!"]
