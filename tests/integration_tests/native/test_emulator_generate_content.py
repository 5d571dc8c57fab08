"""The emulator's route `generateContent`, driven by google-genai and langchain-google-genai."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import httpx2
import pytest
from google import genai
from google.genai import errors, types
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage
from langchain_core.tools import tool
from langchain_google_genai import ChatGoogleGenerativeAI
from pydantic import BaseModel

from langchain_cometapi.emulator import RATE_LIMITED_API_KEY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from langchain_core.messages import BaseMessage

    from langchain_cometapi.emulator import CometAPIEmulator

pytestmark = pytest.mark.native

FLASH = "gemini-3.8-flash"
OPENING = f"This is the CometAPI emulator answering as {FLASH}: "
PROMPT = "The weather in Rome, and the stock price of ACME?"
WAYS = pytest.mark.parametrize("way", ["whole", "stream", "whole async", "stream async"])


class Person(BaseModel):
    """A person."""

    name: str
    age: int


def get_weather(city: str) -> str:
    """Return the weather of a city."""
    return f"sunny in {city}"


def stock_price(symbol: str) -> str:
    """Return the price of a stock."""
    return "42"


Chunks = list[types.GenerateContentResponse]


class Caller:
    """Google's own SDK."""

    def __init__(self, emulator: CometAPIEmulator, key: str | None = None) -> None:
        self._url = emulator.base_url.removesuffix("/v1")
        self._key = key or emulator.api_key

    def ask(self, way: str, contents: Any, model: str = FLASH, **config: Any) -> Chunks:
        """Return the response, or the parts of its stream."""
        given: Any = {"model": model, "contents": contents}
        given["config"] = types.GenerateContentConfig(**config)
        if way.endswith("async"):
            return asyncio.run(self._ask_async(way, given))
        with httpx2.Client(verify=False, trust_env=False) as http:
            models = self._build(httpx_client=http).models
            if way == "whole":
                return [models.generate_content(**given)]
            return list(models.generate_content_stream(**given))

    async def _ask_async(self, way: str, given: Any) -> Chunks:
        async with httpx2.AsyncClient(verify=False, trust_env=False) as http:
            models = self._build(httpx_async_client=http).aio.models
            if way == "whole async":
                return [await models.generate_content(**given)]
            return [one async for one in await models.generate_content_stream(**given)]

    def _build(self, **http: Any) -> genai.Client:
        options = types.HttpOptions(
            base_url=self._url,
            api_version="v1beta",
            retry_options=types.HttpRetryOptions(attempts=1),
            **http,
        )
        return genai.Client(api_key=self._key, vertexai=False, http_options=options)


@pytest.fixture
def caller(emulator: CometAPIEmulator) -> Iterator[Caller]:
    yield Caller(emulator)
    emulator.fault = None


def parts_of(chunks: Chunks) -> list[types.Part]:
    found: list[types.Part] = []
    for chunk in chunks:
        for candidate in chunk.candidates or ():
            if candidate.content is not None:
                found += candidate.content.parts or ()
    return found


def text_of(chunks: Chunks) -> str:
    return "".join(part.text or "" for part in parts_of(chunks) if not part.thought)


def last_candidate(chunks: Chunks) -> types.Candidate:
    candidates = chunks[-1].candidates or []
    assert len(candidates) == 1
    return candidates[0]


@WAYS
def test_sdk_reads_text_and_usage(caller: Caller, way: str) -> None:
    chunks = caller.ask(way, "hello", thinking_config={"include_thoughts": True})
    assert text_of(chunks) == f"{OPENING}you said: hello"
    assert any(part.thought and part.text for part in parts_of(chunks))
    assert any(part.thought_signature for part in parts_of(chunks))
    assert last_candidate(chunks).finish_reason is types.FinishReason.STOP
    usage = chunks[-1].usage_metadata
    assert usage is not None
    assert usage.total_token_count == sum(
        count or 0
        for count in (
            usage.prompt_token_count,
            usage.candidates_token_count,
            usage.thoughts_token_count,
        )
    )
    headers = chunks[-1].sdk_http_response
    assert headers is not None
    assert (headers.headers or {})["x-cometapi-request-id"]


def test_sdk_calls_python_functions_by_itself(caller: Caller, emulator: CometAPIEmulator) -> None:
    (response,) = caller.ask("whole", PROMPT, tools=[get_weather, stock_price])
    assert response.text == f"{OPENING}get_weather returned sunny in Rome; stock_price returned 42"
    assert len(emulator.requests) == 2


def test_sdk_parses_structured_output(caller: Caller) -> None:
    config: dict[str, Any] = {"response_mime_type": "application/json", "response_schema": Person}
    (response,) = caller.ask("whole", "Anna is 31", **config)
    assert response.parsed == Person(name="Anna", age=31)


@WAYS
def test_sdk_reads_grounding(caller: Caller, way: str) -> None:
    chunks = caller.ask(way, "Wer gewann in Zürich?", tools=[{"google_search": {}}])
    grounding = last_candidate(chunks).grounding_metadata
    assert grounding is not None
    raw = text_of(chunks).encode()
    for support in grounding.grounding_supports or ():
        segment = support.segment
        assert segment is not None
        assert raw[segment.start_index or 0 : segment.end_index].decode() == segment.text


