"""`CometAPIEmbeddings`: texts to vectors, for every embedding model behind CometAPI."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Self, TypeVar, Unpack

from langchain_core.embeddings import Embeddings
from pydantic import ConfigDict, Field, model_validator
from typing_extensions import override

from langchain_cometapi._base.arguments import (
    refuse_misplaced,
    refuse_other_model,
    refuse_unknown,
    require_model,
)
from langchain_cometapi._base.batches import call_in_tasks, call_in_threads
from langchain_cometapi._base.connection import Connected
from langchain_cometapi._base.other_arguments import (
    UNUSED_BY_EMBEDDINGS,
    leave_out_unused,
    rename_headers,
)
from langchain_cometapi._base.retired_models import warn_if_retired
from langchain_cometapi._chat.request.parameter_types import check_parameters
from langchain_cometapi._embeddings.resource import AsyncEmbeddingsResource, EmbeddingsResource
from langchain_cometapi._embeddings.vectors import (
    Batch,
    Vector,
    add_position,
    check_texts,
    read_vectors,
    split_texts,
)
from langchain_cometapi._vendors.registry import Vendor, get_vendor
from langchain_cometapi.exceptions import (
    CometAPIError,
    CometAPIUnexpectedResponseError,
    CometAPIUnsentRequestError,
)

if TYPE_CHECKING:
    from langchain_cometapi._base.signatures import EmbeddingsArguments

V = TypeVar("V")

_ADVICE_FOR_BLANKS = "leave it out, set `skip_empty=True` for a vector of zeros"

MAX_TEXTS_PER_REQUEST = 2048
"""OpenAI's limit."""


