"""Key, isolation, copies, runs and closing of `ChatCometAPIGoogle`."""

from __future__ import annotations

import asyncio
import copy
import logging
import pickle
import threading
from typing import TYPE_CHECKING, Any

import pytest
from google.genai.types import HttpOptions
from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.load import dumpd, dumps, load
from langchain_core.rate_limiters import BaseRateLimiter
from langchain_google_genai import ChatGoogleGenerativeAI

import langchain_cometapi
from langchain_cometapi import CostCallbackHandler
from langchain_cometapi._client.shared_clients import PLACEHOLDER_KEY
from langchain_cometapi.exceptions import (
    CometAPIBudgetExceededError,
    CometAPIInvalidKeyError,
)
from langchain_cometapi.native import ChatCometAPIGoogle
from tests.support import KEY, POISON, POISONED, Gateway, all_ways, answer, ask
from tests.unit_tests.native.gemini_gateway import (
    MODEL,
    USAGE,
    event,
    events,
    google_error,
    make,
    reply,
    streamed,
)

if TYPE_CHECKING:
    from langchain_cometapi._client.sdk import httpx

pytestmark = pytest.mark.native

HELLO = reply({"text": "Hel"}, {"text": "lo"})
BUSY = google_error(503, "Busy.", "UNAVAILABLE")
GOOGLES = {
    "GOOGLE_API_KEY": f"key-{POISON}",
    "GEMINI_API_KEY": f"key2-{POISON}",
    "GOOGLE_APPLICATION_CREDENTIALS": f"/{POISON}.json",
    "GOOGLE_CLOUD_PROJECT": f"project-{POISON}",
    "GOOGLE_CLOUD_LOCATION": f"location-{POISON}",
    "GOOGLE_CLOUD_AGENT_ENGINE_ID": POISON,
    "GOOGLE_GENAI_API_VERSION": f"v-{POISON}",
    "GOOGLE_GENAI_HTTP_CLIENT": POISON,
    "GOOGLE_GENAI_CLIENT_MODE": "replay",
    "GOOGLE_GENAI_REPLAYS_DIRECTORY": f"/{POISON}",
    "GOOGLE_GENAI_REPLAY_ID": POISON,
    "GOOGLE_GEMINI_BASE_URL": f"https://{POISON}.invalid",
    "GOOGLE_VERTEX_BASE_URL": f"https://{POISON}.invalid",
    "GOOGLE_API_USE_MTLS_ENDPOINT": "always",
    "GOOGLE_API_USE_CLIENT_CERTIFICATE": "true",
    "VERTEXAI_PROJECT": POISON,
    "VERTEXAI_LOCATION": POISON,
}


@pytest.mark.parametrize("vertex", ["true", "false"])
@all_ways
async def test_variables_of_google_are_not_read(
    way: str, vertex: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    switches = dict.fromkeys(("GOOGLE_GENAI_USE_VERTEXAI", "GOOGLE_GENAI_USE_ENTERPRISE"), vertex)
    for name, value in {**POISONED, **GOOGLES, **switches}.items():
        monkeypatch.setenv(name, value)
    gateway = Gateway(HELLO)
    model = make(gateway, location=None, google_api_key=None)
    assert (await ask(model, way)).text == "Hello"
    [request] = gateway.requests
    assert request.url.host == "api.cometapi.com"
    assert request.url.path.startswith("/v1beta/models/")
    assert request.headers["x-goog-api-key"] == KEY
    wire = f"{request.url} {request.headers.raw} {request.content!r}"
    assert POISON not in wire
    assert POISON not in f"{model!r}{dumps(model)}{caplog.text}"
    assert KEY not in caplog.text


def test_key_is_that_of_cometapi(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COMETAPI_KEY", raising=False)
    monkeypatch.setenv("GOOGLE_API_KEY", KEY)
    with pytest.raises(CometAPIInvalidKeyError, match="COMETAPI_KEY"):
        ChatCometAPIGoogle(model=MODEL)
    monkeypatch.setenv("COMETAPI_KEY", "sk-of-the-environment")
    gateway = Gateway(HELLO)
    make(gateway, api_key=None).invoke("Hi")
    assert gateway.requests[0].headers["x-goog-api-key"] == "sk-of-the-environment"


@all_ways
async def test_callable_key_is_asked_again_after_a_401(way: str) -> None:
    keys, sent = iter(["sk-expired", "sk-fresh"]), []

    def respond(request: httpx.Request) -> httpx.Response:
        sent.append(request.headers["x-goog-api-key"])
        refused = answer(google_error(401, "Expired.", "UNAUTHENTICATED"), 401)
        return refused if len(sent) == 1 else HELLO(request)

    await ask(make(Gateway(respond), api_key=lambda: next(keys)), way)
    assert sent == ["sk-expired", "sk-fresh"]


def test_no_key_in_what_may_be_stored_or_shown() -> None:
    model = make(Gateway(HELLO), default_headers={"x-secret": "header-secret"})
    bare = model.model_copy(update={"http_client": None, "http_async_client": None})
    options = HttpOptions(headers={"x-secret": "header-secret"})
    shown = [
        repr(model),
        str(model.model_dump()),
        dumps(bare),
        str(model._identifying_params),
        str(model._get_invocation_params(http_options=options)),
        str(model._get_invocation_params(http_options={"headers": {"x-secret": "header-secret"}})),
        repr(vars(model.root_client)),
    ]
    for text in shown:
        assert KEY not in text
    for text in shown[:-1]:
        assert "header-secret" not in text
        assert PLACEHOLDER_KEY not in text


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda m: m.model_copy(deep=True)])
def test_copy_has_the_settings_of_its_own(copied: Any) -> None:
    gateway = Gateway(HELLO)
    model = make(gateway, temperature=0.5)
    other = copied(model)
    assert other == model
    other.cometapi_api_base = "https://other.example/v1"
    for one in (model, other):
        one.invoke("Hi")
    hosts = [request.url.host for request in gateway.requests]
    assert hosts == ["api.cometapi.com", "other.example"]


