"""`CometAPIEmbeddings`: what is on the wire, and what the caller got, sync and async."""

from __future__ import annotations

import asyncio
import base64
import copy
import json
import math
import pickle
import struct
import sys
import time
from typing import Any, Self

import pytest
from pydantic import ValidationError

from langchain_cometapi import (
    CometAPIAuthenticationError,
    CometAPIContextOverflowError,
    CometAPIEmbeddings,
    CometAPIError,
    CometAPIInvalidRequestError,
    CometAPIRateLimitError,
    CometAPITimeoutError,
    CometAPIUnexpectedResponseError,
    embeddings,
)
from langchain_cometapi._client.clients import ClientCache
from langchain_cometapi._client.sdk import httpx
from tests.poison import POISON, POISONED
from tests.support import KEY, Crowd, Gateway, answer, raw

MODEL = "text-embedding-3-small"
SECRET = "sk-very-secret-4711"
BOTH = pytest.mark.parametrize("way", ["sync", "async"])


def vector(text: str, size: int = 3) -> list[float]:
    """A vector of 32-bit floats that tells its text."""
    numbers = [len(text) / 7, *(ord(letter) / 3 for letter in f"{text:<{size}}")][:size]
    return list(struct.unpack(f"<{size}f", struct.pack(f"<{size}f", *numbers)))


def items(body: dict[str, Any]) -> list[dict[str, Any]]:
    found = []
    for index, text in enumerate(body["input"]):
        numbers: Any = vector(text, body.get("dimensions", 3))
        if body.get("encoding_format") == "base64":
            numbers = base64.b64encode(struct.pack(f"<{len(numbers)}f", *numbers)).decode()
        found.append({"object": "embedding", "index": index, "embedding": numbers})
    return found


def reply(data: Any) -> httpx.Response:
    usage = {"prompt_tokens": 1, "total_tokens": 1}
    return answer({"object": "list", "model": MODEL, "data": data, "usage": usage})


def embed(request: httpx.Request) -> httpx.Response:
    """Answer as the gateway does, and as it should not: the last vector first."""
    body = json.loads(request.content)
    if any("fail" in text for text in body["input"]):
        return answer({"error": {"message": "no such thing", "code": "bad"}}, 400)
    return reply(items(body)[::-1])


def make(gateway: Gateway, **kwargs: Any) -> CometAPIEmbeddings:
    return gateway.make(CometAPIEmbeddings, **{"model": MODEL, **kwargs})


async def documents(made: Any, way: str, texts: Any, **kwargs: Any) -> list[list[float]]:
    if way == "sync":
        return list(made.embed_documents(texts, **kwargs))
    return list(await made.aembed_documents(texts, **kwargs))


async def query(made: Any, way: str, text: Any, **kwargs: Any) -> list[float]:
    if way == "sync":
        return list(made.embed_query(text, **kwargs))
    return list(await made.aembed_query(text, **kwargs))


TEXTS = [f"text number {n}" for n in range(7)]
VECTORS = [vector(text) for text in TEXTS]


# -- requests ------------------------------------------------------------------------------------


@BOTH
async def test_nothing_that_is_not_set_is_sent(way: str) -> None:
    gateway = Gateway(embed)
    model = make(gateway)
    assert await documents(model, way, ["one", "two"]) == [vector("one"), vector("two")]
    assert await query(model, way, "three") == vector("three")
    assert gateway.bodies == [
        {"model": MODEL, "input": ["one", "two"]},
        {"model": MODEL, "input": ["three"]},
    ]
    for request in gateway.requests:
        assert str(request.url) == "https://api.cometapi.com/v1/embeddings"
        assert request.headers["authorization"] == f"Bearer {KEY}"


