"""A setting that no connection could be made with is an error that names it, before it is sent."""

from __future__ import annotations

import re
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import pytest

from langchain_cometapi import (
    ChatCometAPI,
    CometAPIConnectionError,
    CometAPIEmbeddings,
    CometAPIError,
    CometAPIInvalidKeyError,
    CometAPILLM,
    CometAPIUnsentRequestError,
)
from langchain_cometapi._client import http_clients
from langchain_cometapi._client.sdk import httpx, openai
from tests.support import KEY, WAYS, Gateway, all_ways, answer, ask, say_hello

if TYPE_CHECKING:
    from pathlib import Path

KINDS = (ChatCometAPI, CometAPILLM, CometAPIEmbeddings)
SECRET = "geheim-4711"
CALLS = [
    *((kind, way) for kind in (ChatCometAPI, CometAPILLM) for way in WAYS),
    *((CometAPIEmbeddings, way) for way in ("embed_query", "aembed_query")),
]

each_call = pytest.mark.parametrize(("kind", "way"), CALLS)


async def call(model: Any, way: str, **kwargs: Any) -> Any:
    if way in WAYS:
        return await ask(model, way, **kwargs)
    output = getattr(model, way)("Hi", **kwargs)
    return await output if way.startswith("a") else output


_ENDS = ["\n", "\r\nX-Other: 1", "\u00fc", "\ud83d", "\0"]
BAD_HEADERS: list[dict[Any, Any]] = [
    *({"X-Mine": value} for value in [f" {SECRET}", *(SECRET + end for end in _ENDS)]),
    {"X-Mine": f"{SECRET}\n".encode()},
    *({name: SECRET} for name in ["X Y", "", "X:", "\u00dc", "X\n"]),
    *({name: "3"} for name in ("X-Stainless-Retry-Count", "Transfer-Encoding", "content-length")),
]
NOT_SENT = "default_headers|Leave the header `"
UNTYPED_HEADERS: list[dict[Any, Any]] = [
    *({"X-Mine": value} for value in (None, 5, [SECRET])),
    {5: SECRET},
]
NO_NUMBERS = [float("nan"), float("inf"), 10**400, True]
BAD_TIMEOUTS = [*NO_NUMBERS, "60", -1, (1,), (1, 2, 3, 4, 5), ("a", "b"), {}]
BAD_URLS = [
    *("https://a.example:99999/v1", "https://a.example:port/v1", "https://a.example:-1/v1"),
    *("https://a..b/v1", "https://.a/v1", f"https://{'a' * 64}.example/v1", "https://a b/v1"),
    *("https://[::1/v1", "https://[zz]/v1", "https://999.1.1.1/v1", "https://a\\b/v1"),
]
BAD_PROXIES = ["ftp://x", "http://[::1", "http://x:99999", f"http://u:{SECRET}@x:port"]
BAD_PROXIES += ["socks4://x"]
SETTINGS: list[tuple[str, Any, str]] = [
    *(("default_headers", headers, NOT_SENT) for headers in BAD_HEADERS),
    *(("timeout", timeout, "`timeout` is") for timeout in BAD_TIMEOUTS),
    *(("base_url", url, "`base_url`") for url in BAD_URLS),
    *(("openai_proxy", proxy, "`openai_proxy`") for proxy in [*BAD_PROXIES, "://", "nonsense"]),
    ("default_query", {"name": "\ud83d"}, "default_query"),
    ("http_client", object(), "`http_client` is a object"),
    ("http_client", httpx.AsyncClient(), "`http_client` is a AsyncClient"),
    ("http_async_client", httpx.Client(), "`http_async_client` is a Client"),
]
ASSIGNED = [
    *(setting for setting in SETTINGS if setting[0] != "http_client"),
    *(("default_headers", headers, "`default_headers`") for headers in UNTYPED_HEADERS),
    *(("max_retries", number, "`max_retries`") for number in (-1, "2")),
]
PARAMETERS: list[tuple[str, Any]] = [
    *(("extra_headers", headers) for headers in [*BAD_HEADERS, *UNTYPED_HEADERS, "x: value"]),
    *(("timeout", timeout) for timeout in BAD_TIMEOUTS),
    *(("extra_query", query) for query in ({"name": "\ud83d"}, ["name"])),
]


def _name(value: object) -> str:
    return re.sub(r" (object )?at 0x[0-9a-f]+", "", ascii(value))[:40]


def _cross(callers: Any, table: list[Any]) -> list[Any]:
    """Return all rows with the first caller, and one row of each name with the others."""
    first, *others = callers
    one_each = {row[0]: row for row in table}.values()
    return [(first, *row) for row in table] + [(c, *row) for c in others for row in one_each]


