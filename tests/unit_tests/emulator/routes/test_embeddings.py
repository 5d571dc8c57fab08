"""Embeddings: shapes, refusals, and what lies near what."""

from __future__ import annotations

import base64
import math
import struct
from typing import Any

import pytest

from langchain_cometapi.emulator import RATE_LIMITED_MODEL
from tests.unit_tests.emulator.client import GPT, Client

SMALL = "text-embedding-3-small"


def post(client: Client, given: Any, **body: Any) -> Any:
    return client.send("POST", "/v1/embeddings", json={"model": SMALL, "input": given, **body})


def vectors(client: Client, given: Any, **body: Any) -> list[list[float]]:
    response = post(client, given, **body)
    assert response.status_code == 200, response.text
    return [entry["embedding"] for entry in response.json()["data"]]


def dot(left: list[float], right: list[float]) -> float:
    return sum(a * b for a, b in zip(left, right, strict=True))


@pytest.mark.parametrize(
    ("model", "size"),
    [
        (SMALL, 1536),
        ("text-embedding-3-large", 3072),
        ("text-embedding-ada-002", 1536),
        ("text-embedding-v4", 1024),
        ("gemini-embedding-001", 3072),
    ],
)
def test_unit_vectors_of_the_models_size(client: Client, model: str, size: int) -> None:
    (vector,) = vectors(client, "hello world", model=model)
    assert len(vector) == size
    assert math.hypot(*vector) == pytest.approx(1, abs=1e-5)


def test_response_has_the_shape_of_openais(client: Client) -> None:
    body = post(client, ["12345678", "1234"]).json()
    assert body["object"] == "list"
    assert body["model"] == SMALL
    assert [entry["index"] for entry in body["data"]] == [0, 1]
    assert {entry["object"] for entry in body["data"]} == {"embedding"}
    assert body["usage"] == {"prompt_tokens": 3, "total_tokens": 3}


def test_shared_words_are_near_and_nothing_is_random(client: Client) -> None:
    cat, cats, ship = vectors(
        client, ["The cat sat on the mat", "Cats on mats", "Ships sail across oceans"]
    )
    assert dot(cat, cats) > 0.5 > abs(dot(cat, ship)) + 0.3
    assert vectors(Client(), "The cat sat on the mat") == [cat]
    assert vectors(client, "!?") != vectors(client, "?!")


def test_fewer_dimensions_are_the_beginning_of_the_long_vector(client: Client) -> None:
    (whole,) = vectors(client, "hello")
    (short,) = vectors(client, "hello", dimensions=64)
    length = math.hypot(*whole[:64])
    assert short == pytest.approx([value / length for value in whole[:64]], abs=1e-6)


def test_base64_holds_the_same_numbers(client: Client) -> None:
    (plain,) = vectors(client, "hello")
    packed = post(client, "hello", encoding_format="base64").json()["data"][0]["embedding"]
    assert list(struct.unpack("<1536f", base64.b64decode(packed))) == plain


def test_token_arrays_are_embedded(client: Client) -> None:
    (single,) = vectors(client, [5, 6, 7])
    first, second = vectors(client, [[5, 6, 7], [8]])
    assert first == single != second
    assert post(client, [[5, 6, 7], [8]]).json()["usage"]["prompt_tokens"] == 4


@pytest.mark.parametrize(
    ("given", "body", "words"),
    [
        ("", {}, "'$.input' is invalid"),
        ([], {}, "'$.input' is invalid"),
        (["a", ""], {}, "'$.input' is invalid"),
        (["a", 1], {}, "'$.input' is invalid"),
        ([[]], {}, "'$.input' is invalid"),
        ({"text": "a"}, {}, "'$.input' is invalid"),
        ("a" * 40_000, {}, "maximum context length is 8191 tokens"),
        ("a", {"dimensions": 0}, "Must be in [1, 1536]"),
        ("a", {"dimensions": 1537}, "Must be in [1, 1536]"),
        ("a", {"dimensions": "64"}, "expected an integer"),
        ("a", {"encoding_format": "hex"}, "Invalid value: 'hex'"),
        ("a", {"foo": 1}, "Unrecognized request argument supplied: foo"),
        ("a", {"model": GPT}, "does not support the v1/embeddings endpoint"),
    ],
)
def test_input_or_parameter_that_is_wrong_is_refused(
    client: Client, given: Any, body: dict[str, Any], words: str
) -> None:
    response = post(client, given, **body)
    assert response.status_code == 400
    assert words in response.json()["error"]["message"]


def test_error_of_the_gateway_is_that_of_chat(client: Client) -> None:
    missing = post(client, None)
    assert (missing.status_code, missing.json()["error"]["code"]) == (500, "invalid_request")
    assert post(client, "a", model="no-such-model").status_code == 503
    assert post(client, "a", model=RATE_LIMITED_MODEL).status_code == 429
    assert post(client, "a", model=None).status_code == 400