@BOTH
async def test_what_is_set_is_sent(way: str) -> None:
    gateway = Gateway(embed)
    model = make(
        gateway, dimensions=4, encoding_format="base64", model_kwargs={"user": "me", "x": None}
    )
    given = {"model": MODEL, "dimensions": 4, "encoding_format": "base64", "user": "me"}
    assert await documents(model, way, ["one"]) == [vector("one", 4)]
    assert await query(model, way, "one") == vector("one", 4)
    of_call: dict[str, Any] = {"dimensions": 2, "encoding_format": "float", "user": "you"}
    assert await documents(model, way, ["one"], model="other", **of_call) == [vector("one", 2)]
    assert await query(model, way, "one", model="other", **of_call) == vector("one", 2)
    sent, changed = {**given, "input": ["one"]}, {"model": "other", **of_call, "input": ["one"]}
    assert gateway.bodies == [sent, sent, changed, changed]


@BOTH
async def test_instructions_stand_before_the_texts(way: str) -> None:
    gateway = Gateway(embed)
    model = make(gateway, query_instruction="query: ", embed_instruction="passage: ")
    await documents(model, way, ["one", "two"])
    await query(model, way, "three")
    assert [body["input"] for body in gateway.bodies] == [
        ["passage: one", "passage: two"],
        ["query: three"],
    ]


@BOTH
async def test_an_empty_list_makes_no_request(way: str) -> None:
    gateway = Gateway(embed)
    assert await documents(make(gateway), way, []) == []
    assert gateway.requests == []


# -- batches -------------------------------------------------------------------------------------


@BOTH
@pytest.mark.parametrize("of_call", [False, True])
async def test_batches_by_number(way: str, of_call: bool) -> None:
    gateway = Gateway(embed)
    model = make(gateway, max_concurrency=1, **({} if of_call else {"chunk_size": 3}))
    found = await documents(model, way, TEXTS, **({"chunk_size": 3} if of_call else {}))
    assert found == VECTORS
    assert [body["input"] for body in gateway.bodies] == [TEXTS[:3], TEXTS[3:6], TEXTS[6:]]


@BOTH
async def test_batches_by_estimated_tokens(way: str) -> None:
    gateway = Gateway(embed)
    texts = [letter * 400_000 for letter in "abcd"]  # about 100,000 tokens each
    found = await documents(make(gateway, max_concurrency=1), way, [*texts, "short"])
    assert found == [vector(text) for text in [*texts, "short"]]
    assert [len(body["input"]) for body in gateway.bodies] == [2, 3]


@BOTH
async def test_batches_run_concurrently_and_bounded(way: str) -> None:
    crowd = Crowd(3, embed)
    respond: Any = crowd if way == "sync" else crowd.later
    texts = [f"text {n}" for n in range(9)]
    model = make(Gateway(respond), chunk_size=1, max_concurrency=3)
    assert await documents(model, way, texts) == [vector(text) for text in texts]
    assert crowd.peak == 3


def test_one_model_serves_several_loops() -> None:
    model = make(Gateway(embed), chunk_size=2)
    for _ in range(3):
        assert asyncio.run(model.aembed_documents(TEXTS)) == VECTORS


# -- texts that have no vector -------------------------------------------------------------------


@BOTH
@pytest.mark.parametrize(
    ("texts", "says"),
    [
        (["a", ""], "Text 1 is empty"),
        (["a", "b", " \n"], "Text 2 is empty"),
        (["a", None], "Text 1 is a NoneType"),
        ([3], "Text 0 is a int"),
        ([[1, 2]], "Text 0 is a list"),
        ("text", "A list of texts is needed"),
    ],
)
async def test_what_is_no_text(way: str, texts: Any, says: str) -> None:
    gateway = Gateway(embed)
    model = make(gateway, embed_instruction="passage: ", chunk_size=1)
    with pytest.raises(ValueError, match=says):
        await documents(model, way, texts)
    assert gateway.requests == []


@BOTH
@pytest.mark.parametrize("text", ["", " ", None, ["text"]])
async def test_what_is_no_query(way: str, text: Any) -> None:
    gateway = Gateway(embed)
    with pytest.raises(ValueError, match="Text 0 is"):
        await query(make(gateway, query_instruction="query: "), way, text)
    assert gateway.requests == []


def _too_long(message: str) -> httpx.Response:
    return answer({"error": {"message": message, "code": "context_length_exceeded"}}, 400)


