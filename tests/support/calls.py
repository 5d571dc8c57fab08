"""The four ways of calling a model, and the two of embedding."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from langchain_core.messages import AIMessageChunk

from langchain_cometapi.exceptions import CometAPIError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

    from langchain_cometapi import CometAPIEmbeddings
    from tests.support.gateway import Gateway

SYNC = ("invoke", "stream")
ASYNC = ("ainvoke", "astream")
WAYS = (*SYNC, *ASYNC)

EMBEDDING_WAYS = ("sync", "async")

all_ways = pytest.mark.parametrize("way", WAYS)
"""Runs a test with each `way` of calling a model."""


def ask_sync(model: Any, way: str, prompt: Any = "Hi", /, **kwargs: Any) -> Any:
    """Return the output of `invoke`, or the merged chunks of `stream`."""
    if way == "invoke":
        return model.invoke(prompt, **kwargs)
    return _merge_output(list(model.stream(prompt, **kwargs)))


async def ask(model: Any, way: str, prompt: Any = "Hi", /, **kwargs: Any) -> Any:
    """Return the output of a call in any of the four ways; chunks of a stream are merged."""
    if way in SYNC:
        return ask_sync(model, way, prompt, **kwargs)
    if way == "ainvoke":
        return await model.ainvoke(prompt, **kwargs)
    return _merge_output([chunk async for chunk in model.astream(prompt, **kwargs)])


async def ask_raw(structured: Any, way: str, prompt: Any = "Hi", /, **kwargs: Any) -> Any:
    """Return what a model with `include_raw` gives; chunks of a stream are merged."""
    if way == "stream":
        return merge(structured.stream(prompt, **kwargs))
    if way == "astream":
        return await amerge(structured.astream(prompt, **kwargs))
    return await ask(structured, way, prompt, **kwargs)


async def ask_and_fail(gateway: Gateway, way: str = "invoke", **fields: Any) -> CometAPIError:
    """Call a model of a gateway; return the error that is raised."""
    with pytest.raises(CometAPIError) as caught:
        await ask(gateway.model(**fields), way)
    return caught.value


def _merge_output(chunks: list[Any]) -> Any:
    """Return the sum of messages or texts, else the last chunk: that of a parser is the fullest."""
    if isinstance(chunks[-1], (AIMessageChunk, str)):
        return merge(chunks)
    return chunks[-1]


def merge(chunks: Iterable[Any]) -> Any:
    """Add up the chunks of a stream."""
    merged = None
    for part in chunks:
        merged = part if merged is None else merged + part
    return merged


async def amerge(chunks: AsyncIterator[Any]) -> Any:
    """Add up the chunks of an asynchronous stream."""
    return merge([part async for part in chunks])


async def embed_documents(
    model: CometAPIEmbeddings, way: str, texts: Any, /, **kwargs: Any
) -> list[list[float]]:
    """Return the vectors of documents, embedded by a synchronous or an asynchronous call."""
    if way == "sync":
        return model.embed_documents(texts, **kwargs)
    return await model.aembed_documents(texts, **kwargs)


async def embed_query(
    model: CometAPIEmbeddings, way: str, text: Any, /, **kwargs: Any
) -> list[float]:
    """Return the vector of a query, embedded by a synchronous or an asynchronous call."""
    if way == "sync":
        return model.embed_query(text, **kwargs)
    return await model.aembed_query(text, **kwargs)
