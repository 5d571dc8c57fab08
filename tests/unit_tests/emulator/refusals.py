"""Tests of tables of requests: which the emulator refuses, and which it takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.unit_tests.emulator.client import Client

Body: TypeAlias = dict[str, Any]


def refuses(*rows: tuple[Body, str], **common: Any) -> Callable[[Client, Body, str], None]:
    """Return a test of requests that are refused with the status 400.

    Args:
        *rows: The fields of a request, and words of the error.
        **common: Fields of all requests, but for those that have their own.
    """

    @pytest.mark.parametrize(("body", "words"), rows, ids=[words for _, words in rows])
    def test(client: Client, body: Body, words: str) -> None:
        assert words in client.error(**{**common, **body})

    return test


def accepts(*rows: tuple[str, Body]) -> Callable[[Client, Body], None]:
    """Return a test of requests that are answered.

    Args:
        *rows: A name of the request, and its fields.
    """

    @pytest.mark.parametrize("body", [pytest.param(body, id=name) for name, body in rows])
    def test(client: Client, body: Body) -> None:
        response = client.post(**body)
        assert response.status_code == 200, response.text

    return test
