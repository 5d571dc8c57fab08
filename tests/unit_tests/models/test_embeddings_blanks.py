"""Blank texts: an error that names one, or with `skip_empty` vectors of zeros."""

from __future__ import annotations

from typing import Any

import pytest

from langchain_cometapi import CometAPIInvalidRequestError, CometAPIUnsentRequestError
from tests.support import Gateway, embed_documents, embed_query
from tests.unit_tests.models.embeddings_gateway import each_way, embed, make, vector

TEXTS = ["", "one", " \n", "two", "three", "\t"]
ZEROS = [0.0, 0.0, 0.0]


@each_way
@pytest.mark.parametrize("chunk_size", [1, 2, 100])
async def test_skipped_texts_get_zeros_and_are_not_sent(way: str, chunk_size: int) -> None:
    gateway, instruction = Gateway(embed), "doc: "
    model = make(gateway, skip_empty=True, chunk_size=chunk_size, embed_instruction=instruction)
    vectors = await embed_documents(model, way, TEXTS)
    sent = [instruction + text for text in ("one", "two", "three")]
    assert sorted(text for body in gateway.bodies for text in body["input"]) == sorted(sent)
    one, two, three = map(vector, sent)
    assert vectors == [ZEROS, one, ZEROS, two, three, ZEROS]
    assert vectors[0] is not vectors[2]


@each_way
async def test_advice_of_the_error_for_a_blank_text_works(way: str) -> None:
    gateway = Gateway(embed)
    with pytest.raises(
        CometAPIUnsentRequestError, match=r"Text 1 is .*blank.*set `skip_empty=True`"
    ):
        await embed_documents(make(gateway), way, ["one", " "])
    assert gateway.requests == []
    vectors = await embed_documents(make(gateway, skip_empty=True), way, ["one", " "])
    assert vectors == [vector("one"), ZEROS]


def test_blank_texts_alone_need_dimensions() -> None:
    gateway = Gateway(embed)
    with pytest.raises(CometAPIUnsentRequestError, match="set `dimensions`"):
        make(gateway, skip_empty=True).embed_documents(["", " "])
    sized = make(gateway, skip_empty=True, dimensions=2)
    assert sized.embed_documents(["", " "]) == [[0.0, 0.0]] * 2
    assert sized.embed_documents([""], dimensions=1) == [[0.0]]
    assert make(gateway, skip_empty=True).embed_documents([]) == []
    assert gateway.requests == []


@each_way
async def test_blank_query_is_an_error_all_the_same(way: str) -> None:
    with pytest.raises(ValueError, match="blank") as raised:
        await embed_query(make(Gateway(embed), skip_empty=True), way, " ")
    assert "skip_empty" not in str(raised.value)


@each_way
async def test_failure_keeps_the_places_of_all_texts(way: str) -> None:
    gateway = Gateway(embed)
    model = make(gateway, skip_empty=True, chunk_size=1, max_concurrency=1)
    with pytest.raises(CometAPIInvalidRequestError, match="Blank texts are not counted") as raised:
        await embed_documents(model, way, ["", "one", "fail: no", " "])
    assert raised.value.return_partial == [None, vector("one"), None, None]
    assert "It is about text 1 of 2." in str(raised.value)


def test_text_that_cannot_be_sent_is_named_by_its_own_place() -> None:
    texts: list[Any] = ["", " ", 3]
    with pytest.raises(CometAPIUnsentRequestError, match="Text 2 is a int"):
        make(Gateway(embed), skip_empty=True).embed_documents(texts)
