"""`on_retry`: each time that a request is sent again is an event of its run."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from langchain_core.callbacks import AsyncCallbackHandler, BaseCallbackHandler
from langchain_core.tracers.run_collector import RunCollectorCallbackHandler

from langchain_cometapi import (
    ChatCometAPI,
    CometAPIAuthenticationError,
    CometAPIConnectionError,
    CometAPIError,
    CometAPIInvalidRequestError,
    CometAPILLM,
    CometAPIOverloadedError,
    CometAPIRateLimitError,
    CometAPIServerError,
    CometAPITimeoutError,
)
from langchain_cometapi._client.retry_events import current_events
from langchain_cometapi._client.sdk import httpx
from tests.support import (
    ASYNC,
    KEY,
    SYNC,
    Answer,
    Gateway,
    all_ways,
    answer,
    ask,
    ask_sync,
    recorded,
    say_hello,
)

if TYPE_CHECKING:
    from tenacity import RetryCallState

pytestmark = pytest.mark.usefixtures("_each_route", "waits")


class Listener(BaseCallbackHandler):
    """Keeps what it is told of retries."""

    def __init__(self) -> None:
        self.states: list[RetryCallState] = []
        self.runs: list[Any] = []
        self.started: list[Any] = []

    def on_chat_model_start(self, *_: Any, run_id: Any, **__: Any) -> None:
        self.started.append(run_id)

    on_llm_start = on_chat_model_start

    def on_retry(self, retry_state: RetryCallState, *, run_id: Any, **_: Any) -> None:
        self.states.append(retry_state)
        self.runs.append(run_id)

    @property
    def errors(self) -> list[Any]:
        """Why the attempts have failed."""
        return [state.outcome and state.outcome.exception() for state in self.states]


class AsyncListener(AsyncCallbackHandler):
    """An asynchronous listener."""

    def __init__(self) -> None:
        self.states: list[RetryCallState] = []

    async def on_retry(self, retry_state: RetryCallState, **_: Any) -> None:
        await asyncio.sleep(0)
        self.states.append(retry_state)


async def _listen(way: str, *answers: Answer, **fields: Any) -> tuple[Listener, Gateway]:
    """Return what heard the retries of a call, and the gateway."""
    listener, gateway = Listener(), Gateway(*answers)
    await ask(gateway.model(**fields), way, config={"callbacks": [listener]})
    return listener, gateway


BUSY = answer({}, 503)
FAILURES: dict[str, tuple[Answer, type[CometAPIError]]] = {
    "connection": (httpx.ConnectError("refused"), CometAPIConnectionError),
    "broken": (httpx.RemoteProtocolError("disconnected"), CometAPIConnectionError),
    "timeout": (httpx.ReadTimeout("timed out"), CometAPITimeoutError),
    "429": (answer({"error": {"message": "slow"}}, 429), CometAPIRateLimitError),
    "503": (recorded("chat/error_503_busy.json", 503), CometAPIOverloadedError),
}


@all_ways
@pytest.mark.parametrize("name", FAILURES)
async def test_each_repeat_is_an_event_before_its_wait(
    name: str, way: str, waits: list[float]
) -> None:
    failure, kind = FAILURES[name]
    listener, gateway = await _listen(way, failure, failure, say_hello, max_retries=2)
    assert len(gateway.requests) == 3
    assert [state.attempt_number for state in listener.states] == [1, 2]
    assert [type(error) for error in listener.errors] == [kind, kind]
    assert {error.model for error in listener.errors} == {gateway.default_model}
    assert all(error.url and "cometapi" in error.url for error in listener.errors)
    planned = [state.upcoming_sleep for state in listener.states]
    assert planned == pytest.approx(waits)
    assert all(seconds > 0 for seconds in planned)
    assert [s.next_action and s.next_action.sleep for s in listener.states] == planned
    assert [s.idle_for for s in listener.states] == pytest.approx([waits[0], sum(waits)])
    assert listener.runs == listener.started * 2
    said = f"{listener.errors} {listener.states} {[vars(e) for e in listener.errors]}"
    assert KEY not in said


@all_ways
@pytest.mark.parametrize(
    ("failure", "requests"), [(BUSY, 2), (recorded("chat/error_500_invalid.json", 500), 1)]
)
async def test_failure_without_a_repeat_is_an_error_and_no_event(
    failure: Answer, requests: int, way: str
) -> None:
    listener = Listener()
    gateway = Gateway(failure)
    with pytest.raises(CometAPIError):
        await ask(gateway.model(max_retries=1), way, config={"callbacks": [listener]})
    assert len(gateway.requests) == requests
    assert len(listener.states) == requests - 1


@all_ways
async def test_asynchronous_handler_hears_of_retries(way: str) -> None:
    listener = AsyncListener()
    model = Gateway(BUSY, say_hello).model(max_retries=1)
    await ask(model, way, config={"callbacks": [listener]})
    assert [state.attempt_number for state in listener.states] == [1]


@all_ways
async def test_key_that_is_asked_for_again_is_an_event(way: str) -> None:
    keys = iter(["sk-old-key-123456", "sk-new-key-123456"])
    answers = (recorded("chat/error_401.json", 401), BUSY, say_hello)
    fields: Any = {"api_key": lambda: next(keys, "sk-last-key-12345"), "max_retries": 1}
    listener, gateway = await _listen(way, *answers, **fields)
    assert len(gateway.requests) == 3
    assert [state.attempt_number for state in listener.states] == [1, 2]
    kinds = [type(error) for error in listener.errors]
    assert kinds == [CometAPIAuthenticationError, CometAPIServerError]
    assert listener.states[0].upcoming_sleep == 0
    assert "sk-old" not in f"{listener.errors} {[vars(error) for error in listener.errors]}"


@all_ways
@pytest.mark.parametrize(
    ("kind", "fields"), [(CometAPILLM, {}), (ChatCometAPI, {"streaming": True})]
)
async def test_retry_of_an_llm_or_a_model_that_always_streams_is_an_event_of_its_run(
    kind: Any, fields: dict[str, Any], way: str
) -> None:
    listener = Listener()
    gateway = Gateway(BUSY, say_hello)
    model = gateway.make(kind, model=gateway.default_model, max_retries=1, **fields)
    await ask(model, way, config={"callbacks": [listener]})
    assert listener.runs == listener.started
    assert len(listener.runs) == 1


@all_ways
async def test_retry_is_in_the_trace(way: str) -> None:
    tracer = RunCollectorCallbackHandler()
    gateway = Gateway(answer({}, 429), say_hello)
    await ask(gateway.model(max_retries=1), way, config={"callbacks": [tracer]})
    (run,) = tracer.traced_runs
    (retry,) = [event["kwargs"] for event in run.events if event["name"] == "retry"]
    assert (retry["attempt"], retry["exception_type"]) == (1, "CometAPIRateLimitError")


@pytest.mark.filterwarnings("ignore::langchain_core._api.beta_decorator.LangChainBetaWarning")
async def test_retry_of_an_event_stream_is_an_event() -> None:
    listener = Listener()
    config: Any = {"callbacks": [listener]}
    gateway = Gateway(BUSY, say_hello, BUSY, say_hello)
    model = gateway.model(max_retries=1)
    assert model.stream_events("Hi", config, version="v3").output.text == "Hello"
    events = await model.astream_events("Hi", config, version="v3")
    assert (await events.output).text == "Hello"
    assert listener.runs == listener.started
    assert len(listener.runs) == 2


@pytest.mark.parametrize("way", ["stream", "astream"])
async def test_stream_without_the_options_that_were_refused_is_an_event(way: str) -> None:
    refusal = answer({"error": {"message": "Unknown parameter: 'stream_options'."}}, 400)
    model = f"refuses-options-in-events-{way}-{Gateway.default_model}"
    listener, gateway = await _listen(way, refusal, say_hello, model=model)
    assert ["stream_options" in body for body in gateway.bodies] == [True, False]
    assert [type(error) for error in listener.errors] == [CometAPIInvalidRequestError]
    assert listener.runs == listener.started


class _StopError(Exception):
    """Raised by a handler."""


class Refusing(Listener):
    """Ends a run instead of letting it repeat its request."""

    raise_error = True

    def on_retry(self, *_: Any, **__: Any) -> None:
        try:
            int("x")
        except ValueError:
            raise _StopError from None


@all_ways
@pytest.mark.parametrize("name", FAILURES)
async def test_handler_that_raises_ends_the_run_before_the_repeat(name: str, way: str) -> None:
    failure, _ = FAILURES[name]
    gateway = Gateway(failure, say_hello)
    with pytest.raises(_StopError) as caught:
        await ask(gateway.model(max_retries=2), way, config={"callbacks": [Refusing()]})
    assert len(gateway.requests) == 1
    seen: BaseException | None = caught.value
    while seen is not None:  # no error of the HTTP library, which holds the key
        assert not isinstance(seen, (httpx.HTTPError, httpx.HTTPStatusError))
        seen = seen.__cause__ or seen.__context__


@all_ways
async def test_nothing_is_set_where_nobody_listens(way: str) -> None:
    seen: list[object] = []

    def look(request: httpx.Request) -> httpx.Response:
        seen.append(current_events.get())
        return say_hello(request)

    await ask(Gateway(look).model(), way)
    assert seen == [None]
    await ask(Gateway(look).model(), way, config={"callbacks": [Listener()]})
    assert seen[1] is not None
    assert current_events.get() is None


def _fail_once_each(number: int) -> tuple[ChatCometAPI, list[Listener]]:
    """A model whose first attempt fails for every second prompt, and a listener for each."""
    failed: set[bytes] = set()
    lock = threading.Lock()

    def reply(request: httpx.Request) -> httpx.Response:
        with lock:
            is_new = request.content not in failed
            failed.add(request.content)
        return answer({}, 503) if b'"odd ' in request.content and is_new else say_hello(request)

    return Gateway(reply).model(max_retries=1), [Listener() for _ in range(number)]


def _prompt(index: int) -> str:
    return f"{'odd' if index % 2 else 'even'} {index}"


def test_calls_of_many_threads_hear_of_their_own_retries() -> None:
    model, listeners = _fail_once_each(24)

    def call(index: int) -> None:
        config = {"callbacks": [listeners[index]]}
        ask_sync(model, SYNC[index % 4 // 2], _prompt(index), config=config)

    with ThreadPoolExecutor(8) as executor:
        list(executor.map(call, range(24)))
    assert [len(listener.states) for listener in listeners] == [0, 1] * 12
    assert all(listener.runs == listener.started for listener in listeners[1::2])


async def test_calls_at_the_same_time_hear_of_their_own_retries() -> None:
    model, listeners = _fail_once_each(24)

    async def call(index: int) -> None:
        config = {"callbacks": [listeners[index]]}
        await ask(model, ASYNC[index % 4 // 2], _prompt(index), config=config)

    await asyncio.gather(*map(call, range(24)))
    assert [len(listener.states) for listener in listeners] == [0, 1] * 12


async def test_prompts_of_a_batch_hear_of_their_own_retries() -> None:
    prompts: list[Any] = [_prompt(index) for index in range(6)]
    for is_async in (False, True):
        model, listeners = _fail_once_each(6)
        configs: Any = [{"callbacks": [listener]} for listener in listeners]
        _ = await model.abatch(prompts, configs) if is_async else model.batch(prompts, configs)
        assert [len(listener.states) for listener in listeners] == [0, 1] * 3
