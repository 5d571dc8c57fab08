"""What the tests of `CometAPILLM` share: a gateway that echoes, and observers of a call."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.rate_limiters import BaseRateLimiter

from langchain_cometapi import CometAPILLM
from tests.support import (
    USAGE_CHUNK,
    Gateway,
    answer,
    chunk,
    completion,
    respond,
    stream,
    text_item,
)

if TYPE_CHECKING:
    from langchain_cometapi._client.sdk import httpx


MODEL = "gpt-5.4-mini"
SECRET = "sk-very-secret-4711"


def echo(request: httpx.Request) -> httpx.Response:
    """Return the text of the last message and "!"; a prompt "fail" fails."""
    body = json.loads(request.content)
    text = f"{body.get('messages', body.get('input'))[-1]['content']}!"
    if text == "fail!":
        return answer({"error": {"message": "no", "code": "bad"}}, 400)
    if request.url.path.endswith("/responses"):
        return respond(request, text_item(text))
    if body.get("stream"):
        return stream(chunk(text[:1]), chunk(text[1:]), chunk(finish_reason="stop"), USAGE_CHUNK)
    return answer(completion(text))


def make(gateway: Gateway, **kwargs: Any) -> CometAPILLM:
    return gateway.make(CometAPILLM, **{"model": MODEL, **kwargs})


class Recorder(BaseCallbackHandler):
    """Records the events that a tracer gets."""

    run_inline = True

    def __init__(self) -> None:
        self.starts: list[tuple[str, dict[str, Any]]] = []
        self.chat_starts = 0
        self.tokens: list[str] = []
        self.ends: list[Any] = []
        self.errors: list[BaseException] = []

    def on_llm_start(self, serialized: Any, prompts: list[str], **kwargs: Any) -> None:
        self.starts.append((prompts[0], kwargs))

    def on_chat_model_start(self, *_: Any, **__: Any) -> None:
        self.chat_starts += 1

    def on_llm_new_token(self, token: Any, **_: Any) -> None:
        self.tokens.append(token)

    def on_llm_end(self, response: Any, **_: Any) -> None:
        self.ends.append(response)

    def on_llm_error(self, error: BaseException, **_: Any) -> None:
        self.errors.append(error)


class Turns(BaseRateLimiter):
    """Counts the turns that were taken."""

    def __init__(self) -> None:
        self.taken = 0

    def acquire(self, *, blocking: bool = True) -> bool:
        assert blocking
        self.taken += 1
        return True

    async def aacquire(self, *, blocking: bool = True) -> bool:
        return self.acquire(blocking=blocking)