@BOTH
@pytest.mark.parametrize(
    ("message", "says"),
    [
        ("Invalid 'input[1]': maximum context length is 8192 tokens.", "text 3 of 5"),
        (
            "This model's maximum context length is 8191 tokens.",
            "texts 2 to 3 of 5; the longest is text 3, of about 25 tokens",
        ),
    ],
)
async def test_a_text_that_is_too_long(way: str, message: str, says: str) -> None:
    gateway = Gateway(embed, _too_long(message))
    model = make(gateway, chunk_size=2, max_concurrency=1)
    with pytest.raises(CometAPIContextOverflowError, match=says) as raised:
        await documents(model, way, ["a", "b", "c", "d" * 100, "e"])
    assert message.rstrip(".") in str(raised.value)
    assert raised.value.return_partial == [vector("a"), vector("b"), None, None, None]


@BOTH
async def test_a_model_that_is_no_embedding_model(way: str) -> None:
    message = "The model gpt-5.4-mini does not support the v1/embeddings endpoint."
    gateway = Gateway(answer({"error": {"message": message, "code": None}}, 400))
    model = make(gateway, model="gpt-5.4-mini")
    with pytest.raises(CometAPIInvalidRequestError, match="v1/embeddings endpoint") as raised:
        await documents(model, way, ["one"])
    assert "It is about text 0 of 1. None were embedded" in str(raised.value)
    with pytest.raises(CometAPIInvalidRequestError, match="v1/embeddings endpoint") as raised:
        await query(model, way, "one")
    assert raised.value.model == "gpt-5.4-mini"


# -- failures ------------------------------------------------------------------------------------


@BOTH
async def test_a_failing_batch_names_what_was_done(way: str) -> None:
    gateway = Gateway(embed)
    model = make(gateway, chunk_size=2, max_concurrency=1)
    with pytest.raises(CometAPIInvalidRequestError) as raised:
        await documents(model, way, ["a", "b", "c", "d", "e", "fail"])
    error = raised.value
    assert str(error).endswith(
        "It is about texts 4 to 5 of 6. "
        "4 were embedded (0 to 3); `return_partial` holds their vectors."
    )
    assert error.args == (str(error),)
    assert error.return_partial == [*map(vector, "abcd"), None, None]
    restored = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert type(restored) is type(error)
    assert (str(restored), restored.return_partial) == (str(error), error.return_partial)


@BOTH
async def test_after_a_failure_the_rest_is_not_started(way: str) -> None:
    def respond(request: httpx.Request) -> httpx.Response:
        time.sleep(0.001)
        return embed(request)

    gateway = Gateway(respond)
    model = make(gateway, chunk_size=1, max_concurrency=2)
    with pytest.raises(CometAPIInvalidRequestError, match="It is about text 1 of 500"):
        await documents(model, way, ["a", "fail", *["b"] * 498])
    assert len(gateway.requests) < 100


@BOTH
async def test_what_was_under_way_is_kept(way: str) -> None:
    crowd = Crowd(2, embed)
    respond: Any = crowd if way == "sync" else crowd.later
    model = make(Gateway(respond), chunk_size=1, max_concurrency=2)
    with pytest.raises(CometAPIInvalidRequestError, match="1 were embedded") as raised:
        await documents(model, way, ["fail", "b"])
    assert raised.value.return_partial == [None, vector("b")]


@BOTH
async def test_another_failure_stops_the_rest(way: str) -> None:
    gateway = Gateway(embed)
    model = make(gateway, chunk_size=1, max_concurrency=1)
    before = asyncio.all_tasks()
    with pytest.raises(ValueError, match="`user` cannot be sent as JSON"):
        await documents(model, way, TEXTS, user=object())
    assert gateway.requests == []
    assert asyncio.all_tasks() == before


async def test_cancelling_leaves_no_task() -> None:
    async def never(_: httpx.Request) -> httpx.Response:
        await asyncio.sleep(60)
        raise AssertionError

    respond: Any = never
    model = make(Gateway(respond), chunk_size=1, max_concurrency=2)
    before = asyncio.all_tasks()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(model.aembed_documents(TEXTS), 0.05)
    assert asyncio.all_tasks() == before


