"""One of two classes on a gateway without a socket, and the table of what is tried with both.

A probe is run with a class of langchain-openai and with ours, and returns in a few words what it
saw.
"""

from __future__ import annotations

import json
import os
import warnings
from collections.abc import Callable
from contextlib import contextmanager
from functools import reduce
from operator import add
from typing import TYPE_CHECKING, Any, NamedTuple
from unittest import mock

from langchain_openai import ChatOpenAI, OpenAI, OpenAIEmbeddings
from pydantic import BaseModel, ValidationError

from langchain_cometapi import ChatCometAPI, CometAPIEmbeddings, CometAPILLM
from langchain_cometapi._client.sdk import httpx

if TYPE_CHECKING:
    from collections.abc import Iterator

BASE_URL = "https://gateway.example/v1"
PAIRS = {
    "chat": (ChatOpenAI, ChatCometAPI),
    "embeddings": (OpenAIEmbeddings, CometAPIEmbeddings),
    "text": (OpenAI, CometAPILLM),
}
_MODELS = {"chat": "gpt-5.4-mini", "embeddings": "text-embedding-3-small", "text": "gpt-4o-mini"}
USAGE = {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5}


_SHORT = 40
"""Characters of a first sentence that need the second one to be understood."""


class City(BaseModel):
    """A city."""

    name: str


def completion(message: dict[str, Any] | None = None, **fields: Any) -> dict[str, Any]:
    """Return a completion."""
    message = {"role": "assistant", "content": "Hello", **(message or {})}
    choice = {"index": 0, "message": message, "finish_reason": "stop", "text": "Hello"}
    head = {"id": "c1", "object": "chat.completion", "created": 1, "model": "served"}
    return {**head, "choices": [choice], "usage": USAGE, **fields}


def chunk(delta: dict[str, Any], finish_reason: str | None = None) -> dict[str, Any]:
    """Return a chunk of a stream."""
    choice = {"index": 0, "delta": delta, "finish_reason": finish_reason}
    head = {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "served"}
    return {**head, "choices": [choice]}


class Side:
    """One of the two classes, with a gateway that answers its requests."""

    def __init__(self, cls: type[Any], kind: str) -> None:
        """Take the class, and the kind of model it is."""
        self.cls = cls
        self.kind = kind
        self.requests: list[httpx.Request] = []
        self.warnings: list[str] = []

    @property
    def body(self) -> dict[str, Any]:
        """The body of the last request."""
        body: dict[str, Any] = json.loads(self.requests[-1].content)
        return body

    def make(self, answer: Any = None, status: int = 200, **fields: Any) -> Any:
        """Return a model of the class.

        Args:
            answer: What the gateway sends: a JSON object, or a list of chunks.
            status: Its status.
            **fields: Arguments; `None` leaves one of the usual out.
        """

        def respond(request: httpx.Request) -> httpx.Response:
            self.requests.append(request)
            if isinstance(answer, list):
                events = [f"data: {json.dumps(each)}\n\n" for each in answer]
                headers = {"content-type": "text/event-stream", "x-cometapi-request-id": "r1"}
                return httpx.Response(
                    status, headers=headers, text="".join(events) + "data: [DONE]\n\n"
                )
            headers = {"x-cometapi-request-id": "r1", "retry-after-ms": "1"}
            return httpx.Response(status, headers=headers, json=answer or self._usual(request))

        usual: dict[str, Any] = {
            "model": _MODELS[self.kind],
            "api_key": "sk-1",
            "base_url": BASE_URL,
            "max_retries": 0,
            "http_client": httpx.Client(transport=httpx.MockTransport(respond)),
            "http_async_client": httpx.AsyncClient(transport=httpx.MockTransport(respond)),
        }
        if "http_socket_options" in self.cls.model_fields:
            usual["http_socket_options"] = ()  # else ChatOpenAI opens a socket to see which it has
        if self.cls is OpenAIEmbeddings:
            usual["check_embedding_ctx_length"] = False  # else it downloads a vocabulary
        fields = {**usual, **fields}
        with self.watch():
            return self.cls(**{k: v for k, v in fields.items() if v is not None or k not in usual})

    @staticmethod
    def _usual(request: httpx.Request) -> dict[str, Any]:
        if request.url.path.endswith("/responses"):
            part = {"type": "output_text", "text": "Hello", "annotations": []}
            item = {"type": "message", "id": "m1", "role": "assistant", "content": [part]}
            head = {"id": "r1", "object": "response", "created_at": 1, "model": "served"}
            return {**head, "status": "completed", "output": [{**item, "status": "completed"}]}
        if not request.url.path.endswith("/embeddings"):
            return completion()
        texts = json.loads(request.content)["input"]
        data = [{"index": i, "embedding": [float(i), 1.0]} for i in range(len(texts))]
        return {"data": data, "model": "served", "usage": {"prompt_tokens": 1, "total_tokens": 1}}

    @contextmanager
    def watch(self) -> Iterator[None]:
        """Record the warnings of a block that are meant for users."""
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            yield
        told = (warning.message for warning in caught)
        self.warnings += [str(message) for message in told if isinstance(message, UserWarning)]

    def ask(self, answer: Any = None, prompt: Any = "Hi", **fields: Any) -> Any:
        """Return what a model answers."""
        model = self.make(answer, **fields)
        with self.watch():
            if isinstance(answer, list):
                return reduce(add, model.stream(prompt))
            return model.invoke(prompt)


Probe = Callable[[Side], str]


class Difference(NamedTuple):
    """One row of the page."""

    kind: str
    section: str
    what: str
    probe: Probe


DIFFERENCES: list[Difference] = []
"""The table; the modules beside this one fill it."""

MAKING = "Construction"


def difference(kind: str, section: str, what: str) -> Callable[[Probe], Probe]:
    """Add a probe to the table."""

    def register(probe: Probe) -> Probe:
        DIFFERENCES.append(Difference(kind, section, what, probe))
        return probe

    return register


def run(probe: Probe, cls: type[Any], kind: str) -> str:
    """Return what a probe says of a class; an error is a result, too."""
    cleared = {name: "" for name in os.environ if name.startswith(("OPENAI_", "COMET"))}
    with mock.patch.dict(os.environ):
        for name in cleared:
            del os.environ[name]
        try:
            return probe(Side(cls, kind))
        except Exception as error:  # noqa: BLE001 - any of them is what the table is about
            return describe_error(error)


def describe_error(error: BaseException) -> str:
    """Return the class of an error, and the first sentence of a constructor's."""
    name = f"error: `{type(error).__name__}`"
    if not isinstance(error, ValidationError):
        return name
    said = error.errors()[0]["msg"].removeprefix("Value error, ").rstrip(".")
    first, _, rest = said.partition(". ")
    if len(first) < _SHORT and rest:
        first += f". {rest.partition('. ')[0]}"
    return f"{name}: {first}"


class DownloadError(Exception):
    """A vocabulary would be downloaded."""


@contextmanager
def refuse_downloads() -> Iterator[None]:
    """Raise `DownloadError` where tiktoken would download a vocabulary."""

    def refuse(*_: Any, **__: Any) -> Any:
        raise DownloadError

    with (
        mock.patch.multiple("tiktoken", get_encoding=refuse, encoding_for_model=refuse),
        mock.patch.dict("tiktoken.registry.ENCODINGS", clear=True),
        mock.patch.dict("os.environ", TIKTOKEN_CACHE_DIR=""),  # what is on this machine
    ):
        yield