@pytest.mark.filterwarnings("ignore:The function `load` is in beta")
def test_dump_and_pickle_are_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMETAPI_KEY", "sk-of-the-environment")
    model = ChatCometAPIGoogle(model=MODEL, thinking_level="low", api_key=KEY)
    loaded = load(
        dumpd(model),
        allowed_objects=[ChatCometAPIGoogle],
        valid_namespaces=["langchain_cometapi"],
        secrets_from_env=True,
    )
    assert (loaded.model, loaded.reasoning_effort) == (MODEL, "low")
    assert loaded.cometapi_api_key.get_secret_value() == "sk-of-the-environment"
    stored = pickle.dumps(ChatCometAPIGoogle(model=MODEL))
    assert b"sk-of-the-environment" not in stored
    assert pickle.loads(stored) == ChatCometAPIGoogle(model=MODEL)  # noqa: S301 - our own bytes


def test_what_middleware_looks_at_is_googles() -> None:
    model = make(Gateway(HELLO))
    assert isinstance(model, ChatGoogleGenerativeAI)
    assert model._llm_type == "chat-google-generative-ai"
    params: Any = model._get_ls_params()
    assert (params["ls_provider"], params["ls_gateway"]) == ("google_genai", "cometapi")
    assert params["ls_model_name"] == MODEL
    assert langchain_cometapi.ChatCometAPIGoogle is ChatCometAPIGoogle


def test_profile_is_that_of_googles_protocol() -> None:
    profile: Any = make(Gateway(HELLO)).profile
    wanted = ("video_inputs", "reasoning_output", "structured_output", "tool_calling")
    assert all(profile[name] for name in wanted)
    image: Any = make(Gateway(HELLO), "gemini-3.1-flash-image").profile
    assert image["image_outputs"]
    own: Any = {"max_input_tokens": 7}
    assert make(Gateway(HELLO), profile=own).profile == own
    assert make(Gateway(HELLO), "gemini-0-unknown").profile is None


def test_profile_follows_the_model() -> None:
    model = make(Gateway(HELLO))
    other = make(Gateway(HELLO), "gemini-3.1-flash-image")
    assert model.model_copy(update={"model": other.model}).profile == other.profile
    before = model.profile
    model.model = other.model
    assert model.profile == other.profile != before


def test_model_serves_several_event_loops_and_threads() -> None:
    gateway = Gateway(HELLO)
    model = make(gateway)

    def call() -> None:
        asyncio.run(ask(model, "ainvoke"))
        asyncio.run(ask(model, "astream"))
        model.invoke("Hi")

    threads = [threading.Thread(target=call) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    asyncio.run(model.aclose())
    model.close()
    call()
    assert len(gateway.requests) == 12


@streamed
async def test_stream_that_is_left_closes_its_response(way: str) -> None:
    response = events(event({"text": "Hel"}), event({"text": "lo"}, finish="STOP"))
    body: Any = response.stream
    model = make(Gateway(response))
    if way == "stream":
        chunks = model.stream("Hi")
        next(chunks)
        chunks.close()  # type: ignore[attr-defined]
    else:
        chunks_ = model.astream("Hi")
        await anext(chunks_)
        await chunks_.aclose()  # type: ignore[attr-defined]
    assert body.closed


# -- runs


@all_ways
async def test_budget_refuses_the_next_request(way: str) -> None:
    gateway = Gateway(HELLO)
    model = make(gateway)
    costs = CostCallbackHandler(max_tokens=40)
    await ask(model, way, config={"callbacks": [costs]})
    assert costs.models[MODEL].total_tokens == USAGE["totalTokenCount"]
    assert costs.models[MODEL].reasoning_tokens == USAGE["thoughtsTokenCount"]
    with pytest.raises(CometAPIBudgetExceededError):
        await ask(model, way, config={"callbacks": [costs]})
    assert len(gateway.requests) == 1


class Limiter(BaseRateLimiter):
    taken = 0

    def acquire(self, *, blocking: bool = True) -> bool:
        self.taken += 1
        return blocking

    async def aacquire(self, *, blocking: bool = True) -> bool:
        return self.acquire(blocking=blocking)


class Repeats(BaseCallbackHandler):
    def __init__(self) -> None:
        self.seen: list[str] = []

    def on_retry(self, retry_state: Any, **_: Any) -> None:
        self.seen.append(str(retry_state.outcome.exception()))


@all_ways
async def test_run_hears_of_each_repeat_and_the_limiter_counts_it(way: str) -> None:
    limiter = Limiter()
    gateway = Gateway(answer(BUSY, 503, retry_after_ms="1"), HELLO)
    repeats = Repeats()
    model = make(gateway, rate_limiter=limiter, max_retries=1)
    message = await ask(model, way, config={"callbacks": [repeats]})
    assert message.text == "Hello"
    assert len(gateway.requests) == 2
    [text] = repeats.seen
    assert "Busy" in text
    assert limiter.taken == 2