@BOTH
@pytest.mark.parametrize(
    ("status", "kind"), [(401, CometAPIAuthenticationError), (429, CometAPIRateLimitError)]
)
async def test_errors_are_typed(way: str, status: int, kind: Any) -> None:
    gateway = Gateway(answer({"error": {"message": "no", "code": None}}, status))
    with pytest.raises(kind) as raised:
        await query(make(gateway), way, "one")
    assert isinstance(raised.value, CometAPIError)
    assert raised.value.url == "https://api.cometapi.com/v1/embeddings"
    with pytest.raises(kind):
        await documents(make(gateway), way, ["one"])


# -- answers that are broken ---------------------------------------------------------------------

_GOOD = [1.0, 2.0, 3.0]


def _item(index: Any, embedding: Any) -> dict[str, Any]:
    return {"object": "embedding", "index": index, "embedding": embedding}


def _packed(*numbers: float) -> str:
    return base64.b64encode(struct.pack(f"<{len(numbers)}f", *numbers)).decode()


@BOTH
@pytest.mark.parametrize(
    ("data", "says"),
    [
        (None, "The response has no vectors for 2 texts"),
        ({}, "The response has no vectors for 2 texts"),
        ([], "The response has 0 vectors for 2 texts"),
        ([_item(0, _GOOD)], "The response has 1 vectors for 2 texts"),
        ([_item(n, _GOOD) for n in range(3)], "The response has 3 vectors for 2 texts"),
        ([_item(0, _GOOD), _item(0, _GOOD)], "at place 1 of the response has the index 0"),
        ([_item(0, _GOOD), _item(2, _GOOD)], "at place 1 of the response has the index 2"),
        ([_item(0, _GOOD), _item(-1, _GOOD)], "at place 1 of the response has the index -1"),
        ([_item("0", _GOOD), _item(1, _GOOD)], "at place 0 of the response has the index '0'"),
        ([_GOOD, _item(1, _GOOD)], "at place 0 of the response has the index None"),
        ([_item(0, _GOOD), _item(1, [1.0, 2.0])], r"have \[2, 3\] numbers"),
        ([_item(0, _GOOD), _item(1, [])], "text 1 is invalid: it is not a list"),
        ([_item(0, _GOOD), _item(1, None)], "text 1 is invalid: it is not a list"),
        ([_item(0, _GOOD), _item(1, [1.0, "NaN", 3.0])], "text 1 is invalid: it has a str"),
        ([_item(0, _GOOD), _item(1, [1.0, None, 3.0])], "text 1 is invalid: it has a None"),
        ([_item(0, _GOOD), _item(1, [1.0, [2.0], 3.0])], "text 1 is invalid: it has a list"),
        ([_item(0, _GOOD), _item(1, [1.0, True, 3.0])], "text 1 is invalid: it has a bool"),
        ([_item(0, _GOOD), _item(1, [1.0, math.nan, 3.0])], "text 1 is invalid: .* not finite"),
        ([_item(0, _GOOD), _item(1, [1.0, math.inf, 3.0])], "text 1 is invalid: .* not finite"),
        ([_item(0, _GOOD), _item(1, [1.0, 10**400, 3.0])], "text 1 is invalid"),
        ([_item(0, _GOOD), _item(1, "%%%")], "text 1 is invalid"),
        ([_item(0, _GOOD), _item(1, "")], "text 1 is invalid: it has 0 bytes"),
        ([_item(0, _GOOD), _item(1, "AAAAAAA=")], "text 1 is invalid: it has 5 bytes"),
        ([_item(0, _GOOD), _item(1, "AAAA")], "text 1 is invalid: it has 3 bytes"),
        ([_item(0, _GOOD), _item(1, _packed(1.0, math.nan, 1.0))], "text 1 is invalid: .* finite"),
        ([_item(0, _GOOD), _item(1, _packed(1.0))], r"have \[1, 3\] numbers"),
    ],
)
async def test_a_broken_answer(way: str, data: Any, says: str) -> None:
    model = make(Gateway(reply(data)))
    with pytest.raises(CometAPIUnexpectedResponseError, match=says) as raised:
        await documents(model, way, ["a", "b"])
    error = raised.value
    assert "empty body" not in str(error)
    assert (error.status_code, error.model) == (200, MODEL)
    assert error.return_partial == [None, None]


