from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support import Gateway, answer, chunk, completion, stream

if TYPE_CHECKING:
    from langchain_cometapi._client.sdk import httpx


@pytest.fixture
def gateway() -> Gateway:
    """Return a gateway that says `Hello`, whole or as a stream."""

    def respond(request: httpx.Request) -> httpx.Response:
        if b'"stream":true' in request.content:
            return stream(chunk("Hello"), chunk(finish_reason="stop"))
        return answer(completion())

    return Gateway(respond)
