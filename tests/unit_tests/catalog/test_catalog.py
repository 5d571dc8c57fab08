"""`langchain_cometapi.catalog`: what is sent, and what answers without a network."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import SecretStr

from langchain_cometapi import ChatCometAPI, CometAPIEmbeddings, CometAPILLM, catalog
from langchain_cometapi._catalog.cache import CachedCatalog, read_cached, write_cached
from langchain_cometapi._catalog.known import load_snapshot
from langchain_cometapi._client.sdk import httpx
from langchain_cometapi._credentials import DEFAULT_BASE_URL
from langchain_cometapi.exceptions import (
    CometAPICatalogWarning,
    CometAPIInvalidKeyError,
    CometAPIModelNotFoundError,
    CometAPIUnsentRequestError,
)
from tests.support import KEY, Gateway
from tests.support.catalogue import listing, read_body

OFFLINE = httpx.ConnectError("refused")
OLD = datetime.now(UTC) - timedelta(days=3)

List = Callable[..., list[catalog.ModelCard]]
Get = Callable[..., catalog.ModelCard]
Serve = Callable[..., Gateway]


def _alist_models(**arguments: Any) -> list[catalog.ModelCard]:
    async def call() -> list[catalog.ModelCard]:
        return await catalog.alist_models(**arguments)

    return asyncio.run(call())


def _aget_model(*args: Any, **arguments: Any) -> catalog.ModelCard:
    return asyncio.run(catalog.aget_model(*args, **arguments))


@pytest.fixture(params=[catalog.list_models, _alist_models], ids=["sync", "async"])
def list_models(request: pytest.FixtureRequest) -> List:
    way: List = request.param
    return way


@pytest.fixture(params=[catalog.get_model, _aget_model], ids=["sync", "async"])
def get_model(request: pytest.FixtureRequest) -> Get:
    way: Get = request.param
    return way


def describe(cards: list[catalog.ModelCard]) -> list[tuple[str, str]]:
    return [(card.id, card.source) for card in cards]


def store(*ids: str, read_at: datetime, **fields: Any) -> None:
    entries = [{"id": id_} for id_ in ids]
    write_cached(DEFAULT_BASE_URL, CachedCatalog(entries, read_at, **fields))


# -- what is sent ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("base_url", "expected"),
    [
        (None, "https://api.cometapi.com/api/models"),
        ("https://a.example/v1beta/", "https://a.example/api/models"),
        ("https://a.example/gateway/v1", "https://a.example/gateway/api/models"),
        ("https://a.example/gateway", "https://a.example/gateway/api/models"),
    ],
)
def test_public_catalogue_is_asked_without_a_key(
    list_models: List,
    serve: Serve,
    monkeypatch: pytest.MonkeyPatch,
    base_url: str | None,
    expected: str,
) -> None:
    monkeypatch.setenv("COMETAPI_KEY", KEY)
    gateway = serve(listing("a"))
    assert describe(list_models(base_url=base_url, api_key="sk-other-0123456789")) == [
        ("a", "live")
    ]
    (request,) = gateway.requests
    assert (request.method, str(request.url)) == ("GET", expected)
    headers = str(request.headers.multi_items()).lower()
    assert not [word for word in ("authorization", "sk-", "cookie") if word in headers]


def test_base_url_of_the_environment_is_asked(
    list_models: List, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMETAPI_BASE_URL", "https://a.example/v1")
    gateway = serve(listing("a"))
    list_models()
    assert gateway.requests[0].url.host == "a.example"


def test_catalogue_is_read_once_an_hour(list_models: List, serve: Serve) -> None:
    gateway = serve(listing("a"), listing("b"), listing("c"))
    sources = [describe(list_models()) for _ in range(3)]
    assert sources == [[("a", "live")], [("a", "cache")], [("a", "cache")]]
    assert describe(list_models(refresh=True)) == [("b", "live")]
    assert len(gateway.requests) == 2
    store("a", read_at=OLD)
    assert describe(list_models()) == [("c", "live")]


def test_old_copy_is_asked_for_by_its_version(list_models: List, serve: Serve) -> None:
    store("a", read_at=OLD, etag='W/"1"', last_modified="Mon, 23 Nov 2026 10:00:00 GMT")
    response = listing("b")
    response.headers.update({"ETag": '"2"', "Last-Modified": "Tue, 24 Nov 2026 10:00:00 GMT"})
    gateway = serve(response, httpx.Response(304))
    (first,), (again,) = list_models(), list_models(refresh=True)
    assert describe([first, again]) == [("b", "live")] * 2
    assert first.read_at is not None
    assert again.read_at is not None
    assert OLD < first.read_at < again.read_at
    assert [request.headers["if-none-match"] for request in gateway.requests] == ['W/"1"', '"2"']
    assert gateway.requests[1].headers["if-modified-since"] == "Tue, 24 Nov 2026 10:00:00 GMT"
    cached = read_cached(DEFAULT_BASE_URL)
    assert cached is not None
    assert (cached.read_at, cached.etag) == (again.read_at, '"2"')


# -- what fails ------------------------------------------------------------------------------------

FAILURES = {
    "no network": OFFLINE,
    "no socket": RuntimeError("sockets are not allowed here"),
    "no time": httpx.ReadTimeout("too slow"),
    "redirect": httpx.Response(302, headers={"Location": "https://b.example/api/models"}),
    "page": httpx.Response(200, html="<html>CometAPI</html>"),
    "error": httpx.Response(503, json={"error": {"message": "busy"}}),
    "refused": httpx.Response(200, content=read_body("refused")),
    "no data": httpx.Response(200, content=read_body("no_data")),
    "no models": httpx.Response(200, content=read_body("empty")),
    "no entry that can be read": httpx.Response(200, json={"data": [1, {"code": "a"}]}),
    "broken": httpx.Response(200, content=b'{"data": ['),
    "compressed, and not": httpx.Response(
        200, headers={"Content-Encoding": "gzip"}, stream=httpx.ByteStream(b"no gzip")
    ),
}


@pytest.mark.parametrize("failure", FAILURES)
def test_old_copy_answers_where_the_gateway_does_not(
    list_models: List, serve: Serve, caplog: pytest.LogCaptureFixture, failure: str
) -> None:
    store("a", read_at=OLD)
    gateway = serve(FAILURES[failure])
    cards = list_models()
    assert describe(cards) == [("a", "cache")]
    assert cards[0].read_at == OLD
    assert "The catalogue at https://api.cometapi.com/api/models cannot be read" in caplog.text
    assert len(gateway.requests) == 1  # a redirect is not followed


@pytest.mark.parametrize("failure", [OFFLINE, FAILURES["error"], httpx.Response(304)])
def test_snapshot_answers_where_there_is_no_copy_until_the_gateway_does(
    list_models: List, serve: Serve, failure: Any
) -> None:
    serve(failure, listing("a"))
    assert list_models() == list(load_snapshot().values()) != []
    assert read_cached(DEFAULT_BASE_URL) is None
    assert describe(list_models()) == [("a", "live")]


@pytest.mark.parametrize("base_url", [None, "http://127.0.0.1:9/v1", "http://localhost:9/v1"])
def test_network_that_allows_no_sockets_is_no_error(list_models: List, base_url: str) -> None:
    """As pytest-socket refuses them here, which no library expects."""
    assert {card.source for card in list_models(base_url=base_url)} == {"snapshot"}


@pytest.mark.parametrize(
    ("word", "source"),
    [
        *((word, "cache") for word in ("off", " Off ", "0", "false", "no")),
        *((word, "live") for word in ("", "1")),
    ],
)
def test_catalogue_that_is_off_sends_nothing(
    list_models: List, serve: Serve, monkeypatch: pytest.MonkeyPatch, word: str, source: str
) -> None:
    monkeypatch.setenv("COMETAPI_CATALOG", word)
    store("a", read_at=OLD)
    gateway = serve(listing("b"))
    assert {card.source for card in list_models(refresh=True, api_key=KEY)} == {source}
    assert len(gateway.requests) == (source == "live")


def test_entry_that_cannot_be_read_warns_at_the_line_of_the_user(
    list_models: List, serve: Serve
) -> None:
    serve(httpx.Response(200, json={"data": [{"id": "a"}, 7, {"id": "b"}]}))
    with pytest.warns(CometAPICatalogWarning, match="Entry 1 .* not an object") as warned:
        assert describe(list_models()) == [("a", "live"), ("b", "live")]
    assert [warning.filename for warning in warned] == [__file__]
    assert describe(list_models()) == [("a", "cache"), ("b", "cache")]  # without a warning


# -- the second source -----------------------------------------------------------------------------


def second_source(request: httpx.Request) -> httpx.Response:
    if request.url.path == "/v1/models":
        return httpx.Response(200, content=read_body("v1_models"))
    return httpx.Response(404, json={"error": {"message": "no such path"}})


async def _akey() -> str:
    return KEY


@pytest.mark.parametrize("key", [KEY, SecretStr(KEY), lambda: KEY, None])
def test_list_of_ids_is_asked_with_the_key_where_the_catalogue_fails(
    list_models: List, serve: Serve, monkeypatch: pytest.MonkeyPatch, key: Any
) -> None:
    if key is None:
        monkeypatch.setenv("COMETAPI_KEY", KEY)
    gateway = serve(second_source)
    cards = list_models(api_key=key)
    assert {card.source for card in cards} == {"v1/models"}
    assert cards[0].endpoints == ("chat", "responses")
    public, signed = gateway.requests
    assert "authorization" not in public.headers
    assert str(signed.url) == f"{DEFAULT_BASE_URL}/models"
    assert signed.headers["authorization"] == f"Bearer {KEY}"
    # It is a list of what this key may call, and so not for others to read.
    assert read_cached(DEFAULT_BASE_URL) is None


def test_asynchronous_key_is_awaited(serve: Serve) -> None:
    gateway = serve(second_source)
    assert _alist_models(api_key=_akey)[0].source == "v1/models"
    assert gateway.requests[1].headers["authorization"] == f"Bearer {KEY}"
    with pytest.raises(CometAPIInvalidKeyError, match="asynchronous callable"):
        catalog.list_models(api_key=_akey)


def test_list_of_ids_is_not_asked_without_a_key(list_models: List, serve: Serve) -> None:
    gateway = serve(second_source)
    assert {card.source for card in list_models()} == {"snapshot"}
    assert len(gateway.requests) == 1


def test_key_appears_in_no_log(
    list_models: List, serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    serve(OFFLINE, httpx.Response(401, json={"error": {"message": f"Invalid token {KEY}"}}))
    assert {card.source for card in list_models(api_key=KEY)} == {"snapshot"}
    assert "HTTP 401" in caplog.text
    assert KEY not in caplog.text


@pytest.mark.parametrize(
    ("arguments", "kind"),
    [
        *(({"api_key": key}, CometAPIInvalidKeyError) for key in ("", "two words")),
        ({"base_url": "ftp://a.example"}, CometAPIUnsentRequestError),
    ],
)
def test_argument_that_cannot_be_used_is_an_error(
    list_models: List, get_model: Get, arguments: dict[str, Any], kind: type[Exception]
) -> None:
    with pytest.raises(kind):
        list_models(**arguments)
    with pytest.raises(kind):
        get_model("a", **arguments)


# -- filters and single models ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, "claude gpt image embedding glm bare"),
        ({"type": "text"}, "claude gpt"),
        ({"type": " Chat "}, "claude gpt"),
        ({"type": "embeddings"}, "embedding"),
        ({"type": "holograms"}, ""),
        ({"endpoint": "Messages"}, "claude"),
        ({"endpoint": "anthropic"}, "claude"),
        ({"endpoint": "/v1/images/generations"}, "image"),
        ({"endpoint": "generate_content"}, ""),
        ({"provider": "ANTHROPIC"}, "claude"),
        ({"provider": "openai"}, "gpt image embedding"),
        ({"provider": "openai", "type": "text"}, "gpt"),
        ({"provider": "nobody"}, ""),
        ({"provider": "zhipu-ai"}, "glm"),
    ],
)
def test_filters_choose_models(
    list_models: List, serve: Serve, filters: dict[str, Any], expected: str
) -> None:
    entries = [
        {"id": "claude", "provider": "Anthropic", "model_type": "text", "endpoints": ["anthropic"]},
        {"id": "gpt", "provider": "OpenAI", "model_type": "text", "endpoints": ["openai-response"]},
        {"id": "image", "provider": "OpenAI", "endpoints": {"x": "/v1/images/generations"}},
        {"id": "embedding", "provider": "OpenAI", "model_type": "embedding"},
        {"id": "glm", "provider": "Zhipu AI"},
        {"id": "bare"},
    ]
    serve(httpx.Response(200, json={"data": entries}))
    assert [card.id for card in list_models(**filters)] == expected.split()


def test_card_of_a_model_is_found(get_model: Get, serve: Serve) -> None:
    serve(listing("a", "b", context_length="1M"))
    card = get_model("b")
    assert (card.id, card.context_tokens, card.source) == ("b", 1_000_000, "live")


def test_card_of_a_model_that_is_not_listed_is_of_the_snapshot(serve: Serve) -> None:
    known = next(iter(load_snapshot().values()))
    serve(listing("a"))
    assert catalog.get_model(known.id) == known


def test_card_of_a_retired_model_names_the_replacement(serve: Serve) -> None:
    serve(listing("deepseek-v4-flash"))
    card = catalog.get_model("deepseek-reasoner")
    assert (card.retired, card.replacement) == (True, "deepseek-v4-flash")
    assert card.retired_on is not None


@pytest.mark.parametrize(
    ("name", "value"),
    [("type", 5), ("endpoint", b"text"), ("provider", ["text"]), ("id", None), ("id", 5)],
)
def test_argument_that_is_no_text_is_an_error_before_sending(
    list_models: List, get_model: Get, serve: Serve, name: str, value: object
) -> None:
    gateway = serve(listing("a"))
    call = get_model if name == "id" else list_models
    with pytest.raises(CometAPIUnsentRequestError, match=f"^`{name}` must be a text, not of the"):
        call(**{name: value})
    assert not gateway.requests


def test_unknown_model_is_an_error_that_names_the_nearest_ids(get_model: Get, serve: Serve) -> None:
    serve(listing("wonder-3.5-mini", "wonder-3.5", "other"))
    with pytest.raises(CometAPIModelNotFoundError) as caught:
        get_model("Vendor/Wonder-3-5-mini")
    assert "`wonder-3.5-mini`, `wonder-3.5`" in str(caught.value)
    assert caught.value.model == "Vendor/Wonder-3-5-mini"
    assert not caught.value.is_retryable
    assert get_model("wonder-3.5-mini").source == "cache"  # the advice is right


# -- when nothing is sent, and who waits -----------------------------------------------------------


def test_event_loop_is_not_blocked(monkeypatch: pytest.MonkeyPatch, serve: Serve) -> None:
    """Files are read and written in other threads, and the request is awaited."""
    threads: dict[str, int] = {}

    def spy(module: Any, name: str) -> None:
        original = getattr(module, name)

        def call(*args: Any, **kwargs: Any) -> Any:
            threads[name] = threading.get_ident()
            return original(*args, **kwargs)

        monkeypatch.setattr(module, name, call)

    from langchain_cometapi._catalog import reading

    spy(reading, "read_cached")
    spy(reading, "write_cached")
    spy(reading, "load_catalog")
    serve(listing("a"))
    assert describe(asyncio.run(catalog.alist_models())) == [("a", "live")]
    assert set(threads) == {"read_cached", "write_cached", "load_catalog"}
    assert threading.get_ident() not in threads.values()


def test_construction_of_models_asks_no_catalogue(serve: Serve, cache_directory: Any) -> None:
    gateway = serve(listing("a"))
    ChatCometAPI(model="gpt-5.4-mini", api_key=KEY)
    CometAPILLM(model="gpt-5.4-mini", api_key=KEY)
    CometAPIEmbeddings(model="text-embedding-3-small", api_key=KEY)
    assert not gateway.requests
    assert not cache_directory.exists()
