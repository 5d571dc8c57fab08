"""Headers of the user's that would say how long a request is."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support import Gateway, amerge, answer, completion, merge


async def _call(way: str, model: Any, **kwargs: Any) -> None:
    match way:
        case "invoke":
            model.invoke("Hi", **kwargs)
        case "stream":
            merge(model.stream("Hi", **kwargs))
        case "ainvoke":
            await model.ainvoke("Hi", **kwargs)
        case _:
            await amerge(model.astream("Hi", **kwargs))


@pytest.mark.parametrize("way", ["invoke", "stream", "ainvoke", "astream"])
@pytest.mark.parametrize("name", ["Transfer-Encoding", "content-length"])
@pytest.mark.parametrize("where", ["default_headers", "extra_headers"])
async def test_header_for_the_length_of_a_request_is_refused(
    name: str, where: str, way: str
) -> None:
    gateway = Gateway(answer(completion()))
    headers: dict[str, Any] = {where: {name: "3"}}
    model = gateway.model(**headers if where == "default_headers" else {})
    with pytest.raises(ValueError, match=f"Leave the header `{name}` out"):
        await _call(way, model, **headers if where == "extra_headers" else {})
    assert gateway.requests == []
