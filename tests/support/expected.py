"""What a message or an error has to be, compared as a whole."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from langchain_cometapi.exceptions import CometAPIError, CometAPIStreamError
from tests.support.gateway import KEY

if TYPE_CHECKING:
    from langchain_core.messages import AIMessage

MADE_UP = "<made up>"
"""Stands for the id this package generates for a call that came without one."""

_MADE_UP_ID = re.compile(r"call_[0-9a-f]{24}")


@dataclass(frozen=True)
class ExpectedMessage:
    """Everything that a message has; a field at its default must be at its default there."""

    text: str | list[Any] = "Hello"
    tool_calls: tuple[tuple[str, dict[str, Any], str], ...] = ()
    """Name, arguments and id of each."""
    invalid: tuple[tuple[str | None, str, str, str], ...] = ()
    """Name, arguments, id and the start of the reason of each."""
    extras: dict[str, Any] = field(default_factory=dict)
    """`additional_kwargs`."""
    tokens: tuple[int, int, int] | None = (9, 4, 13)
    input_details: dict[str, int] | None = None
    output_details: dict[str, int] | None = None
    finish_reason: str | None = "stop"
    model: str = "gpt-5.4-mini-2026-03-17"
    id: str = "chatcmpl-1"
    metadata: dict[str, Any] = field(default_factory=dict)
    """`response_metadata`, without what the fields above say."""


_EXTRAS_WITH_ORIGIN = {"reasoning_content", "tool_call_extra_content", "extra_content"}


def check_message(message: AIMessage, expected: ExpectedMessage) -> None:
    """Compare a message with what it must say, all of it."""
    assert message.content == expected.text
    calls = tuple((c["name"], c["args"], normal_id(c["id"])) for c in message.tool_calls)
    assert calls == expected.tool_calls
    invalid = tuple((c["name"], c["args"], normal_id(c["id"])) for c in message.invalid_tool_calls)
    assert invalid == tuple(call[:3] for call in expected.invalid)
    assert message.additional_kwargs == expected.extras
    assert message.usage_metadata == _usage(expected)
    metadata = dict(message.response_metadata)
    reasons = metadata.pop("tool_call_errors", {})
    assert [normal_id(id_) for id_ in reasons] == [call[2] for call in expected.invalid]
    for reason, call in zip(reasons.values(), expected.invalid, strict=True):
        assert reason.startswith(call[3])
    origin = metadata.pop("reasoning_origin", None)
    assert (origin is not None) is bool(_EXTRAS_WITH_ORIGIN & expected.extras.keys())
    if origin is not None:
        assert (origin["family"], origin["endpoint"]) == ("gpt", "api.cometapi.com")
    assert ("token_usage" in metadata) is (expected.tokens is not None)
    metadata.pop("token_usage", None)
    assert metadata == {
        "model_provider": "cometapi",
        "model_name": expected.model,
        "id": expected.id,
        "finish_reason": expected.finish_reason,
        **expected.metadata,
    }


def normal_id(id_: str | None) -> str | None:
    """The id of a call, or `MADE_UP`."""
    return MADE_UP if id_ and _MADE_UP_ID.fullmatch(id_) else id_


def _usage(expected: ExpectedMessage) -> dict[str, Any] | None:
    if expected.tokens is None:
        return None
    usage: dict[str, Any] = dict(
        zip(("input_tokens", "output_tokens", "total_tokens"), expected.tokens, strict=True)
    )
    if expected.input_details is not None:
        usage["input_token_details"] = expected.input_details
    if expected.output_details is not None:
        usage["output_token_details"] = expected.output_details
    return usage


@dataclass(frozen=True)
class ExpectedError:
    """Everything an error must say."""

    kind: type[CometAPIError]
    says: str
    """How the message starts."""
    status: int | None = 200
    code: str | None = None
    type: str | None = None
    param: str | None = None
    request_id: str | None = None
    retry_after: float | None = None
    retryable: bool = False
    in_stream: bool = False
    """Whether it is a `CometAPIStreamError` too."""
    partial: str | None = None
    """The text of `partial_message`, or `None` if there must be none."""
    partial_calls: tuple[tuple[str | None, str, str | None], ...] = ()
    """Name, arguments and id of its tool calls, which are all invalid."""


def check_error(error: CometAPIError, fails: ExpectedError) -> None:
    """Compare an error with what it must say, all of it."""
    if fails.in_stream:
        assert type(error).__bases__ == (CometAPIStreamError, fails.kind), type(error).__mro__
    else:
        assert type(error) is fails.kind
    assert str(error).startswith(fails.says), str(error)
    assert str(error).endswith(f"[request id: {fails.request_id}]") is bool(fails.request_id)
    assert KEY not in str(error)
    fields = {name: getattr(error, name) for name in ("code", "type", "param", "request_id")}
    assert fields == {
        "code": fails.code,
        "type": fails.type,
        "param": fails.param,
        "request_id": fails.request_id,
    }
    assert error.status_code == fails.status
    assert error.retry_after == fails.retry_after
    assert error.is_retryable is fails.retryable
    assert error.model == "gpt-5.4-mini"
    assert error.url == "https://api.cometapi.com/v1/chat/completions"
    partial = error.partial_message
    if fails.partial is None:
        assert partial is None
        return
    assert partial is not None
    assert partial.content == fails.partial
    assert partial.tool_calls == []
    calls = tuple((c["name"], c["args"], c["id"]) for c in partial.invalid_tool_calls)
    assert calls == fails.partial_calls
