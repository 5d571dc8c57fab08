"""What an error says, and what it must not contain."""

from __future__ import annotations

import json
import pickle
import traceback
from typing import Any

import pytest
from langchain_core.messages import HumanMessage

from langchain_cometapi._client.sdk import httpx
from langchain_cometapi.exceptions import (
    CometAPIConnectionError,
    CometAPIInvalidRequestError,
    CometAPITimeoutError,
    CometAPIUnexpectedResponseError,
)
from tests.support import (
    KEY,
    Answer,
    Gateway,
    all_ways,
    answer,
    ask,
    ask_and_fail,
    chunk,
    raw,
    say_hello,
    stream,
)

URL = "https://api.cometapi.com/v1/chat/completions"


@all_ways
async def test_error_has_the_url_and_the_body_and_no_query(way: str) -> None:
    """`tests/wire` has the other fields."""
    body = {"error": {"message": "Slow down", "type": "t", "code": "c", "param": "p"}}
    # CometAPI's id goes before that of a proxy.
    ids = {"x_cometapi_request_id": "req-1", "x_request_id": "proxy"}
    fields: Any = {"base_url": "https://gateway.example/v1", "default_query": {"token": "secret"}}
    error = await ask_and_fail(Gateway(answer(body, 429, **ids)), way, **fields)
    assert error.url == "https://gateway.example/v1/chat/completions"
    assert (error.body, error.code, error.param, error.request_id) == (body, "c", "p", "req-1")
    assert "secret" not in repr(error)
    assert b"secret" not in pickle.dumps(error)


@all_ways
@pytest.mark.parametrize(
    ("failure", "kind", "says"),
    [
        (
            httpx.ConnectError("refused"),
            CometAPIConnectionError,
            f"Could not reach {URL}: refused (model gpt-5.4-mini).",
        ),
        (
            httpx.ReadTimeout("timed out"),
            CometAPITimeoutError,
            f"No response from {URL} in time (model gpt-5.4-mini). Raise `timeout` (seconds)",
        ),
    ],
)
async def test_host_that_is_not_reached_or_silent_is_an_error_of_its_kind(
    failure: Exception, kind: type[Exception], says: str, way: str
) -> None:
    error = await ask_and_fail(Gateway(failure), way, stream_chunk_timeout=None)
    assert type(error) is kind
    assert str(error).startswith(says)
    assert (error.status_code, error.url, error.is_retryable) == (None, URL, True)


@all_ways
@pytest.mark.usefixtures("_each_route")
async def test_advice_of_a_timeout_names_the_limit_that_was_reached(way: str) -> None:
    gateway = Gateway(httpx.ReadTimeout("timed out"))
    for chunk_seconds, streamed in (
        (5, "`stream_chunk_timeout`"),
        (20, "`timeout`"),
        (None, "`timeout`"),
        (10, "`timeout` and `stream_chunk_timeout`"),
    ):
        error = await ask_and_fail(gateway, way, timeout=10, stream_chunk_timeout=chunk_seconds)
        names = streamed if "stream" in way else "`timeout`"
        assert f"Raise {names} (seconds)" in str(error)


async def test_request_id_in_the_message_moves_to_its_end() -> None:
    body = {"error": {"message": "Oops (request id: 2026abc)", "code": ""}}
    error = await ask_and_fail(Gateway(answer(body, 500)))
    assert str(error) == "HTTP 500: Oops (model gpt-5.4-mini). [request id: 2026abc]"
    assert error.request_id == "2026abc"


async def test_long_body_is_cut_in_the_message_alone() -> None:
    page = "x" * 5000
    error = await ask_and_fail(Gateway(raw(page.encode(), 500)))
    assert len(str(error)) < 400
    assert error.body == page


# -- the key ---------------------------------------------------------------------------------------

_SECRETS = {
    "default_headers": {"X-Api-Key": "other-secret/1+2=", "X-Auth": "Token abcdefgh12345"},
    "default_query": {"token": "query secret/&1"},
}
_QUOTED = ("other-secret/1+2=", "abcdefgh12345", "query secret/&1", "query+secret%2F%261")


def _dump(error: BaseException | None) -> list[str]:
    """Return everything that an error, and each it came from, says and holds."""
    if error is None:
        return []
    dumps = [str(error), repr(error), repr(vars(error)), *map(repr, error.args)]
    for name in ("request", "response"):
        held = getattr(error, name, None)
        if held is not None:
            dumps += [str(getattr(held, "url", "")), repr(held.headers.multi_items())]
            dumps += [held.content.decode(), held.content.decode().replace("\\u0073", "s")]
    dumps += [str(getattr(error, "doc", "")), *traceback.format_exception(error)]
    return dumps + _dump(error.__cause__) + _dump(error.__context__)