@BOTH
async def test_without_an_index_the_order_counts(way: str) -> None:
    data = [{"embedding": vector(text)} for text in ("a", "b")]
    assert await documents(make(Gateway(reply(data))), way, ["a", "b"]) == [
        vector("a"),
        vector("b"),
    ]


@BOTH
async def test_whole_numbers_become_floats(way: str) -> None:
    found = await query(make(Gateway(reply([_item(0, [0, 1.5, -1])]))), way, "one")
    assert [(type(number), number) for number in found] == [(float, 0), (float, 1.5), (float, -1)]


@BOTH
async def test_other_dimensions_than_were_asked_for(way: str) -> None:
    gateway = Gateway(reply([_item(0, _GOOD)]))
    model = make(gateway, dimensions=4)
    with pytest.raises(CometAPIUnexpectedResponseError, match=r"have \[3, 4\] numbers"):
        await query(model, way, "one")
    with pytest.raises(CometAPIUnexpectedResponseError, match=r"have \[3, 4\] numbers"):
        await documents(model, way, ["one"])


@BOTH
async def test_other_dimensions_than_the_batch_before(way: str) -> None:
    gateway = Gateway(reply([_item(0, _GOOD)]), reply([_item(0, [1.0, 2.0])]))
    model = make(gateway, chunk_size=1, max_concurrency=1)
    with pytest.raises(CometAPIUnexpectedResponseError, match="vectors of 3 numbers") as raised:
        await documents(model, way, ["a", "b"])
    assert "It is about text 1 of 2" in str(raised.value)
    assert raised.value.return_partial == [_GOOD, None]


@BOTH
@pytest.mark.parametrize(
    "body", [b"<html></html>", b"", b"[]", b"no JSON", b'{"error": {"message": "x", "code": 1}}']
)
async def test_what_is_no_answer(way: str, body: bytes) -> None:
    with pytest.raises(CometAPIError) as raised:
        await documents(make(Gateway(raw(body))), way, ["a"])
    assert isinstance(raised.value, CometAPIUnexpectedResponseError) is (b"error" not in body)


# -- base64 --------------------------------------------------------------------------------------


@BOTH
@pytest.mark.parametrize("numpy", [True, False])
async def test_base64_is_the_same_to_the_bit(
    way: str, numpy: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not numpy:
        monkeypatch.setitem(sys.modules, "numpy", None)
    numbers = [0.1, -1 / 3, 1e-38, 3.4e38, -0.0, 1e-45]
    floats = list(struct.unpack("<6f", struct.pack("<6f", *numbers)))
    plain = make(Gateway(reply([_item(0, floats)])))
    packed = make(Gateway(reply([_item(0, _packed(*numbers))])), encoding_format="base64")
    found = [await query(model, way, "one") for model in (plain, packed)]
    bits = [[struct.pack("<d", number) for number in vector] for vector in found]
    assert bits[0] == bits[1] == [struct.pack("<d", number) for number in floats]
    assert {type(number) for vector in found for number in vector} == {float}


async def test_base64_on_a_big_endian_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "numpy", None)
    monkeypatch.setattr(sys, "byteorder", "big")
    swapped = base64.b64encode(struct.pack(">2f", 1.5, -2.5)).decode()
    model = make(Gateway(reply([_item(0, swapped)])))  # as the other order would look there
    assert await query(model, "sync", "one") == [1.5, -2.5]


# -- connection ----------------------------------------------------------------------------------


@BOTH
async def test_nothing_of_openais_environment_leaks(
    way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in POISONED.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError, match="COMETAPI_KEY or COMETAPI_API_KEY"):
        CometAPIEmbeddings(model=MODEL)
    monkeypatch.setenv("COMETAPI_KEY", "sk-env")
    gateway = Gateway(embed)
    model = make(gateway, api_key=None)
    await documents(model, way, ["one"])
    await query(model, way, "two")
    for request in gateway.requests:
        wire = repr(request.headers.raw) + str(request.url) + request.content.decode()
        assert POISON not in wire
        assert request.headers["authorization"] == "Bearer sk-env"
        assert str(request.url) == "https://api.cometapi.com/v1/embeddings"
        assert not [name for name in request.headers if name.startswith("openai-")]
    assert POISON not in repr(model)


