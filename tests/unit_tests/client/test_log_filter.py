"""What the HTTP library and the SDK log of a request: its query may hold a secret."""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus

import pytest

from langchain_cometapi._client.sdk import httpx
from langchain_cometapi.exceptions import CometAPIError
from tests.support import Gateway, all_ways, answer, ask, say_hello

if TYPE_CHECKING:
    from collections.abc import Callable

SECRET = "qry secret/0123"
QUERY = {"token": SECRET}


def _echo(request: httpx.Request) -> httpx.Response:
    return answer({"error": {"message": "bad"}}, 400, x_echo=str(request.url))


def _break(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError(str(request.url), request=request)


@all_ways
@pytest.mark.parametrize("respond", [say_hello, _echo, _break])
@pytest.mark.parametrize(
    ("of_model", "of_call"), [({"default_query": QUERY}, {}), ({}, {"extra_query": QUERY})]
)
async def test_query_is_in_no_log(
    of_model: dict[str, Any],
    of_call: dict[str, Any],
    respond: Callable[[httpx.Request], httpx.Response],
    way: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    gateway = Gateway(respond)
    model = gateway.model(base_url="https://logs.example/v1", **of_model)
    with caplog.at_level(logging.DEBUG), suppress(CometAPIError):
        await ask(model, way, **of_call)
    assert quote_plus(SECRET) in str(gateway.requests[0].url)
    assert SECRET not in caplog.text
    assert quote_plus(SECRET) not in caplog.text


def test_query_of_another_host_stays_in_logs(caplog: pytest.LogCaptureFixture) -> None:
    client = httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(200)))
    with caplog.at_level(logging.INFO):
        client.get("https://elsewhere.example/?page=2")
    assert "page=2" in caplog.text


def test_binding_does_not_show_headers_and_query() -> None:
    model = Gateway(say_hello).model()
    bound = model.bind(extra_headers={"x-key": SECRET}, extra_query={"key": SECRET}, seed=1)
    assert SECRET not in repr(bound)
    assert "'seed': 1" in repr(bound)