@all_ways
@pytest.mark.parametrize("escape", [False, True])
async def test_sent_headers_and_query_that_are_quoted_are_in_no_error(
    way: str, *, escape: bool
) -> None:
    quoted = [KEY, *_QUOTED]
    text = f"Sent with {' and '.join(quoted)}"
    error: dict[str, Any] = {"message": text, "code": KEY, "type": KEY, "param": {KEY: [text]}}
    nested = {"message": "x", "metadata": {"raw": json.dumps({"error": error})}}
    objects = [error, {"error": error}, {"error": nested}]
    bodies = [json.dumps(one).encode() for one in objects]
    if escape:
        bodies = [body.replace(b"sk-", b"\\u0073k-") for body in bodies]
    bodies += [text.encode(), f"<html><title>{text}</title>{text}</html>".encode()]
    bodies += [f"[1] {text}".encode(), json.dumps([text]).encode()]
    if escape:
        bodies = [body.replace(b"/", b"\\/") for body in bodies]
    responses = [raw(body, status, x_echo=KEY) for body in bodies for status in (200, 401, 500)]
    if way.endswith("stream"):
        responses.append(stream(chunk("Hel"), {"error": error}))
        responses.append(raw(f"data: {text}\n\n".encode(), content_type="text/event-stream"))
    for response in responses:
        raised = await ask_and_fail(Gateway(response), way, **_SECRETS)
        dumps = _dump(raised)
        assert [d for d in dumps for secret in quoted if secret in d] == []
        assert "***" in str(raised) or "an HTML page" in str(raised)
        assert raised.body is not None
        assert not any(secret.encode() in pickle.dumps(raised) for secret in quoted)
        assert raised.__context__ is None


@all_ways
async def test_secrets_are_in_no_error_of_a_connection(way: str) -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        msg = f"refused {request.url} {request.headers['x-api-key']}"
        raise httpx.ConnectError(msg, request=request)

    error = await ask_and_fail(Gateway(refuse), way, **_SECRETS)
    assert [d for d in _dump(error) for secret in (KEY, *_QUOTED) if secret in d] == []
    assert isinstance(error.__cause__, httpx.ConnectError)


@pytest.mark.parametrize("name", ["x-stainless-retry-count", "User-Agent", "Accept"])
async def test_headers_of_the_sdk_are_no_secrets(name: str) -> None:
    def quote(request: httpx.Request) -> httpx.Response:
        return answer({"error": {"message": f"Sent {request.headers[name]}"}}, 400)

    assert "***" not in str(await ask_and_fail(Gateway(quote)))


@all_ways
async def test_key_is_in_no_http_object_of_an_error(way: str) -> None:
    responses: list[Answer] = [answer({}, 401), answer({}, 301), httpx.ConnectError("refused")]
    for response in responses:
        gateway = Gateway(response)
        error = await ask_and_fail(gateway, way)
        assert gateway.requests[0].headers["authorization"] == f"Bearer {KEY}"
        assert error.request is not None
        assert KEY not in repr(error.request.headers.multi_items())
        assert error.request.url == URL
        if error.response is not None:
            assert KEY not in repr(error.response.request.headers.multi_items())


# -- what a host may send --------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["invoke", "astream"])
async def test_page_of_many_megabytes_is_kept_as_far_as_its_head(way: str) -> None:
    page = b"<html><title>Down</title>" + b"<p>x</p>" * 10**6
    for status in (200, 502):
        error = await ask_and_fail(Gateway(raw(page, status, "text/html")), way)
        assert "Down" in str(error)
        assert len(str(error.body)) == 64 * 1024
        assert len(error.response.content) <= 64 * 1024
        assert len(pickle.dumps(error)) < 100_000


@pytest.mark.parametrize(
    "location", ["http://[::1", "//[", "http://a:b:c@[", "", "https://x\\y", "h" * 9000]
)
async def test_redirect_to_what_is_no_url_is_an_error_of_the_tree(location: str) -> None:
    error = await ask_and_fail(Gateway(answer({}, 302, location=location)))
    if httpx.__name__ == "httpx2":  # a client of `httpx` fails on such a header by itself
        assert type(error) is CometAPIUnexpectedResponseError
        assert "which is not followed" in str(error)


@pytest.mark.parametrize(
    ("status", "title", "advice"),
    [
        (403, "Just a moment...", "A firewall in front of the host has refused"),
        (413, "413 Request Entity Too Large", "send fewer or smaller images"),
        (429, "You are being rate limited", "pass a `rate_limiter`"),
        (502, "502 Bad Gateway", ""),
        (404, "404 Not Found", "Does `base_url`"),
        (405, "405 Not Allowed", "Does `base_url`"),
    ],
)
async def test_page_has_its_title_and_blames_the_path_where_it_is_wrong(
    status: int, title: str, advice: str
) -> None:
    page = f"<html>\n<head><title>\n {title}\n</title></head></html>".encode()
    for content_type in ("text/html", "text/plain", "application/json"):
        error = await ask_and_fail(Gateway(raw(page, status, content_type)))
        assert str(error).startswith(f"HTTP {status} with an HTML page (model")
        assert f'. It says "{title}".' in str(error)
        assert ("base_url" in str(error)) is (status in {404, 405})
        assert advice in str(error)