@BOTH
async def test_connection_settings_are_used(way: str) -> None:
    gateway = Gateway(embed)
    model = make(
        gateway,
        base_url="https://gateway.example/v1",
        timeout=(3, 7),
        default_headers={"X-Mine": "1"},
        default_query={"q": "2"},
    )
    await documents(model, way, ["one"], extra_headers={"X-Call": "3"}, extra_query={"r": "4"})
    await query(model, way, "one", extra_headers={"X-Call": "3"}, extra_query={"r": "4"}, timeout=9)
    for request, read in zip(gateway.requests, (7, 9), strict=True):
        assert request.url.host == "gateway.example"
        assert dict(request.url.params) == {"q": "2", "r": "4"}
        assert (request.headers["x-mine"], request.headers["x-call"]) == ("1", "3")
        assert request.extensions["timeout"]["read"] == read
    assert all(body == {"model": MODEL, "input": ["one"]} for body in gateway.bodies)


def test_a_proxy_of_its_own() -> None:
    model = CometAPIEmbeddings(model=MODEL, api_key=KEY, openai_proxy="http://proxy.example:1")
    assert model._client_settings().transport.proxy == "http://proxy.example:1"
    with pytest.raises(ValidationError, match="not both"):
        CometAPIEmbeddings(
            model=MODEL, api_key=KEY, openai_proxy="http://x", http_client=httpx.Client()
        )


@BOTH
async def test_retries(way: str) -> None:
    broken = answer({"error": {"message": "down", "code": "x"}}, 500, retry_after_ms="1")
    gateway = Gateway(broken, broken, embed)
    assert await documents(make(gateway, max_retries=2), way, ["one"]) == [vector("one")]
    assert len(gateway.requests) == 3
    gateway = Gateway(broken)
    with pytest.raises(CometAPIError):
        await query(make(gateway, max_retries=1), way, "one")
    assert len(gateway.requests) == 2


@BOTH
async def test_a_timeout_is_named(way: str) -> None:
    gateway = Gateway(httpx.ReadTimeout("too slow"))
    with pytest.raises(CometAPITimeoutError):
        await documents(make(gateway), way, ["one"])


@BOTH
async def test_a_key_that_is_asked_for(way: str) -> None:
    asked: list[int] = []

    def key() -> str:
        asked.append(1)
        return "sk-old" if len(asked) == 1 else "sk-new"

    async def later() -> str:
        return key()

    def strict(request: httpx.Request) -> httpx.Response:
        if request.headers["authorization"] != "Bearer sk-new":
            return answer({"error": {"message": "invalid token", "code": None}}, 401)
        return embed(request)

    for given in (key, later) if way == "async" else (key,):
        asked.clear()
        gateway = Gateway(strict)
        model = make(gateway, api_key=given)
        assert await query(model, way, "one") == vector("one")
        assert await documents(model, way, ["one"]) == [vector("one")]
        assert (len(asked), len(gateway.requests)) == (3, 3)


def test_an_asynchronous_key_is_for_asynchronous_calls() -> None:
    async def key() -> str:
        return KEY

    with pytest.raises(ValueError, match="asynchronous callable"):
        make(Gateway(embed), api_key=key, chunk_size=1).embed_documents(TEXTS)


def test_the_key_of_the_environment_stays_out_of_pickles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMETAPI_KEY", SECRET)
    model = CometAPIEmbeddings(model=MODEL, dimensions=4)
    model._root_client()
    pickled = pickle.dumps(model)
    assert SECRET.encode() not in pickled
    assert SECRET not in repr(model)
    monkeypatch.setenv("COMETAPI_KEY", "sk-there")
    restored = pickle.loads(pickled)  # noqa: S301 - our own bytes
    assert (restored._root_client().api_key, restored.dimensions) == ("sk-there", 4)
    explicit = CometAPIEmbeddings(model=MODEL, api_key=SECRET)
    restored = pickle.loads(pickle.dumps(explicit))  # noqa: S301 - our own bytes
    assert restored._root_client().api_key == SECRET


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy, lambda m: m.model_copy(deep=True)])
async def test_copies(duplicate: Any) -> None:
    model = make(Gateway(embed))
    for way in ("sync", "async"):
        twin = duplicate(model)
        assert await documents(twin, way, TEXTS) == VECTORS
        twin.model = "other"
        assert model.model == MODEL