@pytest.mark.parametrize(("kind", "name", "value", "words"), _cross(KINDS, SETTINGS), ids=_name)
def test_setting_that_no_request_can_be_sent_with_is_named(
    kind: Any, name: str, value: Any, words: str
) -> None:
    with pytest.raises(ValueError, match=words) as raised:
        kind(model="m", api_key=KEY, **{name: value})
    assert SECRET not in str(raised.value)


@pytest.mark.parametrize(("call_by", "name", "value", "words"), _cross(CALLS, ASSIGNED), ids=_name)
async def test_setting_that_is_assigned_later_is_checked_before_the_call(
    call_by: tuple[Any, str], name: str, value: Any, words: str
) -> None:
    kind, way = call_by
    model = kind(model="gpt-5.4", api_key=KEY)

    async def assign_and_call() -> None:
        setattr(model, name, value)  # a base URL is checked here: models show it
        await call(model, way)

    with pytest.raises(CometAPIUnsentRequestError, match=words) as raised:
        await assign_and_call()
    assert SECRET not in str(raised.value)


@pytest.mark.parametrize(("call_by", "name", "value"), _cross(CALLS, PARAMETERS), ids=_name)
async def test_parameter_of_a_call_that_cannot_be_sent_is_named(
    call_by: tuple[Any, str], name: str, value: Any
) -> None:
    (kind, way), gateway = call_by, Gateway(say_hello)
    with pytest.raises(CometAPIUnsentRequestError, match=f"`{name}`|Leave the header `") as raised:
        await call(gateway.make(kind, model="gpt-5.4"), way, **{name: value})
    assert SECRET not in str(raised.value)
    assert gateway.requests == []


@all_ways
async def test_unusual_setting_that_can_be_sent_is_sent(way: str) -> None:
    gateway = Gateway(say_hello)
    headers: Any = {"X-Empty": "", "X-Tab": "a\tb", "X-Bytes": b"a", "X-No": openai.Omit()}
    model = gateway.model(timeout=(3, None), default_query={"a": [1, 2], "b": {"c": "\u00fc"}})
    await ask(model, way, extra_headers=headers)
    (request,) = gateway.requests
    names = {name for name in request.headers if name.startswith("x-") and "stainless" not in name}
    sent = {name: request.headers[name] for name in names}
    assert sent == {"x-empty": "", "x-tab": "a\tb", "x-bytes": "a"}
    assert request.url.query == b"a%5B%5D=1&a%5B%5D=2&b%5Bc%5D=%C3%BC"


# -- variables ---------------------------------------------------------------------------------


@pytest.fixture
def _fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_clients, "_ssl_contexts", {})
    for name in http_clients.VARIABLES:
        monkeypatch.delenv(name, raising=False)


async def _fail(kind: Any, way: str, **fields: Any) -> CometAPIError:
    with pytest.raises(CometAPIConnectionError) as raised:
        await call(kind(model="gpt-5.4", api_key=KEY, max_retries=2, **fields), way)
    error = raised.value
    assert not error.is_retryable
    assert error.model == "gpt-5.4"
    assert SECRET not in str(error) + repr(error.__cause__) + repr(error.__context__)
    return error


_HAS_AIOHTTP = find_spec("aiohttp") is not None and (
    find_spec("httpx_aiohttp") is not None or int(openai.__version__.partition(".")[0]) > 2
)


CERTIFICATES = [
    *(("SSL_CERT_DIR", file) for file in ("missing", "nonsense.pem")),
    *(("SSL_CERT_FILE", file) for file in ("missing", "nonsense.pem", ".")),
]


