"""`CometAPIEmbeddings`: texts to vectors, for every embedding model behind CometAPI."""

from __future__ import annotations

import asyncio
from concurrent.futures import as_completed
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Self

from langchain_core.embeddings import Embeddings
from langchain_core.runnables.config import ContextThreadPoolExecutor
from pydantic import ConfigDict, Field, model_validator
from typing_extensions import override

from langchain_cometapi._arguments import refuse_unknown, require_model
from langchain_cometapi._base import Connected
from langchain_cometapi._embeddings import resource as _wire
from langchain_cometapi._embeddings.vectors import (
    Batch,
    Vector,
    blame,
    check_texts,
    make_batches,
    read_vectors,
)
from langchain_cometapi._vendors.registry import get_vendor
from langchain_cometapi.exceptions import CometAPIError, CometAPIUnexpectedResponseError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from langchain_cometapi._vendors.registry import Vendor

MOST_TEXTS = 2048
"""Texts that OpenAI takes in one request."""


class CometAPIEmbeddings(Connected, Embeddings):
    """Embedding model behind [CometAPI](https://www.cometapi.com).

    ```python
    from langchain_cometapi import CometAPIEmbeddings

    embeddings = CometAPIEmbeddings(model="text-embedding-3-small")
    vector = embeddings.embed_query("Why is the sky blue?")
    vectors = embeddings.embed_documents(["One text", "Another"])
    ```

    Texts are sent as they are, never as tokens, and no tokenizer is downloaded. Many texts go in
    batches, several at a time. The vectors are in the order of the texts; that each has one, and
    that all have the same size, is checked.
    """

    model_config = ConfigDict(populate_by_name=True)

    model: str = ""
    """Id of the model; required. `text-embedding-3-small` is one."""

    dimensions: int | None = Field(default=None, ge=1)
    """Numbers in a vector, of models that can shorten it, such as `text-embedding-3-large`."""

    chunk_size: int = Field(default=1000, ge=1, le=MOST_TEXTS)
    """Most texts in one request; OpenAI takes 2,048. Long texts go in smaller batches."""

    max_concurrency: int = Field(default=8, ge=1)
    """Most requests at the same time."""

    encoding_format: Literal["float", "base64"] | None = None
    """How vectors travel, with equal results; `"base64"` is a third of the bytes."""

    query_instruction: str = ""
    """Text to put before each query, for models that want one."""

    embed_instruction: str = ""
    """Text to put before each document, for models that want one."""

    show_progress_bar: bool = False
    """Whether to show a bar while documents are embedded; needs `tqdm`."""

    model_kwargs: dict[str, Any] = Field(default_factory=dict)
    """Further fields of the request, such as `user`."""

    @model_validator(mode="before")
    @classmethod
    def _check_arguments(cls, values: dict[str, Any]) -> Any:
        require_model(values, "text-embedding-3-small")
        refuse_unknown(cls, values)
        return values

    @model_validator(mode="after")
    def validate_environment(self) -> Self:
        """Resolve key and base URL; builds no client."""
        self._resolve_connection()
        if self.show_progress_bar:
            _tqdm()
        return self

    # -- requests -------------------------------------------------------------------------

    def _payload(self, batch: Batch, kwargs: dict[str, Any]) -> dict[str, Any]:
        wanted = {
            "model": self.model,
            "dimensions": self.dimensions,
            "encoding_format": self.encoding_format,
            **self.model_kwargs,
            **kwargs,
            "input": batch.texts,
        }
        return {name: value for name, value in wanted.items() if value is not None}

    def _embed(self, batch: Batch, kwargs: dict[str, Any]) -> list[Vector]:
        payload = self._payload(batch, kwargs)
        answer = _wire.Embeddings(self._root_client()).create(**payload)
        return read_vectors(answer, batch, payload.get("dimensions"))

    async def _aembed(self, batch: Batch, kwargs: dict[str, Any]) -> list[Vector]:
        payload = self._payload(batch, kwargs)
        answer = await _wire.AsyncEmbeddings(self._root_async_client()).create(**payload)
        return read_vectors(answer, batch, payload.get("dimensions"))

    # -- LangChain's methods --------------------------------------------------------------

    @override
    def embed_documents(
        self, texts: list[str], chunk_size: int | None = None, **kwargs: Any
    ) -> list[list[float]]:
        """Embed texts.

        Args:
            texts: The texts; none makes no request.
            chunk_size: Most texts in one request, instead of the field's.
            **kwargs: Further fields of the request.

        Returns:
            A vector for each text, in their order.

        Raises:
            ValueError: If a text is empty; its position is named.
            CometAPIError: If a request fails; `return_partial` holds what was done. Whatever else
                is raised meanwhile, by a callable key for example, has it too.
        """
        job = self._start(texts, chunk_size, kwargs)
        with ContextThreadPoolExecutor(self.max_concurrency) as executor, job.bar:
            futures = {executor.submit(self._embed, b, kwargs): b for b in job.batches}
            try:
                for future in as_completed(futures):
                    if future.cancelled():
                        continue
                    try:
                        job.store(futures[future], future.result())
                    except Exception as error:  # noqa: BLE001 - raised with what was paid for
                        job.fail(futures[future], error)
                        _cancel(futures)  # what runs is paid for, and finishes
            finally:
                _cancel(futures)
        return job.result()

    @override
    async def aembed_documents(
        self, texts: list[str], chunk_size: int | None = None, **kwargs: Any
    ) -> list[list[float]]:
        """Embed texts without blocking the event loop; see `embed_documents`."""
        job = self._start(texts, chunk_size, kwargs)
        free = asyncio.Semaphore(self.max_concurrency)

        async def embed(batch: Batch) -> None:
            async with free:
                if job.failed:
                    return
                try:
                    job.store(batch, await self._aembed(batch, kwargs))
                except Exception as error:  # noqa: BLE001 - raised with what was paid for
                    job.fail(batch, error)

        with job.bar:
            tasks = [asyncio.ensure_future(embed(batch)) for batch in job.batches]
            try:
                await asyncio.gather(*tasks)
            finally:
                _cancel(tasks)
                await asyncio.gather(*tasks, return_exceptions=True)
        return job.result()

    @override
    def embed_query(self, text: str, **kwargs: Any) -> list[float]:
        """Embed a query.

        Args:
            text: The query.
            **kwargs: Further fields of the request.

        Raises:
            ValueError: If it is empty.
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
        check_texts(texts)
        if chunk_size is not None and not 1 <= chunk_size <= MOST_TEXTS:
            msg = f"`chunk_size` is {chunk_size}; it must be from 1 to {MOST_TEXTS}."
            raise ValueError(msg)
        vendor = get_vendor(kwargs.get("model") or self.model)
        told = (
            [self.embed_instruction + text for text in texts] if self.embed_instruction else texts
        )
        batches = [*make_batches(told, chunk_size or self.chunk_size, vendor)]
        bar = _tqdm()(total=len(texts), unit="text") if self.show_progress_bar else None
        return _Job(batches, [None] * len(texts), vendor, bar or _NoBar())


@dataclass
class _Job:
    """Texts on their way, the vectors so far, and the first failure."""

    batches: list[Batch]
    vectors: list[Vector | None]
    vendor: Vendor
    bar: Any
    size: int = 0
    failed: Exception | None = None
    blamed: Batch = field(default_factory=lambda: Batch(0, []))

    def store(self, batch: Batch, vectors: list[Vector]) -> None:
        self.size = self.size or len(vectors[0])
        if len(vectors[0]) != self.size:
            msg = f"One answer has vectors of {self.size} numbers, another of {len(vectors[0])}."
            raise CometAPIUnexpectedResponseError(msg)
        self.vectors[batch.start : batch.end] = vectors
        self.bar.update(len(vectors))

    def fail(self, batch: Batch, error: Exception) -> None:
        if self.failed is None:
            self.failed, self.blamed = error, batch

    def result(self) -> list[Vector]:
        if isinstance(self.failed, CometAPIError):
            raise blame(self.failed, self.blamed, self.vectors, self.vendor)
        if self.failed is not None:
            self.failed.return_partial = self.vectors  # type: ignore[attr-defined]
            raise self.failed
        return [vector for vector in self.vectors if vector is not None]


def _cancel(calls: Iterable[Any]) -> None:
    for call in calls:
        call.cancel()


class _NoBar(nullcontext[None]):
    """Stands where no progress bar is shown."""

    def update(self, number: int) -> None:
        """Show nothing."""


def _tqdm() -> Any:
    try:
        from tqdm.auto import tqdm  # type: ignore[import-untyped]
    except ImportError:
        msg = "`show_progress_bar=True` needs the package `tqdm`: pip install tqdm"
        raise ImportError(msg) from None
    return tqdm
