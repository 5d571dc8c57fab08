"""Vectors from the responses of the gateway: order, sizes, encodings, and what is invalid."""

from __future__ import annotations

import base64
import math
import struct
import sys
from typing import Any

import pytest

from langchain_cometapi import CometAPIError, CometAPIUnexpectedResponseError
from tests.support import Gateway, embed_documents, embed_query, raw
from tests.unit_tests.models.embeddings_gateway import MODEL, each_way, make, reply, vector

_GOOD = [1.0, 2.0, 3.0]


def _item(index: Any, embedding: Any) -> dict[str, Any]:
    return {"object": "embedding", "index": index, "embedding": embedding}


def _packed(*numbers: float) -> str:
    return base64.b64encode(struct.pack(f"<{len(numbers)}f", *numbers)).decode()


# -- invalid responses ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (None, "The response has no vectors for 2 texts"),
        ({}, "The response has no vectors for 2 texts"),
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
        ([_item(0, _GOOD), _item(1, [1.0, True, 3.0])], "text 1 is invalid: it has a bool"),
        ([_item(0, _GOOD), _item(1, [1.0, math.nan, 3.0])], "text 1 is invalid: .* not finite"),
        ([_item(0, _GOOD), _item(1, [1.0, math.inf, 3.0])], "text 1 is invalid: .* not finite"),
        ([_item(0, _GOOD), _item(1, [1.0, 10**400, 3.0])], "text 1 is invalid"),
        ([_item(0, _GOOD), _item(1, "%%%")], "text 1 is invalid"),
        ([_item(0, _GOOD), _item(1, "")], "text 1 is invalid: it has 0 bytes"),
        ([_item(0, _GOOD), _item(1, "AAAAAAA=")], "text 1 is invalid: it has 5 bytes"),
        ([_item(0, _GOOD), _item(1, _packed(1.0, math.nan, 1.0))], "text 1 is invalid: .* finite"),
        ([_item(0, _GOOD), _item(1, _packed(1.0))], r"have \[1, 3\] numbers"),
    ],
)
def test_invalid_response_raises_with_its_reason(data: Any, says: str) -> None:
    with pytest.raises(CometAPIUnexpectedResponseError, match=says) as raised:
        make(Gateway(reply(data))).embed_documents(["a", "b"])
    error = raised.value
    assert "empty body" not in str(error)
    assert (error.status_code, error.model) == (200, MODEL)
    assert error.return_partial == [None, None]


@each_way
@pytest.mark.parametrize(
    "body", [b"<html></html>", b"", b"[]", b"no JSON", b'{"error": {"message": "x", "code": 1}}']
)
async def test_body_without_vectors_raises(way: str, body: bytes) -> None:
    with pytest.raises(CometAPIError) as raised:
        await embed_documents(make(Gateway(raw(body))), way, ["a"])
    assert isinstance(raised.value, CometAPIUnexpectedResponseError) is (b"error" not in body)


@each_way
async def test_vector_of_another_size_than_requested_raises(way: str) -> None:
    gateway = Gateway(reply([_item(0, _GOOD)]))
    model = make(gateway, dimensions=4)
    with pytest.raises(CometAPIUnexpectedResponseError, match=r"have \[3, 4\] numbers"):
        await embed_query(model, way, "one")
    with pytest.raises(CometAPIUnexpectedResponseError, match=r"have \[3, 4\] numbers"):
        await embed_documents(model, way, ["one"])


def test_vector_of_another_size_than_the_batch_before_raises() -> None:
    gateway = Gateway(reply([_item(0, _GOOD)]), reply([_item(0, [1.0, 2.0])]))
    model = make(gateway, chunk_size=1, max_concurrency=1)
    with pytest.raises(CometAPIUnexpectedResponseError, match="vectors of 3 numbers") as raised:
        model.embed_documents(["a", "b"])
    assert "It is about text 1 of 2" in str(raised.value)
    assert raised.value.return_partial == [_GOOD, None]


# -- order and numbers ----------------------------------------------------------------------------


def test_vectors_without_an_index_keep_their_order() -> None:
    data = [{"embedding": vector(text)} for text in ("a", "b")]
    found = make(Gateway(reply(data))).embed_documents(["a", "b"])
    assert found == [vector("a"), vector("b")]


def test_whole_numbers_become_floats() -> None:
    found = make(Gateway(reply([_item(0, [0, 1.5, -1])]))).embed_query("one")
    assert [(type(number), number) for number in found] == [(float, 0), (float, 1.5), (float, -1)]


def test_large_numbers_are_valid() -> None:
    large = [{"index": None, "embedding": [1e308, 1e308]}]
    assert make(Gateway(reply(large))).embed_documents(["a"]) == [[1e308, 1e308]]


# -- base64 ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("numpy", [True, False])
def test_base64_is_equal_to_floats_to_the_bit(numpy: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not numpy:
        monkeypatch.setitem(sys.modules, "numpy", None)
    numbers = [0.1, -1 / 3, 1e-38, 3.4e38, -0.0, 1e-45]
    floats = list(struct.unpack("<6f", struct.pack("<6f", *numbers)))
    plain = make(Gateway(reply([_item(0, floats)])))
    packed = make(Gateway(reply([_item(0, _packed(*numbers))])), encoding_format="base64")
    found = [model.embed_query("one") for model in (plain, packed)]
    bits = [[struct.pack("<d", number) for number in vector] for vector in found]
    assert bits[0] == bits[1] == [struct.pack("<d", number) for number in floats]
    assert {type(number) for vector in found for number in vector} == {float}


def test_base64_on_a_big_endian_machine_is_swapped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "numpy", None)
    monkeypatch.setattr(sys, "byteorder", "big")
    swapped = base64.b64encode(struct.pack(">2f", 1.5, -2.5)).decode()
    model = make(Gateway(reply([_item(0, swapped)])))  # as the other order would look there
    assert model.embed_query("one") == [1.5, -2.5]