class CometAPIEmbeddings(Connected, Embeddings):
    """Embedding model behind [CometAPI](https://www.cometapi.com).

    ```python
    from langchain_cometapi import CometAPIEmbeddings

    embeddings = CometAPIEmbeddings(model="text-embedding-3-small")
    vector = embeddings.embed_query("Why is the sky blue?")
    vectors = embeddings.embed_documents(["One text", "Another"])
    ```

    Texts are sent as they are, never as tokens, and no tokenizer is downloaded. Many texts are
    sent in batches, several at a time. The vectors come in the order of the texts, one for each
    and all of the same size, or an error is raised.
    """

    if TYPE_CHECKING:

        def __init__(self, **kwargs: Unpack[EmbeddingsArguments]) -> None: ...

    model_config = ConfigDict(populate_by_name=True)

    model: str = ""
    """Id of the model; required. `text-embedding-3-small` is one."""

    dimensions: int | None = Field(default=None, ge=1)
    """Numbers in a vector, of models that can shorten it, such as `text-embedding-3-large`."""

    chunk_size: int = Field(default=1000, ge=1, le=MAX_TEXTS_PER_REQUEST)
    """Most texts in one request; OpenAI takes 2,048. Long texts are sent in smaller batches.

    Unless it is set, requests to models that take fewer have as many as those take, such as 100 of
    Gemini's and 10 of Qwen's.
    """

    max_concurrency: int = Field(default=8, ge=1)
    """Most requests at the same time."""

    encoding_format: Literal["float", "base64"] | None = None
    """How vectors are encoded in the response: `"base64"` has a third of the bytes."""

    query_instruction: str = ""
    """A prefix of each query, for models that need one."""

    embed_instruction: str = ""
    """A prefix of each document, for models that need one."""

    skip_empty: bool = False
    """Whether empty and blank documents get a vector of zeros, and are not sent.

    By default one is an error, as a vector of zeros is equally far from everything. A blank query
    is an error in any case.
    """

    show_progress_bar: bool = False
    """Whether to show a bar while documents are embedded; needs `tqdm`."""

    openai_organization: str | None = Field(default=None, alias="organization")
    """Sent as the header `OpenAI-Organization`; no environment variable sets it."""

    model_kwargs: dict[str, Any] = Field(default_factory=dict)
    """Further fields of the request, such as `user`."""

    @model_validator(mode="before")
    @classmethod
    def _check_arguments(cls, values: dict[str, Any]) -> Any:
        require_model(values, "text-embedding-3-small")
        values = rename_headers(leave_out_unused(values, UNUSED_BY_EMBEDDINGS, cls.__name__))
        refuse_unknown(cls, values)
        refuse_misplaced(cls, values)
        return values

    @model_validator(mode="after")
    def validate_environment(self) -> Self:
        """Resolve key and base URL; builds no client. Warns of a retired model."""
        self._resolve_connection()
        if self.show_progress_bar:
            _tqdm()
        warn_if_retired(self.model)
        return self

    # -- requests -------------------------------------------------------------------------

    def _fields(self, kwargs: dict[str, Any]) -> dict[str, Any]:
        """Return the fields of a request, without its input.

        Raises:
            CometAPIUnsentRequestError: If the value of a field is wrong.
        """
        fields = {
            "dimensions": self.dimensions,
            "encoding_format": self.encoding_format,
            **self.model_kwargs,
            **kwargs,
            "model": kwargs.get("model") or self.model,
        }
        refuse_other_model(self.model_kwargs, fields.get("extra_body"))
        check_parameters(fields)
        return {name: value for name, value in fields.items() if value is not None}

    def _payload(self, batch: Batch, kwargs: dict[str, Any]) -> dict[str, Any]:
        return {**self._fields(kwargs), "input": batch.texts}

    @property
    def client(self) -> EmbeddingsResource:
        """The embeddings route, for synchronous calls."""
        return EmbeddingsResource(self._root_client())

    @property
    def async_client(self) -> AsyncEmbeddingsResource:
        """The embeddings route, for asynchronous calls."""
        return AsyncEmbeddingsResource(self._root_async_client())

    def _embed(self, batch: Batch, kwargs: dict[str, Any]) -> list[Vector]:
        payload = self._payload(batch, kwargs)
        response = self.client.post(payload)
        return read_vectors(response, batch, payload.get("dimensions"))

    async def _aembed(self, batch: Batch, kwargs: dict[str, Any]) -> list[Vector]:
        payload = self._payload(batch, kwargs)
        response = await self.async_client.post(payload)
        return read_vectors(response, batch, payload.get("dimensions"))

    # -- LangChain's methods --------------------------------------------------------------

    @override
    def embed_documents(
        self, texts: list[str], chunk_size: int | None = None, **kwargs: Any
    ) -> list[list[float]]:
        """Embed texts.

        Args:
            texts: The texts; an empty list makes no request.
            chunk_size: Most texts in one request, instead of the field of this name.
            **kwargs: Further fields of the request.

        Returns:
            A vector for each text, in their order.

        Raises:
            CometAPIUnsentRequestError: If a text is empty; its position is named.
            CometAPIError: If a request fails; `return_partial` holds the vectors so far. Other
                exceptions, for example of a callable key, have it too.
        """
        job = self._start(texts, chunk_size, kwargs)

        def embed(batch: Batch) -> None:
            if job.failure is not None:
                return
            try:
                job.store(batch, self._embed(batch, kwargs))
            except Exception as error:  # noqa: BLE001 - raised by `job.result()`
                job.fail(batch, error)

        with job.bar:
            # Requests that run when another fails are paid for: their vectors are kept.
            call_in_threads(embed, job.batches, limit=self.max_concurrency)
        return job.result()

    @override
    async def aembed_documents(
        self, texts: list[str], chunk_size: int | None = None, **kwargs: Any
    ) -> list[list[float]]:
        """Embed texts without blocking the event loop; see `embed_documents`."""
        job = self._start(texts, chunk_size, kwargs)

        async def embed(batch: Batch) -> None:
            if job.failure is not None:
                return
            try:
                job.store(batch, await self._aembed(batch, kwargs))
            except Exception as error:  # noqa: BLE001 - raised by `job.result()`
                job.fail(batch, error)

        with job.bar:
            await call_in_tasks(embed, job.batches, limit=self.max_concurrency)
        return job.result()

    @override
    def embed_query(self, text: str, **kwargs: Any) -> list[float]:
        """Embed a query.

        Args:
            text: The query.
            **kwargs: Further fields of the request.

        Raises:
            CometAPIUnsentRequestError: If it is empty.
            CometAPIError: If the request fails.
        """
        check_texts([text])
        return self._embed(Batch(0, [self.query_instruction + text]), kwargs)[0]

    @override
    async def aembed_query(self, text: str, **kwargs: Any) -> list[float]:
        """Embed a query without blocking the event loop; see `embed_query`."""
        check_texts([text])
        return (await self._aembed(Batch(0, [self.query_instruction + text]), kwargs))[0]

    def _start(self, texts: list[str], chunk_size: int | None, kwargs: dict[str, Any]) -> _Job:
        check_texts(texts, None if self.skip_empty else _ADVICE_FOR_BLANKS)
        if chunk_size is not None and not 1 <= chunk_size <= MAX_TEXTS_PER_REQUEST:
            msg = f"`chunk_size` is {chunk_size}; it must be from 1 to {MAX_TEXTS_PER_REQUEST}."
            raise CometAPIUnsentRequestError(msg)
        vendor = get_vendor(self._fields(kwargs)["model"])  # checked before any request
        blanks = _find_blanks(texts) if self.skip_empty else frozenset()
        dimensions = kwargs.get("dimensions") or self.dimensions
        if blanks and len(blanks) == len(texts) and not dimensions:
            msg = "All texts are blank: set `dimensions` for the size of their vectors."
            raise CometAPIUnsentRequestError(msg)
        sent = [self.embed_instruction + t for place, t in enumerate(texts) if place not in blanks]
        batches = [*split_texts(sent, self._limit_batches(chunk_size, vendor))]
        bar = _tqdm()(total=len(sent), unit="text") if self.show_progress_bar else None
        return _Job(batches, [None] * len(sent), vendor, bar or _NoBar(), blanks, dimensions or 0)

    def _limit_batches(self, chunk_size: int | None, vendor: Vendor) -> int:
        """Return the highest number of texts in one request: the user's, else the model's limit."""
        if chunk_size is None and vendor.max_texts and "chunk_size" not in self.model_fields_set:
            return min(self.chunk_size, vendor.max_texts)
        return chunk_size or self.chunk_size


