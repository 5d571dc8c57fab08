"""What a server that is not ours breaks: errors, streams and calls, on both native protocols."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from langchain_core.exceptions import ContextOverflowError

from langchain_cometapi import exceptions
from langchain_cometapi.exceptions import CometAPIError, CometAPIStreamTruncatedError
from tests.integration_tests.llmock.scripts import call_tool
from tests.support import WAYS, ask
from tests.support.native import CALL, CLAUDE, PROTOCOLS, TOOL

if TYPE_CHECKING:
    from tests.integration_tests.llmock.server import LLMock
    from tests.support.native import Protocol

pytestmark = pytest.mark.native

STATUSES = {
    400: "CometAPIInvalidRequestError",
    401: "CometAPIAuthenticationError",
    402: "CometAPIInsufficientBalanceError",
    403: "CometAPIPermissionDeniedError",
    404: "CometAPIModelNotFoundError",
    413: "CometAPIInvalidRequestError",
    422: "CometAPIInvalidRequestError",
    429: "CometAPIRateLimitError",
    500: "CometAPIServerError",
    502: "CometAPIServerError",
    503: "CometAPIServerError",
    529: "CometAPIOverloadedError",
}
CHUNKS = 6
"""So many events come before a fault at most; both protocols send more."""


@pytest.fixture(params=[*PROTOCOLS.values()], ids=[*PROTOCOLS])
def protocol(request: pytest.FixtureRequest) -> Protocol:
    chosen: Protocol = request.param
    return chosen


@pytest.fixture
def model(llmock: LLMock, protocol: Protocol) -> Any:
    url = llmock.anthropic_url if protocol is CLAUDE else llmock.gemini_url
    return protocol.kind(model=protocol.model, base_url=url, max_retries=0)


async def fail(model: Any, way: str) -> CometAPIError:
    with pytest.raises(CometAPIError) as caught:
        await ask(model, way)
    return caught.value


@pytest.mark.parametrize("status", STATUSES)
async def test_status_makes_its_class(llmock: LLMock, model: Any, status: int) -> None:
    llmock.script({"type": "fail", "status": status, "retry_after": 2, "times": None})
    for way in WAYS:
        error = await fail(model, way)
        assert isinstance(error, getattr(exceptions, STATUSES[status]))
        assert (error.status_code, error.retry_after) == (status, 2)


async def test_request_is_sent_again_until_it_is_answered(llmock: LLMock, model: Any) -> None:
    patient = model.model_copy(update={"max_retries": 2})
    for way in WAYS:
        llmock.script({"type": "fail", "status": 503, "retry_after": 0.001, "times": 2})
        assert (await ask(patient, way)).text


async def test_prompt_that_is_too_long_is_an_overflow(
    llmock: LLMock, model: Any, protocol: Protocol
) -> None:
    words = {
        CLAUDE: "prompt is too long: 200001 tokens > 200000 maximum",
    }.get(
        protocol,
        "The input token count (1048577) exceeds the maximum number of tokens allowed (1048576).",
    )
    llmock.script({"type": "fail", "status": 400, "message": words, "times": None})
    for way in WAYS:
        assert isinstance(await fail(model, way), ContextOverflowError)


@pytest.mark.parametrize("way", ["stream", "astream"])
@pytest.mark.parametrize("kind", ["disconnect", "truncate"])
async def test_stream_that_ends_early_is_an_error_with_its_text(
    llmock: LLMock, model: Any, kind: str, way: str
) -> None:
    texts = []
    for number in range(1, CHUNKS):
        llmock.script({"type": "stream_fault", "kind": kind, "after_chunks": number})
        error = await fail(model, way)
        assert isinstance(error, CometAPIStreamTruncatedError)
        texts.append("" if error.partial_message is None else error.partial_message.text)
    assert texts == sorted(texts, key=len)
    assert texts[-1]


@pytest.mark.parametrize("way", ["stream", "astream"])
async def test_event_that_is_no_json_is_an_error(llmock: LLMock, model: Any, way: str) -> None:
    for number in range(CHUNKS):
        llmock.script({"type": "stream_fault", "kind": "malformed", "after_chunks": number})
        await fail(model, way)


@pytest.mark.parametrize("way", ["stream", "astream"])
@pytest.mark.parametrize("kind", ["disconnect", "truncate"])
async def test_call_in_a_stream_that_ends_early_is_never_run(
    llmock: LLMock, protocol: Protocol, model: Any, kind: str, way: str
) -> None:
    if protocol is not CLAUDE:
        pytest.skip("LLMock sends a call of Gemini in one event, which is the last one, too")
    for number in range(1, CHUNKS):
        fault = {"type": "stream_fault", "kind": kind, "after_chunks": number}
        llmock.script(call_tool(CALL["name"], CALL["args"]), fault)
        error = await fail(model.bind_tools([TOOL]), way)
        assert isinstance(error, CometAPIStreamTruncatedError)
        if error.partial_message is not None:
            assert error.partial_message.tool_calls == []


async def test_call_whose_arguments_are_no_json_is_invalid(
    llmock: LLMock, protocol: Protocol, model: Any
) -> None:
    if protocol is not CLAUDE:
        pytest.skip("Gemini sends arguments as JSON objects, which cannot be cut in half")
    for way in ("stream", "astream"):
        llmock.script(
            call_tool(CALL["name"], CALL["args"]),
            {"type": "tool_fault", "kind": "malformed_arguments"},
        )
        message = await ask(model.bind_tools([TOOL]), way)
        assert message.tool_calls == []
        assert [call["name"] for call in message.invalid_tool_calls] == [CALL["name"]]
