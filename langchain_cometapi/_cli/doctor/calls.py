"""Checks that ask models: a chat, a stream, a tool call, an embedding and the native routes."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from langchain_cometapi import exceptions as exc
from langchain_cometapi._cli.doctor.check import Check
from langchain_cometapi._cli.doctor.native import NATIVE_CHECKS, NativeCheck
from langchain_cometapi._cli.usage import format_cost, format_tokens, get_cost
from langchain_cometapi._client.error_advice import WRONG_PATH

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from langchain_core.messages import AIMessage

    from langchain_cometapi._cli.doctor.check import Models
    from langchain_cometapi._cli.options import Service
    from langchain_cometapi.chat_models import ChatCometAPI
    from langchain_cometapi.embeddings import CometAPIEmbeddings

_PROMPT = "Reply with the word ok."
_TOOL_PROMPT = "What is the weather in Paris? Use the tool get_weather."
_TOOL = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "Get the weather in a city.",
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string"}},
            "required": ["city"],
        },
    },
}

_FAILS_AGAIN: tuple[type[exc.CometAPIError], ...] = (
    exc.CometAPIAuthenticationError,
    exc.CometAPIPermissionDeniedError,
    exc.CometAPIModelNotFoundError,
    exc.CometAPIRateLimitError,
    exc.CometAPIUnexpectedResponseError,
)
"""Errors of a chat that a stream and a tool call of the same model would end with too."""

_ADVICE: dict[type[exc.CometAPIError], str] = {
    exc.CometAPIModelNotFoundError: (
        "Try another with {option}; `langchain-cometapi models` lists them."
    ),
    exc.CometAPIConnectionError: (
        "The host did answer before: try again, and then another model with {option}."
    ),
    exc.CometAPIOverloadedError: "Wait a while, or try another model with {option}.",
}

_NATIVE = frozenset(route.name for route in NATIVE_CHECKS)
_ON_CHAT = (
    "If the host serves the chat route alone, as a proxy of yours may: ChatCometAPI asks the same "
    "model there."
)

_OF_ALL_MODELS: tuple[type[exc.CometAPIError], ...] = (exc.CometAPIInsufficientBalanceError,)
"""Errors of one model that another one would end with too."""

_OF_A_REFUSED_KEY = (*_OF_ALL_MODELS, exc.CometAPIAuthenticationError)


_OPTIONS = {"embedding": "--embedding-model", **{r.name: r.option for r in NATIVE_CHECKS}}
"""The option that names the model of a check; `--model` of all others."""


@dataclass
class Calls:
    """Asks a chat model, an embedding model and the native models, over the same connections.

    Attributes:
        service: Where requests go.
        models: The ids of the models.
        timeout: Seconds that each check may take.
        is_key_accepted: Whether the host knows the key; `None` if that is unknown.
    """

    service: Service
    models: Models
    timeout: float
    is_key_accepted: bool | None
    _failure: tuple[str, exc.CometAPIError] | None = field(default=None, init=False)

    def checks(self) -> Iterator[Check]:
        """Yield the checks, each after it was made."""
        options = {"timeout": self.timeout, "max_retries": 0, **self.service.arguments()}
        from langchain_cometapi.chat_models import ChatCometAPI
        from langchain_cometapi.embeddings import CometAPIEmbeddings

        chat = ChatCometAPI(model=self.models.model, **options)
        embeddings = CometAPIEmbeddings(model=self.models.embedding_model, **options)
        of_all_models = _OF_ALL_MODELS if self.is_key_accepted is not False else _OF_A_REFUSED_KEY
        with asyncio.Runner() as runner:
            for name, check in _CHAT_CHECKS:
                reason = self._reason_to_skip(_FAILS_AGAIN)
                yield (
                    runner.run(self._run(name, self.models.model, partial(check, chat)))
                    if reason is None
                    else Check(name, "skipped", reason)
                )
            reason = self._reason_to_skip(of_all_models)
            yield (
                runner.run(
                    self._run("embedding", self.models.embedding_model, partial(_embed, embeddings))
                )
                if reason is None
                else Check("embedding", "skipped", reason)
            )
            for route, model in zip(NATIVE_CHECKS, self._native_models(), strict=True):
                reason = route.reason_to_skip() or self._reason_to_skip(of_all_models)
                yield (
                    runner.run(
                        self._run(
                            route.name,
                            model,
                            partial(_ask_native, route, model, options),
                            route.load,
                        )
                    )
                    if reason is None
                    else Check(route.name, "skipped", reason)
                )
            runner.run(_close(chat, embeddings))

    def _native_models(self) -> tuple[str, str]:
        return self.models.claude_model, self.models.gemini_model

    def _reason_to_skip(self, kinds: tuple[type[exc.CometAPIError], ...]) -> str | None:
        if self._failure is None:
            return None
        name, error = self._failure
        is_same = isinstance(error, kinds) or _is_path_wrong(error)
        return f"it would end as the {name} did" if is_same else None

    async def _run(
        self,
        name: str,
        model: str,
        ask: Callable[[], Awaitable[Check]],
        load: Callable[[], object] = object,
    ) -> Check:
        started = time.monotonic()
        try:
            load()  # imports may take seconds, and none of the check's
            async with asyncio.timeout(self.timeout):
                return await ask()
        except exc.CometAPITimeoutError:
            return self._time_out(name, model)
        except exc.CometAPIError as error:
            if self._failure is None:
                self._failure = (name, error)
            return self._fail(name, error, time.monotonic() - started)
        except TimeoutError:
            return self._time_out(name, model)
        except ImportError as error:  # the packages of an extra, which do not fit each other
            return Check(name, "failed", str(error), details={"error": type(error).__name__})

    def _time_out(self, name: str, model: str) -> Check:
        return Check(
            name,
            "failed",
            f"No complete answer within {self.timeout:g} s (model {model}).",
            "Raise --timeout if the model needs longer, or try another one with "
            f"{self._option(name)}.",
            {"model": model, "error": exc.CometAPITimeoutError.__name__},
        )

    @staticmethod
    def _option(name: str) -> str:
        return _OPTIONS.get(name, "--model")

    def _fail(self, name: str, error: exc.CometAPIError, seconds: float) -> Check:
        details = {
            "model": error.model,
            "seconds": round(seconds, 3),
            "error": type(error).__name__,
            "status": error.status_code,
            "request_id": error.request_id,
            "retry_after": error.retry_after,
        }
        return Check(name, "failed", str(error), self._advise(name, error), details)

    def _advise(self, name: str, error: exc.CometAPIError) -> str | None:
        """Return what this command adds to the advice of an error."""
        option, wait = self._option(name), error.retry_after
        if isinstance(error, exc.CometAPIAuthenticationError) and self.is_key_accepted:
            return f"The host accepts the key for its list of models: try another with {option}."
        if isinstance(error, exc.CometAPIRateLimitError):
            return f"Wait {wait:g} s and try again." if wait else "Wait a while and try again."
        if _is_path_wrong(error):
            return _ON_CHAT if name in _NATIVE else None
        texts = (text for kind, text in _ADVICE.items() if isinstance(error, kind))
        return next((text.format(option=option) for text in texts), None)


def _is_path_wrong(error: exc.CometAPIError) -> bool:
    return WRONG_PATH in error.message


async def _close(chat: ChatCometAPI, embeddings: CometAPIEmbeddings) -> None:
    await chat.aclose()
    await embeddings.aclose()


def _succeed(
    name: str,
    message: AIMessage,
    seconds: float,
    first_token_seconds: float | None = None,
    extra: str = "",
) -> Check:
    model = str(message.response_metadata.get("model_name") or "")
    cost = get_cost(message)
    first = (
        "" if first_token_seconds is None else f", first token after {first_token_seconds:.2f} s"
    )
    parts = [
        f"{model}: {seconds:.2f} s{first}",
        extra,
        format_tokens(message),
        None if cost is None else format_cost(cost),
    ]
    usage: Any = message.usage_metadata or {}
    details = {
        "model": model,
        "seconds": round(seconds, 3),
        "first_token_seconds": first_token_seconds and round(first_token_seconds, 3),
        "input_tokens": usage.get("input_tokens"),
        "output_tokens": usage.get("output_tokens"),
        "cost_usd": cost,
        "request_id": message.response_metadata.get("request_id"),
    }
    return Check(name, "ok", ", ".join(part for part in parts if part), details=details)


async def _chat(model: ChatCometAPI) -> Check:
    started = time.monotonic()
    message = await model.ainvoke(_PROMPT)
    return _succeed("chat", message, time.monotonic() - started)


async def _stream(model: ChatCometAPI) -> Check:
    started = time.monotonic()
    first = whole = None
    async for chunk in model.astream(_PROMPT):
        if first is None and chunk.content:
            first = time.monotonic() - started
        whole = chunk if whole is None else whole + chunk
    seconds = time.monotonic() - started
    if whole is None:
        msg = "The stream had no chunk."
        raise exc.CometAPIUnexpectedResponseError(msg, model=model.model_name)
    return _succeed("stream", whole, seconds, first)


async def _call_tool(model: ChatCometAPI) -> Check:
    started = time.monotonic()
    message = await model.bind_tools([_TOOL]).ainvoke(_TOOL_PROMPT)
    seconds = time.monotonic() - started
    if message.tool_calls:
        names = ", ".join(call["name"] for call in message.tool_calls)
        return _succeed("tool_call", message, seconds, extra=f"called {names}")
    return Check(
        "tool_call",
        "warning",
        f"{model.model_name} answered without a call of the tool.",
        "It may have no tools, or have chosen not to call one: try another with --model.",
        {"model": model.model_name, "seconds": round(seconds, 3)},
    )


async def _ask_native(route: NativeCheck, model: str, options: dict[str, Any]) -> Check:
    chat = route.create(model, options)
    started = time.monotonic()
    try:
        message = await chat.ainvoke(_PROMPT)
    finally:
        await chat.aclose()
    return _succeed(route.name, message, time.monotonic() - started, extra=f"on {route.path}")


async def _embed(model: CometAPIEmbeddings) -> Check:
    started = time.monotonic()
    vector = await model.aembed_query("ok")
    seconds = time.monotonic() - started
    details = {"model": model.model, "seconds": round(seconds, 3), "dimensions": len(vector)}
    message = f"{model.model}: {seconds:.2f} s, a vector of {len(vector)} numbers"
    return Check("embedding", "ok", message, details=details)


_CHAT_CHECKS: tuple[tuple[str, Callable[[ChatCometAPI], Awaitable[Check]]], ...] = (
    ("chat", _chat),
    ("stream", _stream),
    ("tool_call", _call_tool),
)