async def test_closing(monkeypatch: pytest.MonkeyPatch) -> None:
    model: Any = make(Gateway(embed))
    async with model:
        with model:
            assert model.embed_query("one") == await model.aembed_query("one")
    assert not model.http_client.is_closed
    assert not model.http_async_client.is_closed
    closed: list[str] = []

    async def aclose(_: object) -> None:
        closed.append("async")

    monkeypatch.setattr(ClientCache, "close", lambda _: closed.append("sync"))
    monkeypatch.setattr(ClientCache, "aclose", aclose)
    model.close()
    await model.aclose()
    assert closed == ["sync", "async", "sync"]


# -- arguments -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"model": None}, "`model` is required, for example `model='text-embedding-3-small'"),
        ({"openai_api_key": "sk-x"}, "`openai_api_key` is OpenAI's"),
        ({"openai_api_base": "https://x"}, "`openai_api_base` is OpenAI's"),
        ({"check_embedding_ctx_length": False}, "Unknown argument `check_embedding_ctx_length`"),
        ({"dimension": 3}, "Did you mean `dimensions`.*`model_kwargs="),
        ({"dimensions": 0}, "greater than or equal to 1"),
        ({"chunk_size": 0}, "greater than or equal to 1"),
        ({"chunk_size": 4096}, "less than or equal to 2048"),
        ({"max_concurrency": 0}, "greater than or equal to 1"),
        ({"max_retries": -1}, "greater than or equal to 0"),
        ({"encoding_format": "int8"}, "'float' or 'base64'"),
    ],
)
def test_wrong_arguments(wrong: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=says) as raised:
        CometAPIEmbeddings(**{"model": MODEL, "api_key": SECRET, **wrong})
    assert SECRET not in str(raised.value)


@pytest.mark.parametrize("long", [False, True])
@pytest.mark.parametrize("timeout", ["timeout", "request_timeout"])
def test_names_of_the_chat_model(long: bool, timeout: str) -> None:
    key, base = ("cometapi_api_key", "cometapi_api_base") if long else ("api_key", "base_url")
    given: dict[str, Any] = {key: KEY, base: "https://x.example/v1", timeout: 3}
    client = CometAPIEmbeddings(model=MODEL, **given)._root_client()
    assert (client.api_key, client.base_url.host, client.timeout) == (KEY, "x.example", 3)


# -- the progress bar ----------------------------------------------------------------------------


@BOTH
async def test_the_progress_bar(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Any] = []

    class Bar:
        def __init__(self, **kwargs: Any) -> None:
            seen.append(kwargs)

        def __enter__(self) -> Self:
            return self

        def __exit__(self, *_: object) -> None:
            seen.append("closed")

        def update(self, number: int) -> None:
            seen.append(number)

    monkeypatch.setattr(embeddings, "_tqdm", lambda: Bar)
    model = make(Gateway(embed), show_progress_bar=True, chunk_size=3, max_concurrency=1)
    assert await documents(model, way, TEXTS) == VECTORS
    assert seen == [{"total": 7, "unit": "text"}, 3, 3, 1, "closed"]
    seen.clear()
    with pytest.raises(CometAPIError):
        await documents(model, way, ["fail"])
    assert seen == [{"total": 1, "unit": "text"}, "closed"]


@BOTH
async def test_the_real_progress_bar(way: str, capsys: pytest.CaptureFixture[str]) -> None:
    model = make(Gateway(embed), show_progress_bar=True, chunk_size=3)
    assert await documents(model, way, TEXTS) == VECTORS
    assert "7/7" in capsys.readouterr().err


def test_the_progress_bar_needs_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    with pytest.raises(ImportError, match="pip install tqdm"):
        make(Gateway(embed), show_progress_bar=True)
    assert make(Gateway(embed)).embed_documents(TEXTS) == VECTORS
