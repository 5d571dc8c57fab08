"""A local, strict CometAPI for demos, tests and offline work (extra `[emulator]`).

No model runs: every text is derived from the prompt, and every response says that it comes from an
emulator. Its responses have CometAPI's shapes, and it refuses what the gateway and the vendors
behind it refuse.

    with CometAPIEmulator() as emulator:
        model = ChatCometAPI(
            model="gpt-5.4-mini", base_url=emulator.base_url, api_key=emulator.api_key
        )

or `python -m langchain_cometapi.emulator`, or the fixtures of
`langchain_cometapi.emulator.pytest_plugin`.

`emulator.script(["one text", Reply(tool_calls=[...]), Fault("429")])` decides what comes next.

Routes: `POST /v1/chat/completions`, `POST /v1/responses`, `POST /v1/messages` and
`POST /v1beta/models/{model}:generateContent` (plain and streamed), `POST /v1/embeddings`,
`GET /v1/models`, and without a key `GET /api/models` and `GET /api/model/{code}`. Anything else
under `/v1` is a 404 `Invalid URL`; any other path returns 200 with an HTML page, as the website
does.

What triggers what:

| to get | do |
| --- | --- |
| a response | use key `EMULATOR_API_KEY`; any other is a 401 |
| 429 | use key `RATE_LIMITED_API_KEY` or model `RATE_LIMITED_MODEL` |
| 400 naming `stream_options` | send any to model `NO_STREAM_OPTIONS_MODEL` |
| 503 `model_not_found` | name a model that is unknown or retired |
| 400 of a retired model | name model `RETIRED_MODEL`; some vendors refuse one in this way |
| 500 `invalid_request` | leave out `messages`, or send a body that is not JSON |
| `prompt_tokens_details.audio_tokens` | send an `input_audio` part (50 tokens each) |
| `completion_tokens_details.audio_tokens` | `modalities` with "audio"; the audio is silence |
| 304 | send `If-None-Match` with the `ETag` of `/api/models` |
| 403 | send a `Host` that is neither this machine's nor in `allowed_hosts` |
| 413 | send a body of more than 64 MiB |
| cache writes | mark a part or tool with `cache_control`, or send 1024 tokens and more |
| cache writes, explicit | mark a part with `prompt_cache_breakpoint` |
| no cache writes | `prompt_cache_options: {"mode": "explicit"}`, and no mark |
| `cached_tokens` | send that prompt, or a longer one that begins with it, again |
| `reasoning_content` | ask a DeepSeek, Kimi, GLM, MiMo, Qwen or Grok model |
| `reasoning_tokens` without text | a GPT or Gemini model with a `reasoning_effort` |
| no reasoning | `thinking: {"type": "disabled"}`, `enable_thinking: false`, effort "none" |
| `service_tier` "flex" or "priority" | ask a GPT model for it |
| `accepted_prediction_tokens`, `rejected_prediction_tokens` | send a GPT model a `prediction` |
| `finish_reason: "length"` | set `max_completion_tokens`; it includes reasoning tokens |
| a tool call | name the tool, or words of its name or description; or force it, for one call |
| a quotation | ask about a long text in the prompt |

Cache writes are `prompt_tokens_details.cache_write_tokens`, for Claude
`claude_cache_creation_5_m_tokens` (or `_1_h_` with `ttl: "1h"`). Tokens are counted as four
characters each.

DeepSeek, Kimi, GLM and MiMo models refuse an assistant message with tool calls but without its
`reasoning_content`, unless thinking is off. DeepSeek models refuse one without tool calls, too.
White space is accepted; any other text must have been issued by this emulator for the same family.
DeepSeek, Kimi and Qwen models refuse a forced `tool_choice` while thinking, and so do Claude models
where `thinking` or an effort asks for it. A forced choice is answered with one call. A JSON Schema
that a system message states is kept to, in JSON mode also that of a user message. GPT models from
5.4 on refuse function tools unless the effort is "none", which is the default up to 5.4;
gpt-6-astra always refuses them. The first of Gemini's parallel tool calls has a signature,
`extra_content.google.thought_signature`, which is valid for this call only. After the newest user
message, the first call of each assistant message must have its signature, or
`skip_thought_signature_validator` if another vendor's model made the call.

Every tool call must get one result, right after it. The ids of Kimi's tool calls are
`functions.NAME:INDEX`; Claude models refuse such ids, and any id that occurs twice in a
conversation. GPT models refuse ids of more than 40 characters, and images in tool results.

The Responses route serves GPT models, Pro and Codex models there alone, and MiMo; any other is a
500 with the code `convert_request_failed`. It generates what the chat route would, stores it unless
`store` is false, and refuses what OpenAI refuses: reasoning without what it led to, stored calls
without their reasoning, ids and encrypted reasoning that it has not made, calls without outputs,
parameters of the chat route. Tools that OpenAI runs are used if the prompt has words of them, or
if `tool_choice` names them.

`POST /v1/messages` speaks Anthropic's protocol for Claude and MiMo models; any other is a 500 with
the code `convert_request_failed`. `POST /v1beta/models/{model}:generateContent` and
`:streamGenerateContent` speak Google's for Gemini models. Errors are in the vendor's own form, and
signatures that come back must be those that the emulator has given. `docs/emulator.md` has what
both refuse. Google's search is used whenever a request has that tool.

Faults apply to valid requests of these four routes only. Set them with
`CometAPIEmulator(fault="429; times=2")`, `emulator.fault = ...`, `--fault` or the request header
`X-Emulator-Fault`, which overrides the others. A fault is a name with parameters;
`Fault("429", times=2)` is the same as "429; times=2":

| fault | parameters | what happens | to a response that is not streamed |
| --- | --- | --- | --- |
| `400` to `599` | `retry_after` | an HTTP error, in the form of the route | |
| `invalid_request` | | 500 with the code for unreadable requests | |
| `balance` | | an empty account, in the words of the model's vendor | |
| `bedrock` | `status` | an error in Amazon Bedrock's form, `message` alone, by default a 400 | |
| `overflow` | | more than the context, in its words | |
| `filter` | | a content filter, in its words | |
| `refusal` | | the model refuses: a `refusal` in place of its text and calls | |
| `quota` | | a rate limit, in its words, some with a wait of 34 seconds in the body | |
| `html` | `status` | a page, by default with 200 | |
| `empty` | | 200 with no body | |
| `choices_null` | | 200 with JSON, `choices: null` (or `output`, `content`, `candidates`) | |
| `error_200` | `status` | 200 with JSON, `{"error": ...}` | |
| `stream_error` | `status`, `after` | an error inside the stream | as `error_200` |
| `failed` | `status`, `after` | Responses alone: `response.failed` | `status: "failed"` |
| `no_finish` | | a stream without `finish_reason` or last event | no end |
| `cut` | `after` | a stream that ends within an event | JSON cut in half |
| `delay` | `seconds` | the first byte comes late | |
| `drip` | `seconds`, `size` | the response comes a few bytes at a time | |
| `hang` | | no byte is ever sent | |
| `stall` | `after` | headers, chunks, then nothing | headers, half the JSON, then nothing |
| `keep_alive` | `after`, `seconds` | chunks, then only comments | half the JSON, then blank lines |
| `reset` | | the connection is reset before the first byte | |
| `reset_midway` | `after` | reset after some chunks | reset after half the JSON |
| `half_close` | `after` | the sending side is closed within an event | after half the JSON |
| `garbage` | | bytes that are not HTTP | |
| `none` | | no fault | |

`after` counts chunks, on the Responses and Messages routes deltas, of generateContent parts. Each
fault also takes `times` (how many requests, from the first on), and `rate` with `seed` (a random
share of them). A sequence of faults has one item per request. `emulator.open_connections` is the
number of connections that clients have open. The request header `X-Emulator-Chunks: 500` sets the
length of the text.

Usage figures, prices and error texts that CometAPI does not document are the emulator's own.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from langchain_cometapi.emulator._faults.fault import FAULT_HEADER, FAULTS, Fault
from langchain_cometapi.emulator._names import EMULATOR_API_KEY, RATE_LIMITED_API_KEY
from langchain_cometapi.emulator._rules.emulated import (
    NO_STREAM_OPTIONS_MODEL,
    RATE_LIMITED_MODEL,
    RETIRED_MODEL,
)
from langchain_cometapi.emulator._script import Reply, Script
from langchain_cometapi.emulator._state import RecordedRequest

if TYPE_CHECKING:
    from langchain_cometapi.emulator._server.app import create_app
    from langchain_cometapi.emulator._server.server import CometAPIEmulator

__all__ = [
    "EMULATOR_API_KEY",
    "FAULTS",
    "FAULT_HEADER",
    "NO_STREAM_OPTIONS_MODEL",
    "RATE_LIMITED_API_KEY",
    "RATE_LIMITED_MODEL",
    "RETIRED_MODEL",
    "CometAPIEmulator",
    "Fault",
    "RecordedRequest",
    "Reply",
    "Script",
    "create_app",
]

_LAZY = {
    "CometAPIEmulator": "langchain_cometapi.emulator._server.server",
    "create_app": "langchain_cometapi.emulator._server.app",
}

_EXTRA = frozenset({"click", "h11", "starlette", "uvicorn"})
"""What the extra `emulator` installs, and the package itself does not need."""


def __getattr__(name: str) -> Any:
    """Return a public name that needs starlette and uvicorn, imported on first use."""
    module = _LAZY.get(name)
    if module is None:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    try:
        return getattr(import_module(module), name)
    except ModuleNotFoundError as error:
        missing = (error.name or "").partition(".")[0]
        if missing not in _EXTRA:
            raise
        # pip installs the extra of the package that is there, wherever that came from.
        msg = (
            f"The emulator needs {missing}, which is not installed: "
            'pip install "langchain-cometapi[emulator]"'
        )
        raise ModuleNotFoundError(msg, name=error.name) from None


def __dir__() -> list[str]:
    return sorted(__all__)
