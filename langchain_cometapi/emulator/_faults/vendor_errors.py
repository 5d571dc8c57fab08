"""Errors of the vendors in their own words, as the gateway passes them on.

A vendor whose words are not known has OpenAI's.
"""

from __future__ import annotations

import json
from typing import Any, Final

from langchain_cometapi.emulator._errors import PassedOnError

_Error = tuple[int, Any]


def _error(message: str, code: str | int = "", kind: str = "", **fields: Any) -> Any:
    return {"error": {"message": message, "type": kind, "param": None, "code": code, **fields}}


def _anthropic(message: str, kind: str = "invalid_request_error") -> Any:
    return {"type": "error", "error": {"type": kind, "message": message}, "request_id": "req_1"}


def _google(message: str, code: int, status: str, details: list[Any] | None = None) -> Any:
    error = {"code": code, "message": message, "status": status}
    return {"error": {**error, "details": details} if details else error}


_RETRY_INFO = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "34s"}
_QUOTA_WORDS = "You exceeded your current quota, please check your plan and billing details."
_REASONING_GUIDE = "https://platform.openai.com/docs/guides/reasoning#advice-on-prompting"

# Sources: the issues that are named, else the vendor's list of error codes.
VENDOR_ERRORS: Final[dict[str, dict[str, _Error]]] = {
    "balance": {
        "gpt": (429, _error(_QUOTA_WORDS, "insufficient_quota", "insufficient_quota")),
        "claude": (400, _anthropic("Your credit balance is too low to access the Anthropic API.")),
        "deepseek": (402, _error("Insufficient Balance", "invalid_request_error", "unknown_error")),
        "gemini_native": (
            429,
            _google("Your prepayment credits are depleted.", 429, "RESOURCE_EXHAUSTED"),
        ),
        # zhayujie/CowAgent#2910
        "glm": (429, {"error": {"code": "1113", "message": "余额不足或无可用资源包,请充值。"}}),
        "grok": (  # continuedev/continue#10373
            429,
            {
                "code": "Some resource has been exhausted",
                "error": (
                    "Your team has either used all available credits or reached its monthly "
                    "spending limit."
                ),
            },
        ),
        "kimi": (  # Alishahryar1/free-claude-code#1223
            429,
            _error(
                "Your account is suspended due to insufficient balance, please recharge your "
                "account or check your plan and billing details",
                kind="exceeded_current_quota_error",
            ),
        ),
        "qwen": (
            400,
            _error(
                "Access denied, please make sure your account is in good standing.",
                "Arrearage",
                "Arrearage",
            ),
        ),
        "doubao": (  # volcengine/OpenViking#729
            403,
            _error(
                "The request failed because your account has an overdue balance.",
                "AccountOverdueError",
                "Forbidden",
            ),
        ),
    },
    "overflow": {
        "gpt": (  # openai/codex#20866
            400,
            _error(
                "Your input exceeds the context window of this model. Please adjust your input and "
                "try again.",
                "context_length_exceeded",
                "invalid_request_error",
            ),
        ),
        "deepseek": (  # evalstate/fast-agent#621, BerriAI/litellm#10431
            400,
            _error(
                "This model's maximum context length is 131072 tokens. However, you requested "
                "131134 tokens (131134 in the messages, 0 in the completion). Please reduce the "
                "length of the messages or completion.",
                "invalid_request_error",
                "invalid_request_error",
            ),
        ),
        # continuedev/continue#9592: Bedrock's
        "claude": (
            400,
            {
                "message": "The model returned the following errors: Input is too long for "
                "requested model."
            },
        ),
        "gemini": (
            400,
            [
                _error(
                    "The input token count (1196265) exceeds the maximum number of tokens allowed "
                    "(1048575).",
                    400,
                    status="INVALID_ARGUMENT",
                )
            ],
        ),
        "gemini_native": (
            400,
            _google(
                "The input token count (1196265) exceeds the maximum number of tokens allowed "
                "(1048576).",
                400,
                "INVALID_ARGUMENT",
            ),
        ),
        "glm": (400, {"error": {"code": "1261", "message": "Prompt exceeds max length"}}),
        "grok": (
            400,
            {
                "code": "Client specified an invalid argument",
                "error": "This model's maximum prompt length is 131072 but the request contains "
                "537812 tokens.",
            },
        ),
        "kimi": (
            400,
            _error(
                "Invalid request: Your request exceeded model token limit: 262144",
                kind="invalid_request_error",
            ),
        ),
        "qwen": (
            400,
            _error(
                "<400> InternalError.Algo.InvalidParameter: Range of input length should be "
                "[1, 129024]",
                "invalid_parameter_error",
                "invalid_request_error",
            ),
        ),
        "doubao": (  # bytedance/deer-flow#583
            400,
            _error(
                "Total tokens of image and text exceed max message tokens.",
                "OutofContextError",
                "BadRequest",
            ),
        ),
    },
    "filter": {
        "gpt": (  # BeehiveInnovations/pal-mcp-server#178
            400,
            _error(
                "Invalid prompt: your prompt was flagged as potentially violating our usage "
                f"policy. Please try again with a different prompt: {_REASONING_GUIDE}",
                "invalid_prompt",
                "invalid_request_error",
            ),
        ),
        # anthropics/claude-code#58367
        "claude": (400, _anthropic("Output blocked by content filtering policy")),
        "deepseek": (
            400,
            _error("Content Exists Risk", "invalid_request_error", "invalid_request_error"),
        ),
        "glm": (
            400,
            {
                "contentFilter": [{"level": 1, "role": "user"}],
                "error": {
                    "code": "1301",
                    "message": "系统检测到输入或生成内容可能包含不安全或敏感内容",
                },
            },
        ),
        # theopenco/llmgateway#1785
        "grok": (
            403,
            {"code": "permission-denied", "error": "Content violates usage guidelines. "},
        ),
        "kimi": (
            400,
            _error(
                "The request was rejected because it was considered high risk",
                kind="content_filter",
            ),
        ),
        "qwen": (
            400,
            _error(
                "<400> InternalError.Algo.DataInspectionFailed: Input data may contain "
                "inappropriate content.",
                "data_inspection_failed",
                "data_inspection_failed",
            ),
        ),
        "doubao": (
            400,
            _error(
                "The request failed because the input text may contain sensitive information.",
                "InputTextSensitiveContentDetected",
                "BadRequest",
            ),
        ),
    },
    "quota": {
        "gpt": (  # Routstr/routstr-core#555
            429,
            _error(
                "Rate limit reached for gpt-5.5 on tokens per min (TPM): Limit 180000, Used "
                "180000, Requested 8929. Please try again in 34s.",
                "rate_limit_exceeded",
                "tokens",
            ),
        ),
        "claude": (  # Anthropic, rate limits; the wait is in a header alone
            429,
            _anthropic(
                "This request would exceed your organization's rate limit of 30,000 input tokens"
                " per minute.",
                "rate_limit_error",
            ),
        ),
        "gemini": (  # diegosouzapw/OmniRoute#9504
            429,
            [
                _error(
                    f"{_QUOTA_WORDS} Please retry in 34s.",
                    429,
                    status="RESOURCE_EXHAUSTED",
                    details=[_RETRY_INFO],
                )
            ],
        ),
        "gemini_native": (
            429,
            _google(
                f"{_QUOTA_WORDS} Please retry in 34s.", 429, "RESOURCE_EXHAUSTED", [_RETRY_INFO]
            ),
        ),
        # kaitranntt/ccs#402
        "glm": (429, {"error": {"code": "1302", "message": "Rate limit reached for requests"}}),
    },
}
"""The status and the body of each error, by its fault and by the vendor's family."""


