"""The key of a request."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from langchain_cometapi.emulator import EMULATOR_API_KEY, RATE_LIMITED_API_KEY
from tests.unit_tests.emulator.generate_content_client import FLASH, GenerateContentClient, said

if TYPE_CHECKING:
    import httpx

PATH = f"/v1beta/models/{FLASH}:generateContent"
BEARER = {"Authorization": f"Bearer {EMULATOR_API_KEY}"}
OWN = {"x-goog-api-key": EMULATOR_API_KEY}


def send(client: GenerateContentClient, headers: dict[str, str], query: str = "") -> httpx.Response:
    body = {"contents": [said("hello")]}
    return client.send("POST", PATH + query, key=None, headers=headers, json=body)


@pytest.mark.parametrize(
    ("headers", "query", "status"),
    [
        (BEARER, "", 200),
        (OWN, "", 200),
        ({}, "", 401),
        ({"x-goog-api-key": "sk-other"}, "", 401),
        ({"Authorization": "Bearer sk-other"}, "", 401),
        ({"Authorization": EMULATOR_API_KEY}, "", 401),
        ({}, f"?key={EMULATOR_API_KEY}", 401),
        (OWN, f"?key={EMULATOR_API_KEY}", 401),
        ({**OWN, **BEARER}, "", 400),
    ],
)
def test_key_is_taken_in_one_header_and_others_are_refused_in_googles_form(
    client: GenerateContentClient, headers: dict[str, str], query: str, status: int
) -> None:
    response = send(client, headers, query)
    assert response.status_code == status
    assert response.headers["X-Cometapi-Request-Id"]
    if status != 200:
        error = response.json()["error"]
        assert error["code"] == status
        assert error["status"] == {400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED"}[status]


def test_wrong_key_has_googles_reason(client: GenerateContentClient) -> None:
    error = send(client, {"x-goog-api-key": "sk-other"}).json()["error"]
    assert error["details"][0]["reason"] == "API_KEY_INVALID"


def test_rate_limited_key_is_a_429_in_googles_form(client: GenerateContentClient) -> None:
    response = send(client, {"x-goog-api-key": RATE_LIMITED_API_KEY})
    assert response.status_code == 429
    assert response.json()["error"]["status"] == "RESOURCE_EXHAUSTED"
