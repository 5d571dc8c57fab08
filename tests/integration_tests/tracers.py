"""Tracers that people put around models, and where each of them shows what."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from unittest.mock import MagicMock

from langchain_core.tracers import LangChainTracer
from langsmith import Client

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Spans:
    """An instrumentation of OpenTelemetry, and the spans it makes."""

    def __init__(self, instrumentor: Any) -> None:
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import SimpleSpanProcessor
        from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

        self._exporter: Any = InMemorySpanExporter()
        self._instrumentor = instrumentor
        self.callbacks: list[Any] = []
        provider = TracerProvider()
        provider.add_span_processor(SimpleSpanProcessor(self._exporter))
        instrumentor.instrument(tracer_provider=provider)

    def read(self) -> list[dict[str, Any]]:
        """Return name, attributes, status and events of each span."""
        spans = []
        for span in self._exporter.get_finished_spans():
            status = {"code": span.status.status_code.name, "message": span.status.description}
            events = [{"name": event.name, **(event.attributes or {})} for event in span.events]
            described = {"span_name": span.name, "status": status, "events": events}
            spans.append({**(span.attributes or {}), **described, "trace": span.context.trace_id})
        return spans

    def close(self) -> None:
        self._instrumentor.uninstrument()


class Runs:
    """LangChain's own tracer, and what it sends to LangSmith."""

    def __init__(self) -> None:
        self._session = MagicMock()
        self._session.request.return_value = MagicMock(status_code=200, text="{}")
        client = Client(
            api_url="http://langsmith.invalid",
            api_key="lsv2-test",
            session=self._session,
            auto_batch_tracing=False,
            info={},
        )
        self.callbacks: list[Any] = [LangChainTracer(client=client)]

    def read(self) -> list[dict[str, Any]]:
        """Return each run, with all that was sent of it."""
        runs: dict[str, dict[str, Any]] = {}
        for call in self._session.request.call_args_list:
            sent = json.loads(call.kwargs["data"])
            runs.setdefault(sent["id"], {}).update(sent)
        return [{**run, "trace": run["trace_id"]} for run in runs.values()]

    def close(self) -> None:
        pass


def start_opentelemetry() -> Spans:
    from opentelemetry.instrumentation.genai.langchain import LangChainInstrumentor

    return Spans(LangChainInstrumentor())


def start_openinference() -> Spans:
    from openinference.instrumentation.langchain import LangChainInstrumentor

    return Spans(LangChainInstrumentor())


TRACERS: dict[str, Callable[[], Any]] = {
    "OpenTelemetry": start_opentelemetry,
    "OpenInference": start_openinference,
    "LangChain": Runs,
}


# -- what they show

TRUTH: dict[str, Any] = {
    "provider": "cometapi",
    "requested model": "",  # that of the test
    "served model": "served-model-2026-11-01",
    "input tokens": 1203,
    "output tokens": 307,
    "cache reads": 1001,
    "cache writes": 111,
    "reasoning tokens": 211,
    "finish reason": "stop",
    "response id": "traced-response-1",
    "request id": "traced-request-1",
    "cost": 0.0012345,
    "text": "Hello there",
}

_METADATA = "response_metadata."
_OPENTELEMETRY = {
    "provider": "gen_ai.provider.name",
    "requested model": "gen_ai.request.model",
    "served model": "gen_ai.response.model",
    "input tokens": "gen_ai.usage.input_tokens",
    "output tokens": "gen_ai.usage.output_tokens",
    "cache reads": "gen_ai.usage.cache_read.input_tokens",
    "cache writes": "gen_ai.usage.cache_write.input_tokens",
    "reasoning tokens": "gen_ai.usage.reasoning.output_tokens",
    "finish reason": "gen_ai.response.finish_reasons",
    "response id": "gen_ai.response.id",
    "text": "gen_ai.output.messages: content",
}
_OPENINFERENCE = {
    "provider": "llm.provider",
    "requested model": "llm.invocation_parameters: model",
    "served model": f"output.value: {_METADATA}model_name",
    "input tokens": "llm.token_count.prompt",
    "output tokens": "llm.token_count.completion",
    "cache reads": "llm.token_count.prompt_details.cache_read",
    "cache writes": "output.value: usage_metadata.input_token_details.cache_creation",
    "reasoning tokens": "llm.token_count.completion_details.reasoning",
    "finish reason": "llm.finish_reason",
    "response id": f"output.value: {_METADATA}id",
    "request id": f"output.value: {_METADATA}request_id",
    "cost": f"output.value: {_METADATA}cost",
    "text": "output.value: text",
}
_USAGE = "extra: metadata.usage_metadata."
_LANGCHAIN = {
    "provider": "extra: metadata.ls_provider",
    "requested model": "extra: metadata.ls_model_name",
    "served model": f"outputs: {_METADATA}model_name",
    "input tokens": f"{_USAGE}input_tokens",
    "output tokens": f"{_USAGE}output_tokens",
    "cache reads": f"{_USAGE}input_token_details.cache_read",
    "cache writes": f"{_USAGE}input_token_details.cache_creation",
    "reasoning tokens": f"{_USAGE}output_token_details.reasoning",
    "finish reason": f"outputs: {_METADATA}finish_reason",
    "response id": f"outputs: {_METADATA}id",
    "request id": f"outputs: {_METADATA}request_id",
    "cost": f"outputs: {_METADATA}cost",
    "text": "outputs: text",
}
PLACES = {
    "OpenTelemetry": _OPENTELEMETRY,
    "OpenInference": _OPENINFERENCE,
    "LangChain": _LANGCHAIN,
}
"""Where each fact is: an attribute, and where that is JSON, a path in it, at any depth."""


def find(value: Any, path: list[str]) -> Iterator[Any]:
    """Yield what is at a path in JSON, wherever it begins."""
    if isinstance(value, list):
        for item in value:
            yield from find(item, path)
    if not isinstance(value, dict):
        return
    found: Any = value
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    if found is not None:
        yield found
    for item in value.values():
        yield from find(item, path)


def look_up(shown: dict[str, Any], place: str) -> Any:
    """Return what a span or a run has at a place; nothing if it is not there."""
    attribute, _, path = place.partition(": ")
    value = shown.get(attribute)
    if path:
        value = json.loads(value) if isinstance(value, str) else value
        value = next(find(value, path.split(".")), None)
    return value[0] if isinstance(value, tuple) and len(value) == 1 else value


def make_table() -> str:
    """Return the table of the page."""
    rows = [
        ["", *PLACES],
        ["---"] * (len(PLACES) + 1),
        *(
            [fact, *(f"`{places[fact]}`" if fact in places else "" for places in PLACES.values())]
            for fact in TRUTH
        ),
    ]
    return "\n".join(f"| {' | '.join(row)} |".replace("|  |", "| |") for row in rows)