@pytest.mark.parametrize(
    ("message", "advice"),
    [
        (
            "This is not a chat model and thus not supported in the v1/chat/completions endpoint.",
            "come from `CometAPIEmbeddings`",
        ),
        ("This model is served by v1/embeddings alone", "come from `CometAPIEmbeddings`"),
        ("This model is only supported in v1/images/generations", "Pass a chat model as `model`"),
        ("This model is only supported in v1/responses", 'pass `endpoint="responses"`'),
        ("Invalid URL (POST /chat/completions)", "Does `base_url`"),
    ],
)
async def test_model_of_another_route_is_told_the_way_that_works(message: str, advice: str) -> None:
    for status in (400, 404):
        error = await ask_and_fail(Gateway(answer({"error": {"message": message}}, status)))
        assert advice in str(error)


_TOOLS_WHILE_REASONING = (
    "Function tools with reasoning_effort are not supported for gpt-6-sol in /v1/chat/completions. "
    "To use function tools, use /v1/responses or set reasoning_effort to 'none'."
)


@pytest.mark.parametrize(
    ("wrong", "message", "status"),
    [
        ("chat", _TOOLS_WHILE_REASONING, 400),
        ("chat", "This model is only supported in v1/responses and not in", 404),
        ("responses", "This model is only supported in v1/chat/completions", 404),
        ("responses", "This model is not supported in the v1/responses endpoint.", 400),
        ("responses", "The model is not supported with the Responses API.", 400),
        ("responses", "Invalid URL (POST /v1/responses)", 404),
        ("responses", "not implemented", 500),
        ("responses", None, 404),
    ],
)
async def test_wrong_endpoint_names_the_right_one_and_the_advice_works(
    wrong: str, message: str | None, status: int
) -> None:
    right = "chat" if wrong == "responses" else "responses"

    def respond(request: Any) -> Any:
        if request.url.path.endswith("/responses") is (right == "responses"):
            return say_hello(request)
        if message is None:
            return raw(b"<html><title>404 Not Found</title></html>", status, "text/html")
        return answer({"error": {"message": message, "code": "invalid_request_error"}}, status)

    gateway = Gateway(respond)
    for way in ("invoke", "astream"):
        error = await ask_and_fail(gateway, way, model="gpt-5.4", endpoint=wrong)
        assert f'pass `endpoint="{right}"`' in str(error)
        assert f'`endpoint="{wrong}"`' not in str(error)
        assert (await ask(gateway.model("gpt-5.4", endpoint=right), way)).text == "Hello"


# -- redirects -------------------------------------------------------------------------------------


@all_ways
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("would_follow", [False, True])
async def test_redirect_is_not_followed(status: int, way: str, *, would_follow: bool) -> None:
    target = "https://evil.example/v1/chat/completions?key=secret"
    gateway = Gateway(answer({}, status, location=target), say_hello)
    model: Any = gateway.model(max_retries=2)
    model.http_client.follow_redirects = would_follow
    model.http_async_client.follow_redirects = would_follow
    with pytest.raises(CometAPIUnexpectedResponseError) as caught:
        await ask(model, way)
    assert [str(request.url) for request in gateway.requests] == [URL]
    assert str(caught.value).startswith(
        "Redirected to https://evil.example/v1/chat/completions, which is not followed: the key "
        "stays with its host (model gpt-5.4-mini). Does `base_url`"
    )
    assert (caught.value.status_code, caught.value.is_retryable) == (status, False)


@all_ways
@pytest.mark.parametrize("fields", [{}, {"use_previous_response_id": True}])
async def test_advice_where_the_server_has_lost_the_history_works(
    fields: dict[str, Any], way: str
) -> None:
    lost = {"message": "Item with id 'msg_1' not found.", "type": "invalid_request_error"}

    def reply(request: httpx.Request) -> httpx.Response:
        sent = json.loads(request.content)
        refers = "previous_response_id" in sent or any("id" in item for item in sent["input"])
        return answer({"error": lost}, 404) if refers else say_hello(request)

    gateway = Gateway(say_hello, reply)
    message = await ask(gateway.model("gpt-6-astra"), way)
    history = [HumanMessage("Hi"), message, HumanMessage("And?")]
    with pytest.raises(CometAPIInvalidRequestError, match="`store=False`, and neither"):
        await ask(gateway.model("gpt-6-astra", **fields), way, history)
    assert (await ask(gateway.model("gpt-6-astra", store=False), way, history)).text == "Hello"