_OVERFLOW_FIGURES: Final = {
    "deepseek": ("131134", "131072"),
    "gemini": ("1196265", "1048575"),
    "grok": ("537812", "131072"),
    "kimi": (None, "262144"),
    "qwen": (None, "129024"),
}
"""The tokens of the request and the most that are allowed, in the errors that state them."""


def overflow_error(family: str, tokens: int, most: int) -> PassedOnError:
    """Return the error of a vendor for a prompt that is longer than the context.

    Args:
        family: The name of the model's family.
        tokens: The tokens of the prompt.
        most: How many it may have.
    """
    errors = VENDOR_ERRORS["overflow"]
    status, body = errors.get(family, errors["gpt"])
    text = json.dumps(body)
    for figure, number in zip(_OVERFLOW_FIGURES.get(family, ()), (tokens, most), strict=False):
        if figure is not None:
            text = text.replace(figure, str(number))
    return PassedOnError(status, json.loads(text))


def vendor_fault(fault: str, family: str) -> _Error | None:
    """Return the status and the body of a fault, or `None` if it is not one of a vendor's.

    Args:
        fault: The fault's name.
        family: The name of the model's family.
    """
    errors = VENDOR_ERRORS.get(fault)
    return None if errors is None else errors.get(family, errors["gpt"])
