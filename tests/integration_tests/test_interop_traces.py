"""What traces show of a call: those of OpenTelemetry, of OpenInference and of LangChain itself.

`make test_interop` runs this; the table of `docs/tracing.md` is written down here, and holds.
"""

from __future__ import annotations

import asyncio
import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from langchain.agents import create_agent

from langchain_cometapi import (
    ChatCometAPI,
    CometAPIEmbeddings,
    CometAPIError,
    CometAPILLM,
    CometAPIRateLimitError,
    CometAPIStreamTruncatedError,
)
from langchain_cometapi.emulator import CometAPIEmulator, Reply
from tests.integration_tests.raw_host import Host
from tests.integration_tests.routes import BUSY, answer_with
from tests.integration_tests.test_readme import ROOT, examples, run
from tests.integration_tests.tracers import PLACES, TRACERS, TRUTH, look_up, make_table
from tests.support import (
    Gateway,
    all_ways,
    answer,
    ask,
    chunk,
    completion,
    get_weather,
    raw,
    respond,
    sse,
    stream,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from langchain_cometapi._client.sdk import httpx
    from tests.integration_tests.test_readme import Example

pytestmark = pytest.mark.interop

PAGE = ROOT / "docs" / "tracing.md"
MODELS = {"chat": "deepseek-v4-pro", "responses": "gpt-6-astra"}


@pytest.fixture(params=TRACERS)
def tool(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def tracer(tool: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A tracer that records all it can: texts, too."""
    monkeypatch.setenv("OTEL_SEMCONV_STABILITY_OPT_IN", "gen_ai_latest_experimental")
    monkeypatch.setenv("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT", "SPAN_ONLY")
    started = TRACERS[tool]()
    yield started
    started.close()


def call(asked: Any, way: str, tracer: Any, prompt: Any = "Hi", /, **kwargs: Any) -> Any:
    config = {"callbacks": tracer.callbacks or None}
    return asyncio.run(ask(asked, way, prompt, config=config, **kwargs))


# -- what they show -------------------------------------------------------------------------------


def serve(request: httpx.Request) -> httpx.Response:
    """Answer with all the facts, on either route."""
    details = {"cached_tokens": TRUTH["cache reads"], "cache_write_tokens": TRUTH["cache writes"]}
    reasoning = {"reasoning_tokens": TRUTH["reasoning tokens"]}
    total = {"total_tokens": 1510, "cost": TRUTH["cost"]}
    identity: dict[str, Any] = {"id": TRUTH["response id"], "model": TRUTH["served model"]}
    if request.url.path.endswith("/responses"):
        item = {
            "type": "message",
            "id": "msg_1",
            "role": "assistant",
            "status": "completed",
            "content": [{"type": "output_text", "text": TRUTH["text"], "annotations": []}],
        }
        usage = {
            "input_tokens": TRUTH["input tokens"],
            "input_tokens_details": details,
            "output_tokens": TRUTH["output tokens"],
            "output_tokens_details": reasoning,
            **total,
        }
        response = respond(request, item, usage=usage, **identity)
    else:
        usage = {
            "prompt_tokens": TRUTH["input tokens"],
            "prompt_tokens_details": details,
            "completion_tokens": TRUTH["output tokens"],
            "completion_tokens_details": reasoning,
            **total,
        }
        if b'"stream":true' in request.content:
            end = chunk(choices=[], usage=usage, **identity)
            pieces = [chunk(text, **identity) for text in ("Hello ", "there")]
            response = stream(*pieces, chunk(finish_reason="stop", **identity), end)
        else:
            response = answer(completion(TRUTH["text"], usage=usage, **identity))
    response.headers["x-cometapi-request-id"] = TRUTH["request id"]
    return response


def check_facts(shown: dict[str, Any], tool: str, model: str) -> None:
    """Compare all that is shown; a fact without a place must be nowhere."""
    everything = json.dumps(shown)
    for fact, value in {**TRUTH, "requested model": model}.items():
        place = PLACES[tool].get(fact)
        if place is None:
            assert str(value) not in everything, fact
        else:
            assert look_up(shown, place) == value, (fact, place)


@all_ways
@pytest.mark.parametrize("route", MODELS)
def test_trace_shows_what_the_page_says(tool: str, tracer: Any, route: str, way: str) -> None:
    model = MODELS[route]
    call(Gateway(serve).model(model), way, tracer)
    (shown,) = tracer.read()
    check_facts(shown, tool, model)


@all_ways
@pytest.mark.parametrize("tool", ["OpenInference", "LangChain"])
def test_trace_of_an_llm_shows_the_same(tool: str, tracer: Any, way: str) -> None:
    model = MODELS["chat"]
    call(Gateway(serve).make(CometAPILLM, model=model), way, tracer)
    (shown,) = tracer.read()
    places = {
        fact: place for fact, place in PLACES[tool].items() if "response_metadata" not in place
    }
    assert {fact: look_up(shown, place) for fact, place in places.items()} == {
        fact: {**TRUTH, "requested model": model}[fact] for fact in places
    }
    for fact in ("served model", "response id", "request id", "cost"):
        assert str(TRUTH[fact]) in json.dumps(shown), fact


@pytest.mark.parametrize("tool", ["OpenTelemetry"])
def test_opentelemetry_has_no_span_of_an_llm(tracer: Any) -> None:
    """When this fails, the page can say more."""
    call(Gateway(serve).make(CometAPILLM, model=MODELS["chat"]), "invoke", tracer)
    assert tracer.read() == []


@all_ways
@pytest.mark.parametrize("bound", [False, True])
def test_requested_model_is_that_of_the_call(tool: str, tracer: Any, way: str, bound: bool) -> None:
    gateway = Gateway(serve)
    model: Any = gateway.model("gpt-5.4-mini")
    if bound:
        call(model.bind(model="kimi-k3"), way, tracer)
    else:
        call(model, way, tracer, model="kimi-k3")
    assert gateway.bodies[0]["model"] == "kimi-k3"
    (shown,) = tracer.read()
    assert look_up(shown, PLACES[tool]["requested model"]) == "kimi-k3"
    assert "gpt-5.4-mini" not in json.dumps({**shown, "serialized": None})


# -- errors ---------------------------------------------------------------------------------------


def find_error(shown: dict[str, Any]) -> str:
    """Return the message of an error, after a look at the status."""
    if "status" not in shown or "error" in shown:
        return str(shown["error"])
    assert shown["status"]["code"] == "ERROR"
    named = [shown.get("error.type"), *(e.get("exception.type") for e in shown["events"])]
    assert any(str(name).startswith("langchain_cometapi.exceptions.") for name in named)
    return str(shown["status"]["message"])


@all_ways
@pytest.mark.parametrize("route", MODELS)
def test_error_is_shown_with_status_and_request_id(tracer: Any, route: str, way: str) -> None:
    body = {"error": {"message": "slow down", "type": "rate_limit_error", "code": None}}
    refused = answer(body, 429, x_cometapi_request_id="traced-request-1")
    with pytest.raises(CometAPIRateLimitError) as caught:
        call(Gateway(refused).model(MODELS[route]), way, tracer)
    (shown,) = tracer.read()
    message = find_error(shown)
    assert str(caught.value) in message
    for part in ("HTTP 429", "slow down", "traced-request-1"):
        assert part in message


@pytest.mark.parametrize("way", ["stream", "astream"])
def test_cut_stream_is_shown_as_an_error(tracer: Any, way: str) -> None:
    cut = raw(sse(chunk("Hello "), done=False), content_type="text/event-stream")
    with pytest.raises(CometAPIStreamTruncatedError) as caught:
        call(Gateway(cut).model(MODELS["chat"]), way, tracer)
    (shown,) = tracer.read()
    assert str(caught.value) in find_error(shown)


# -- secrets --------------------------------------------------------------------------------------

MCP_SECRETS = {"mcp_token", "mcp_header"}
SECRETS = {
    name: f"secret-{name}-0123456789"
    for name in ("key", "header", "query", "proxy", "call_header", "call_query", *MCP_SECRETS)
}


def check_nothing_secret(tracer: Any) -> None:
    shown = tracer.read()
    assert shown
    everything = json.dumps(shown)
    assert [name for name, secret in SECRETS.items() if secret in everything] == []


@all_ways
@pytest.mark.parametrize("route", MODELS)
@pytest.mark.parametrize("refused", [False, True])
def test_trace_has_nothing_secret(tracer: Any, route: str, way: str, refused: bool) -> None:
    def handle(request: httpx.Request) -> httpx.Response:
        if not refused:
            return serve(request)
        quoted = f"no: {request.headers} {request.url} {SECRETS['key']}"
        return answer({"error": {"message": quoted}}, 401)

    gateway = Gateway(handle)
    model = gateway.model(
        MODELS[route],
        api_key=SECRETS["key"],
        default_headers={"X-Gateway-Token": SECRETS["header"]},
        default_query={"token": SECRETS["query"]},
    )
    options: dict[str, Any] = {
        "extra_headers": {"X-Tenant": SECRETS["call_header"]},
        "extra_query": {"tenant": SECRETS["call_query"]},
    }
    if route == "responses":
        options["tools"] = [
            {
                "type": "mcp",
                "server_label": "files",
                "server_url": "https://mcp.example/sse",
                "authorization": SECRETS["mcp_token"],
                "headers": {"X-Token": SECRETS["mcp_header"]},
            }
        ]
    for bound in (model, model.bind(**options)):
        try:
            call(bound, way, tracer, **({} if bound is not model else options))
        except CometAPIError:
            assert refused
    sent = str([(r.url, r.headers.multi_items(), r.content) for r in gateway.requests])
    expected = SECRETS.keys() - {"proxy"} - (MCP_SECRETS if route == "chat" else set())
    assert {name for name in SECRETS if SECRETS[name] in sent} == expected
    check_nothing_secret(tracer)


@all_ways
@pytest.mark.parametrize("refused", [False, True])
@pytest.mark.parametrize("kind", [ChatCometAPI, CometAPILLM])
def test_trace_has_no_password_of_a_proxy(
    tool: str, tracer: Any, way: str, refused: bool, kind: Any
) -> None:
    def fail(line: Any) -> None:
        while line.receive() is not None:
            line.send(BUSY)

    with Host(fail if refused else answer_with("through the proxy")) as proxy:
        model = kind(
            model=MODELS["chat"],
            api_key=SECRETS["key"],
            base_url="http://gateway.example/v1",
            openai_proxy=f"http://user:{SECRETS['proxy']}@127.0.0.1:{proxy.port}",
            max_retries=0,
        )
        try:
            call(model, way, tracer)
        except CometAPIError:
            assert refused
        assert proxy.requests[0].line.startswith("POST http://gateway.example/")
    if (tool, kind) != ("OpenTelemetry", CometAPILLM):
        check_nothing_secret(tracer)


# -- agents and embeddings ------------------------------------------------------------------------


def kind_of(shown: dict[str, Any]) -> str:
    """Return what a span or a run stands for, in one word for all tools."""
    kind: str = (
        shown.get("gen_ai.operation.name")
        or shown.get("openinference.span.kind")
        or shown["run_type"]
    )
    return {"chat": "llm", "execute_tool": "tool"}.get(kind, kind.lower())


@all_ways
def test_calls_of_an_agent_are_one_trace(tracer: Any, way: str) -> None:
    with CometAPIEmulator() as emulator:
        model = ChatCometAPI(
            model="claude-sonnet-5-5", base_url=emulator.base_url, api_key=emulator.api_key
        )
        agent = create_agent(model, [get_weather], name="forecaster")
        steps = [Reply(tool_calls=[{"name": "get_weather", "args": {"city": "Oslo"}}]), "Rain."]
        with emulator.script(steps):
            call(agent, way, tracer, {"messages": [("user", "Is it dry in Oslo?")]})
    shown = tracer.read()
    assert len({one["trace"] for one in shown}) == 1
    kinds = [kind_of(one) for one in shown]
    assert (kinds.count("llm"), kinds.count("tool")) == (2, 1)
    everything = json.dumps(shown)
    assert "forecaster" in everything
    called = next(one for one in shown if kind_of(one) == "tool")
    assert "get_weather" in json.dumps(called)
    assert "Oslo" in json.dumps(called)


@pytest.mark.parametrize("way", ["sync", "async"])
def test_embeddings_have_no_trace_of_their_own(tracer: Any, way: str) -> None:
    """LangChain has no callbacks for them. When this fails, the page can say more."""
    with CometAPIEmulator() as emulator:
        embeddings = CometAPIEmbeddings(
            model="text-embedding-3-small", base_url=emulator.base_url, api_key=emulator.api_key
        )
        if way == "sync":
            embeddings.embed_documents(["a", "b"])
        else:
            asyncio.run(embeddings.aembed_documents(["a", "b"]))
    assert tracer.read() == []


# -- docs/tracing.md ------------------------------------------------------------------------------


def test_table_of_the_page_is_the_one_that_holds() -> None:
    assert make_table() in PAGE.read_text(encoding="utf-8"), make_table()


EXAMPLES = [
    example
    for example in examples(PAGE, PAGE.read_text(encoding="utf-8"))
    if example.note.startswith("skip: ")
]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_example_of_the_page_runs(example: Example, monkeypatch: pytest.MonkeyPatch) -> None:
    with CometAPIEmulator() as emulator:
        monkeypatch.setenv("COMETAPI_KEY", emulator.api_key)
        monkeypatch.setenv("COMETAPI_BASE_URL", emulator.base_url)
        monkeypatch.delenv("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT", raising=False)
        try:
            printed = run(example.code, example.name)
        finally:
            uninstrument(example.code)
    assert re.sub(r"0x[0-9a-f]+", "0x", printed) == (example.output or "")


def uninstrument(code: str) -> None:
    """Take back the instrumentation of an example."""
    for line in code.splitlines():
        if line.startswith("from") and line.endswith(" import LangChainInstrumentor"):
            namespace: dict[str, Any] = {}
            exec(line, namespace)  # noqa: S102 - our own page
            namespace["LangChainInstrumentor"]().uninstrument()
