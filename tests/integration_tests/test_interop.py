"""What people put around the HTTP library works around a model: mocks, cassettes, traces, proxies.

The tools are in two environments of their own, one for each major version of the SDK:
`make test_interop`. `ChatOpenAI` on the library's own clients shows that a test is right.
"""

from __future__ import annotations

import asyncio
import inspect
import json
from contextlib import closing
from contextvars import copy_context
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest
from langchain_openai import ChatOpenAI

from langchain_cometapi import ChatCometAPI, CometAPIEmbeddings, CometAPILLM
from langchain_cometapi._client.sdk import httpx
from langchain_cometapi._credentials import API_KEY_VARIABLES, BASE_URL_VARIABLES
from tests.integration_tests.callers import ASYNC, MODEL, WAYS, aask, ask
from tests.integration_tests.raw_host import Host, reply
from tests.integration_tests.routes import BUSY, answer_with
from tests.integration_tests.test_readme import ROOT, examples
from tests.support import chunk, completion, sse

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator
    from pathlib import Path

    from tests.integration_tests.raw_host import Line
    from tests.integration_tests.test_readme import Example

pytestmark = pytest.mark.interop

KEY = "sk-interop-0123456789"
PATH = "/v1/chat/completions"
ON_3 = httpx.__name__ == "httpx2"
MOCKS = ("httpx2_mock",) if ON_3 else ("httpx_mock", "respx_mock")
BLOCKED = "CannotOverwriteExistingCassetteException"
MOCK_ERRORS = {"TimeoutException", "AllMockedAssertionError"}  # of the former two, of respx
CLIENT_LIBRARIES = ("httpx2", "httpx") if ON_3 else ("httpx",)  # of which the SDK takes clients


