"""The four ways of calling a model, written once for the tests that cover each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from langchain_cometapi import CometAPIError
from tests.support import amerge, answer, chunk, completion, merge, stream

if TYPE_CHECKING:
    from langchain_cometapi._client.sdk import httpx
    from tests.support import Gateway

STREAM_WAYS = ("stream", "astream")
WAYS = ("invoke", "ainvoke", *STREAM_WAYS)

all_ways = pytest.mark.parametrize("way", WAYS)
stream_ways = pytest.mark.parametrize("way", STREAM_WAYS)


async def ask(model: Any, way: str, **kwargs: Any) -> Any:
    """Call a model; return its message, or the sum of its chunks."""
    match way:
        case "invoke":
            return model.invoke("Hi", **kwargs)
        case "ainvoke":
            return await model.ainvoke("Hi", **kwargs)
        case "stream":
            return merge(model.stream("Hi", **kwargs))
        case _:
            return await amerge(model.astream("Hi", **kwargs))


async def fail(gateway: Gateway, way: str = "invoke", **fields: Any) -> CometAPIError:
    """Call a model of a gateway; return the error that is raised."""
    with pytest.raises(CometAPIError) as caught:
        await ask(gateway.model(**fields), way)
    return caught.value


def say_hello(request: httpx.Request) -> httpx.Response:
    """Respond "Hello" to a request, as a stream if it asks for one."""
    if b'"stream":true' in request.content:
        return stream(chunk("Hello"), chunk(finish_reason="stop"))
    return answer(completion())