def test_sdk_reads_pictures_and_sends_media(caller: Caller) -> None:
    (response,) = caller.ask("whole", "Draw a cat", model="gemini-3.1-flash-image")
    picture = parts_of([response])[-1].inline_data
    assert picture is not None
    assert (picture.data or b"").startswith(b"\x89PNG")
    video = types.Part(
        inline_data=types.Blob(data=b"mp4", mime_type="video/mp4"),
        video_metadata=types.VideoMetadata(fps=2, start_offset="1s"),
    )
    (response,) = caller.ask("whole", [picture_part(picture), video, "What is that?"])
    assert (response.text or "").endswith("(with 1 image_url, 1 video_url)")


def picture_part(blob: types.Blob) -> types.Part:
    return types.Part(inline_data=blob)


@pytest.mark.parametrize(
    ("fault", "kind", "status"),
    [
        ("429; retry_after=7", errors.ClientError, "RESOURCE_EXHAUSTED"),
        ("quota", errors.ClientError, "RESOURCE_EXHAUSTED"),
        ("overflow", errors.ClientError, "INVALID_ARGUMENT"),
        ("403", errors.ClientError, "PERMISSION_DENIED"),
        ("503", errors.ServerError, "UNAVAILABLE"),
        ("500", errors.ServerError, "INTERNAL"),
    ],
)
def test_sdk_raises_http_errors(
    caller: Caller, emulator: CometAPIEmulator, fault: str, kind: Any, status: str
) -> None:
    emulator.fault = fault
    for way in ("whole", "stream"):
        with pytest.raises(kind) as caught:
            caller.ask(way, "hello")
        assert caught.value.status == status


@pytest.mark.parametrize(("key", "code"), [("sk-other", 401), (RATE_LIMITED_API_KEY, 429)])
def test_sdk_raises_for_keys(emulator: CometAPIEmulator, key: str, code: int) -> None:
    other = Caller(emulator, key)
    with pytest.raises(errors.ClientError) as caught:
        other.ask("whole", "hello")
    assert caught.value.code == code


def test_sdk_raises_for_unknown_fields_of_raw_requests(caller: Caller) -> None:
    extra = {"extra_body": {"foo": 1}}
    with pytest.raises(errors.ClientError, match=r"Unknown name .*foo.*Cannot find field"):
        caller.ask("whole", "hello", http_options=extra)


@pytest.mark.parametrize("way", ["stream", "stream async"])
@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("stream_error", errors.ServerError),
        ("cut", errors.UnknownApiResponseError),
        ("reset_midway", httpx2.TransportError),
        ("half_close", (errors.UnknownApiResponseError, httpx2.TransportError)),
        # google-genai takes a comment for JSON.
        ("keep_alive", errors.UnknownApiResponseError),
        ("html", errors.UnknownApiResponseError),
    ],
)
def test_sdk_raises_for_streams_that_break(
    caller: Caller, emulator: CometAPIEmulator, way: str, fault: str, kind: Any
) -> None:
    emulator.fault = fault
    with pytest.raises(kind):
        caller.ask(way, "hello")


def test_stream_without_an_end_is_silent(caller: Caller, emulator: CometAPIEmulator) -> None:
    emulator.fault = "no_finish"
    chunks = caller.ask("stream", "hello")
    assert text_of(chunks) == f"{OPENING}you said: hello"
    assert all(not last_candidate([chunk]).finish_reason for chunk in chunks)


@pytest.mark.parametrize("way", ["whole", "stream"])
def test_sdk_reads_blocks(caller: Caller, emulator: CometAPIEmulator, way: str) -> None:
    emulator.fault = "filter"
    feedback = caller.ask(way, "hello")[-1].prompt_feedback
    assert feedback is not None
    assert feedback.block_reason is types.BlockedReason.SAFETY
    emulator.fault = "refusal"
    candidate = last_candidate(caller.ask(way, "hello"))
    assert candidate.finish_reason is types.FinishReason.SAFETY
    assert candidate.content is None


def test_scripts_and_records_work(caller: Caller, emulator: CometAPIEmulator) -> None:
    with emulator.script(["One.", "Two."], match="count"):
        assert [text_of(caller.ask(way, "count")) for way in ("whole", "stream")] == [
            "One.",
            "Two.",
        ]
    assert [request.path.rpartition(":")[2] for request in emulator.requests] == [
        "generateContent",
        "streamGenerateContent",
    ]
    emulator.clear()
    assert emulator.requests == []


@pytest.mark.parametrize("streamed", [False, True])
def test_langchain_sends_signatures_back_through_a_loop(
    emulator: CometAPIEmulator, streamed: bool
) -> None:
    model = ChatGoogleGenerativeAI(
        model=FLASH,
        api_key=emulator.api_key,
        base_url=emulator.base_url.removesuffix("/v1"),
        api_version="v1beta",
        vertexai=False,
        include_thoughts=True,
        max_retries=1,
    )
    bound = model.bind_tools([tool(get_weather), tool(stock_price)])

    def ask(messages: list[BaseMessage]) -> AIMessage:
        if not streamed:
            return bound.invoke(messages)
        first, *rest = bound.stream(messages)
        for chunk in rest:
            first = first + chunk  # type: ignore[assignment]
        return first

    messages: list[BaseMessage] = [HumanMessage(PROMPT)]
    answer = ask(messages)
    assert [call["name"] for call in answer.tool_calls] == ["get_weather", "stock_price"]
    messages.append(answer)
    messages += [
        ToolMessage("fine", tool_call_id=call["id"], name=call["name"])
        for call in answer.tool_calls
    ]
    assert ask(messages).text.endswith("get_weather returned fine; stock_price returned fine")
    thought, call, _ = emulator.requests[-1].body["contents"][1]["parts"]
    assert thought["thought"] is True
    assert "thoughtSignature" in call