def _find_blanks(texts: list[str]) -> frozenset[int]:
    return frozenset(place for place, text in enumerate(texts) if not text.strip())


@dataclass
class _Job:
    """The batches of one call, the vectors so far, and the first failure.

    Positions are those among the texts that are sent, without the blanks.
    """

    batches: list[Batch]
    vectors: list[Vector | None]
    vendor: Vendor
    bar: Any
    blanks: frozenset[int] = frozenset()
    dimensions: int = 0
    size: int = 0
    failure: Exception | None = None
    failed_batch: Batch = field(default_factory=lambda: Batch(0, []))
    lock: threading.Lock = field(default_factory=threading.Lock)

    def store(self, batch: Batch, vectors: list[Vector]) -> None:
        """Keep the vectors of a batch.

        Raises:
            CometAPIUnexpectedResponseError: If they have another size than those before.
        """
        size = len(vectors[0])
        with self.lock:
            self.size = self.size or size
            if size != self.size:
                msg = f"One response has vectors of {self.size} numbers, another of {size}."
                raise CometAPIUnexpectedResponseError(msg)
            self.vectors[batch.start : batch.end] = vectors
            self.bar.update(len(vectors))

    def fail(self, batch: Batch, error: Exception) -> None:
        """Keep the first failure."""
        with self.lock:
            if self.failure is None:
                self.failed_batch, self.failure = batch, error

    def result(self) -> list[Vector]:
        """Return the vectors, or raise the failure with those that were embedded."""
        if self.failure is None:
            size = self.size or self.dimensions
            vectors = [vector for vector in self.vectors if vector is not None]
            return self._insert_blanks(vectors, lambda: [0.0] * size)
        error = self.failure
        if isinstance(error, CometAPIError):
            error = add_position(error, self.failed_batch, self.vectors, self.vendor)
            if self.blanks:
                error.message += " Blank texts are not counted in these positions."
                error.args = (error.message,)
        error.return_partial = self._insert_blanks(self.vectors, lambda: None)  # type: ignore[attr-defined]
        raise error

    def _insert_blanks(self, vectors: list[V], create: Callable[[], V]) -> list[V]:
        """Return vectors, with others in the places of the blank texts."""
        if not self.blanks:
            return vectors
        rest = iter(vectors)
        places = range(len(vectors) + len(self.blanks))
        return [create() if place in self.blanks else next(rest) for place in places]


class _NoBar(nullcontext[None]):
    """The progress bar of a model that shows none."""

    def update(self, number: int) -> None:
        """Do nothing."""


def _tqdm() -> Any:
    try:
        from tqdm.auto import tqdm  # type: ignore[import-untyped]
    except ImportError:
        msg = "`show_progress_bar=True` needs the package `tqdm`: pip install tqdm"
        raise ImportError(msg) from None
    return tqdm
