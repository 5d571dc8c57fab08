"""Parameters of embeddings that no host reads."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from langchain_cometapi import CometAPIUnsentRequestError
from tests.support import Gateway, embed_documents, embed_query
from tests.unit_tests.models.embeddings_gateway import MODEL, each_way, embed, make

WRONG: list[tuple[str, Any, str]] = [
    ("dimensions", "many", "is a str; expected a whole number"),
    ("dimensions", np.int64(2), "is a int64, .* Pass a whole number, as an `int`"),
    ("dimensions", math.nan, "is nan, which JSON does not have"),
    ("user", 5, "is a int; expected a text"),
    ("custom", math.nan, "is nan, which JSON does not have"),
    ("custom", [Decimal(1)], r"\[0\] is a Decimal, which JSON does not have"),
    ("custom", {"a": {1}}, r"\['a'\] is a set, which JSON does not have"),
    ("extra_body", {"custom": math.inf}, ""),
]


@each_way
@pytest.mark.parametrize(("name", "value", "words"), WRONG)
async def test_parameter_that_no_host_reads_is_refused(
    way: str, name: str, value: Any, words: str
) -> None:
    gateway = Gateway(embed)
    words = f"`{name}` ?{words}" if words else "`custom` of `extra_body` is inf"
    with pytest.raises(CometAPIUnsentRequestError, match=words):
        await embed_documents(make(gateway), way, ["a"], **{name: value})
    with pytest.raises(CometAPIUnsentRequestError, match=words):
        await embed_query(make(gateway), way, "a", **{name: value})
    if name != "dimensions":
        with pytest.raises(CometAPIUnsentRequestError, match=words):
            await embed_documents(make(gateway, model_kwargs={name: value}), way, ["a"])
    assert gateway.requests == []


@each_way
@pytest.mark.parametrize("model_id", [None, "text-embedding-3-large"])
async def test_model_of_a_call_is_asked(way: str, model_id: str | None) -> None:
    gateway = Gateway(embed)
    await embed_documents(make(gateway), way, ["a"], model=model_id)
    await embed_query(make(gateway), way, "a", model=model_id)
    assert [body["model"] for body in gateway.bodies] == [model_id or MODEL] * 2