class Call:
    """Asks models in one of the four ways, always on one event loop: connections outlive a call."""

    def __init__(self, way: str) -> None:
        self.streamed = "stream" in way
        self._way = way
        self._runner = asyncio.Runner()
        self.close = self._runner.close

    def run(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
        return self._runner.run(coroutine, context=copy_context())

    def __call__(self, model: Any) -> str:
        """Return the text of the answer."""
        if self._way in ASYNC:
            text: str = self.run(aask(model, self._way))
            return text
        return ask(model, self._way)


@pytest.fixture(params=WAYS)
def call(request: pytest.FixtureRequest) -> Iterator[Call]:
    with closing(Call(request.param)) as made:
        yield made


@pytest.fixture
def host() -> Iterator[Host]:
    with Host(answer_with("from the host")) as running:
        yield running


Build: TypeAlias = "Callable[..., ChatCometAPI | ChatOpenAI]"


KINDS = (ChatCometAPI, ChatOpenAI)


def make_over_aiohttp(**options: Any) -> ChatCometAPI:
    return ChatCometAPI(http_transport="aiohttp", **options)


@pytest.fixture(params=KINDS)
def build(request: pytest.FixtureRequest, call: Call) -> Iterator[Build]:
    """Make models for a host, on connections that are closed after the test."""
    client, aclient = httpx.Client(), httpx.AsyncClient()
    own = {"http_client": client, "http_async_client": aclient}
    models: list[ChatCometAPI | ChatOpenAI] = []

    def build(host: Host, **options: Any) -> ChatCometAPI | ChatOpenAI:
        settings = {"model": MODEL, "api_key": KEY, "base_url": f"{host.url}/v1", "max_retries": 0}
        if request.param is ChatOpenAI:
            settings.update(own)
        model: ChatCometAPI | ChatOpenAI = request.param(**{**settings, **options})
        models.append(model)
        return model

    yield build
    for model in models:
        if isinstance(model, ChatCometAPI):
            call.run(model.aclose())
    client.close()
    call.run(aclient.aclose())


@pytest.fixture
def model(build: Build, host: Host) -> ChatCometAPI | ChatOpenAI:
    return build(host)


def fail(call: Callable[[Any], object], model: Any) -> list[str]:
    """Return the names of the exception of a call and of those that led to it."""
    with pytest.raises(Exception) as caught:  # noqa: PT011 - which one is the test's to say
        call(model)
    error: BaseException | None = caught.value
    names = []
    while error is not None:
        names.append(type(error).__name__)
        error = error.__cause__ or error.__context__
    return names


# -- vcrpy ------------------------------------------------------------------------------------


with_aiohttp = pytest.mark.parametrize("build", [*KINDS, make_over_aiohttp], indirect=True)


@with_aiohttp
def test_vcr_records_and_replays(tmp_path: Path, host: Host, model: Any, call: Call) -> None:
    import vcr  # type: ignore[import-untyped]

    path = tmp_path / "cassette.yaml"
    with vcr.use_cassette(path, filter_headers=["authorization"]) as cassette:
        assert call(model) == "from the host"
    assert len(cassette) == len(host.requests) == 1
    assert KEY not in path.read_text()
    with vcr.use_cassette(path, record_mode="none") as cassette:
        assert call(model) == "from the host"
        assert cassette.play_count == 1
    assert len(host.requests) == 1


@with_aiohttp
def test_vcr_without_a_recording_lets_nothing_through(
    tmp_path: Path, host: Host, model: Any, call: Call
) -> None:
    import vcr

    assert call(model) == "from the host"  # a connection that is open already is no way around
    with vcr.use_cassette(tmp_path / "empty.yaml", record_mode="none"):
        assert BLOCKED in fail(call, model)
    assert len(host.requests) == 1
    assert call(model) == "from the host"  # nor does it stay closed


@pytest.mark.parametrize("kind", [CometAPILLM, CometAPIEmbeddings])
def test_vcr_without_a_recording_lets_nothing_of_other_models_through(
    kind: Any, tmp_path: Path, host: Host
) -> None:
    import vcr

    model = kind(model=MODEL, api_key=KEY, base_url=f"{host.url}/v1", max_retries=0)
    send, asend = (
        (model.invoke, model.ainvoke)
        if kind is CometAPILLM
        else (model.embed_query, model.aembed_query)
    )
    with vcr.use_cassette(tmp_path / "empty.yaml", record_mode="none"):
        assert BLOCKED in fail(send, "Hi")
        assert BLOCKED in fail(lambda text: asyncio.run(asend(text)), "Hi")
    assert host.accepted == 0


# -- mocks: httpx2-pytest, pytest-httpx, respx --------------------------------------------------


@pytest.fixture(params=MOCKS)
def start_mock(request: pytest.FixtureRequest) -> Callable[[], Any]:
    """Put a mock in place, later than other fixtures would."""

    def start() -> Any:
        if request.param != "respx_mock":  # that has no need of it
            mark = getattr(pytest.mark, request.param)
            request.node.add_marker(mark(assert_all_requests_were_expected=False))
        return request.getfixturevalue(request.param)

    return start


def make_body(text: str, *, streamed: bool) -> tuple[str, bytes]:
    """Return the content type and the body of a response."""
    if streamed:
        return "text/event-stream", sse(chunk(text, "stop"))
    return "application/json", json.dumps(completion(text)).encode()


def mock_response(mock: Any, url: str, *, streamed: bool) -> Callable[[], list[Any]]:
    """Have requests to a URL answered, and return what tells which there were."""
    content_type, body = make_body("from the mock", streamed=streamed)
    headers = {"content-type": content_type}
    if hasattr(mock, "add_response"):
        mock.add_response(url=url, method="POST", headers=headers, content=body)
        return mock.get_requests  # type: ignore[no-any-return]
    mock.post(url).mock(return_value=httpx.Response(200, headers=headers, content=body))
    return lambda: [made.request for made in mock.calls]


def test_mock_with_a_response_answers(
    start_mock: Callable[[], Any], host: Host, model: Any, call: Call
) -> None:
    assert call(model) == "from the host"
    requests = mock_response(start_mock(), f"{host.url}{PATH}", streamed=call.streamed)
    assert call(model) == "from the mock"
    assert len(host.requests) == 1
    (request,) = requests()
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert b'"Hi"' in request.content


def test_mock_without_a_response_lets_nothing_through(
    start_mock: Callable[[], Any], host: Host, model: Any, call: Call
) -> None:
    assert call(model) == "from the host"
    start_mock()
    assert MOCK_ERRORS & {*fail(call, model)}
    assert len(host.requests) == 1


@pytest.mark.parametrize("library", CLIENT_LIBRARIES)
def test_mock_transport_of_the_user_answers(
    library: str,
    build: Build,
    host: Host,
    call: Call,
) -> None:
    theirs = import_module(library)
    content_type, body = make_body("from the transport", streamed=call.streamed)
    requests = []

    def handle(request: Any) -> Any:
        requests.append(request)
        return theirs.Response(200, headers={"content-type": content_type}, content=body)

    transport = theirs.MockTransport(handle)
    with theirs.Client(transport=transport) as client:
        aclient = theirs.AsyncClient(transport=transport)
        model = build(host, http_client=client, http_async_client=aclient)
        assert call(model) == "from the transport"
        call.run(aclient.aclose())
    (request,) = requests
    assert (request.method, str(request.url)) == ("POST", f"{host.url}{PATH}")
    assert host.accepted == 0


# -- OpenTelemetry ------------------------------------------------------------------------------


class Traces:
    """The spans of a test."""

    def __init__(self) -> None:
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import SimpleSpanProcessor
        from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

        self._exporter: Any = InMemorySpanExporter()
        self.provider = TracerProvider()
        self.provider.add_span_processor(SimpleSpanProcessor(self._exporter))

    def read(self) -> list[tuple[str, int | None]]:
        """Return the ids and the status of each request's span, after a look at what it holds."""
        read = []
        for span in self._exporter.get_finished_spans():
            if span.kind.name == "CLIENT":
                assert KEY not in span.to_json()
                assert span.attributes["http.request.header.authorization"] == ("[REDACTED]",)
                assert span.attributes["server.address"] == "127.0.0.1"
                assert span.attributes["http.request.method"] == "POST"
                assert span.attributes["url.full"].endswith(PATH)
                ids = f"{span.context.trace_id:032x}-{span.context.span_id:016x}"
                read.append((ids, span.attributes.get("http.response.status_code")))
        return read


@pytest.fixture
def traces(monkeypatch: pytest.MonkeyPatch) -> Iterator[Traces]:
    from opentelemetry.instrumentation import httpx as instrumentation

    monkeypatch.setenv("OTEL_SEMCONV_STABILITY_OPT_IN", "http")
    monkeypatch.setenv("OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_CLIENT_REQUEST", ".*")
    monkeypatch.setenv("OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_SANITIZE_FIELDS", "authorization")
    name = "HTTPX2ClientInstrumentor" if ON_3 else "HTTPXClientInstrumentor"
    instrumentor = getattr(instrumentation, name)()
    found = Traces()
    instrumentor.instrument(tracer_provider=found.provider)
    yield found
    instrumentor.uninstrument()


def sent_ids(host: Host) -> list[str]:
    """Return the ids of the spans that the requests name as theirs."""
    return [request.headers["traceparent"][3:-3] for request in host.requests]


def test_opentelemetry_has_one_span_per_request(
    request: pytest.FixtureRequest, host: Host, model: Any, call: Call
) -> None:
    assert call(model) == "from the host"
    traces = request.getfixturevalue("traces")
    host.requests.clear()
    for _ in range(2):  # by the transport that was there before
        assert call(model) == "from the host"
    assert traces.read() == [(ids, 200) for ids in sent_ids(host)]
    assert len({*sent_ids(host)}) == 2


def test_opentelemetry_spans_belong_to_the_span_of_the_caller(
    traces: Traces, host: Host, model: Any, call: Call
) -> None:
    with traces.provider.get_tracer("caller").start_as_current_span("caller") as caller:
        assert call(model) == "from the host"
    ((ids, _),) = traces.read()
    assert sent_ids(host) == [ids]
    assert ids.startswith(f"{caller.get_span_context().trace_id:032x}-")


def test_opentelemetry_has_a_span_for_each_try(traces: Traces, build: Build, call: Call) -> None:
    busy = [BUSY]

    def answer(line: Line) -> None:
        while (request := line.receive()) is not None:
            line.send(busy.pop() if busy else reply(request, "at last"))

    with Host(answer) as host:
        assert call(build(host, max_retries=1)) == "at last"
        first, second = sent_ids(host)
    assert traces.read() == [(first, 500), (second, 200)]


def test_opentelemetry_has_a_span_for_a_failed_connection(
    traces: Traces, build: Build, call: Call
) -> None:
    with Host(answer_with("never")) as gone:
        pass
    assert "ConnectError" in fail(call, build(gone))
    ((_, status),) = traces.read()
    assert status is None


# -- docs/interop.md ----------------------------------------------------------------------------

PAGE = ROOT / "docs" / "interop.md"
EXAMPLES = [
    example
    for example in examples(PAGE, PAGE.read_text(encoding="utf-8"))
    if example.note and f"openai {2 if ON_3 else 3}" not in example.note
]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_example_of_the_page_runs(
    example: Example,
    host: Host,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in (*API_KEY_VARIABLES, *BASE_URL_VARIABLES):
        monkeypatch.delenv(name, raising=False)
    if "def test_" not in example.code:
        monkeypatch.setenv("COMETAPI_KEY", KEY)
        monkeypatch.setenv("COMETAPI_BASE_URL", f"{host.url}/v1")
    namespace: dict[str, Any] = {"__name__": "example"}
    exec(compile(example.code, example.name, "exec"), namespace)  # noqa: S102 - our own page
    if test := namespace.get("test_greeting"):
        test(*map(request.getfixturevalue, inspect.signature(test).parameters))
    else:
        assert len(host.requests) == 1
    if instrumentor := namespace.get("HTTPX2ClientInstrumentor"):
        instrumentor().uninstrument()
        assert "traceparent" in host.requests[0].headers