@pytest.mark.parametrize(("call_by", "name", "file"), _cross(CALLS, CERTIFICATES))
@pytest.mark.usefixtures("_fresh")
async def test_certificates_that_cannot_be_read_are_named(
    call_by: tuple[Any, str], name: str, file: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind, way = call_by
    (tmp_path / "nonsense.pem").write_text("nonsense")
    monkeypatch.setenv(name, str(tmp_path / file))
    for transport in ("httpx", "aiohttp") if way.startswith("a") and _HAS_AIOHTTP else ("httpx",):
        error = await _fail(kind, way, http_transport=transport)
        assert f"{name}={tmp_path / file}: " in str(error)


PROXIES = [
    *(("HTTPS_PROXY", url) for url in BAD_PROXIES),
    *((name, "ftp://x") for name in ("https_proxy", "ALL_PROXY")),
]


@pytest.mark.parametrize(("call_by", "name", "url"), _cross(CALLS, PROXIES))
@pytest.mark.usefixtures("_fresh")
async def test_proxy_of_the_environment_that_is_none_is_named(
    call_by: tuple[Any, str], name: str, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind, way = call_by
    monkeypatch.setenv(name, url)
    monkeypatch.setenv("no_proxy", "a.example")
    error = await _fail(kind, way)
    assert f"`{name}` is not the URL of a proxy" in str(error)


@pytest.mark.skipif(not _HAS_AIOHTTP, reason="needs aiohttp and its adapter")
@pytest.mark.usefixtures("_fresh")
async def test_proxy_that_aiohttp_does_not_take_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://x:99999")
    error = await _fail(ChatCometAPI, "ainvoke", http_transport="aiohttp")
    assert "`HTTPS_PROXY` is not the URL of a proxy" in str(error)
    monkeypatch.delenv("HTTPS_PROXY")
    fields = {"http_transport": "aiohttp", "openai_proxy": "socks5://x:1"}
    error = await _fail(ChatCometAPI, "ainvoke", **fields)
    assert "`openai_proxy`: aiohttp knows no socks5 proxies" in str(error)
    assert 'Use `http_transport="httpx"`' in str(error)


# -- secrets -----------------------------------------------------------------------------------


WITH_PASSWORD = f"https://user:{SECRET}@a.example/v1"
PASSWORDS = [
    *(("argument", url) for url in (WITH_PASSWORD, f"{SECRET}@a.example", f"a:{SECRET}@b.example")),
    *((name, WITH_PASSWORD) for name in ("COMETAPI_BASE_URL", "COMETAPI_API_BASE")),
]


@pytest.mark.parametrize(("kind", "where", "url"), _cross(KINDS, PASSWORDS), ids=_name)
def test_base_url_with_a_password_is_refused_and_not_quoted(
    kind: Any, where: str, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if where != "argument":
        monkeypatch.setenv(where, url)
    arguments = {"base_url": url} if where == "argument" else {}
    with pytest.raises(ValueError, match="user name or a password") as raised:
        kind(model="m", api_key=KEY, **arguments)
    assert SECRET not in str(raised.value)
    model = kind(model="m", api_key=KEY, base_url="https://a.example")
    for change in (
        lambda: setattr(model, "base_url", url),
        lambda: model.model_copy(update={"cometapi_api_base": url}),
    ):
        with pytest.raises(ValueError, match="user name or a password"):
            change()
    assert SECRET not in repr(model)
    assert "default_headers" in str(raised.value)  # test_shared_clients.py follows this advice


def _walk(error: BaseException | None) -> list[BaseException]:
    """Return an error with all that it comes from."""
    if error is None:
        return []
    return [error, *_walk(error.__cause__), *_walk(error.__context__)]


@each_call
@pytest.mark.parametrize(
    "failure",
    [
        answer({"error": {"message": f"Incorrect API key provided: {KEY}"}}, 401),
        answer({"error": {"message": f"broken, {KEY}"}}, 500),
        httpx.ConnectError("refused"),
        httpx.ReadTimeout("too slow"),
    ],
    ids=["401", "500", "connection", "timeout"],
)
async def test_chain_of_an_error_shows_no_secret(kind: Any, way: str, failure: Any) -> None:
    gateway = Gateway(failure)
    model = gateway.make(
        kind, model="gpt-5.4", default_query={"token": SECRET}, default_headers={"X-Mine": SECRET}
    )
    with pytest.raises(CometAPIError) as raised:
        await call(model, way)
    for error in _walk(raised.value):
        shown = f"{error!s} {error!r} {error.args!r}"
        assert KEY not in shown
        assert SECRET not in shown


# -- the other route ---------------------------------------------------------------------------


def _return_nothing() -> Any:
    return None


@all_ways
@pytest.mark.usefixtures("_fresh")
async def test_failure_before_an_attempt_on_the_other_route_is_an_error_of_the_tree(
    way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """LangChain makes its own errors of the SDK's there, and fails on one without a response."""
    route: dict[str, Any] = {"model": "gpt-5.4", "endpoint": "responses"}
    with pytest.raises(CometAPIInvalidKeyError, match="must return a key; it returned a NoneType"):
        await ask(ChatCometAPI(api_key=_return_nothing, **route), way)
    with pytest.raises(CometAPIInvalidKeyError, match="must return a key; it returned blank text"):
        await ask(ChatCometAPI(api_key=lambda: " ", **route), way)
    monkeypatch.setenv("HTTPS_PROXY", "ftp://x")
    with pytest.raises(CometAPIConnectionError, match="`HTTPS_PROXY` is not the URL"):
        await ask(ChatCometAPI(api_key=KEY, **route), way)
