"""Which class serves a model best with what is installed, and why."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from langchain_cometapi import native
from langchain_cometapi._chat.request.validation import check_endpoint
from langchain_cometapi._client.sdk import httpx
from langchain_cometapi._vendors.registry import UNKNOWN, get_vendor

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from langchain_cometapi._vendors.registry import Endpoint, Vendor

__all__ = ["Choice", "cometapi_chat_model", "explain_choice"]

_logger = logging.getLogger(__name__)

_DEFAULT = "ChatCometAPI"

# Where CometAPI serves an endpoint (its documentation, 2026-11).
_PATHS: dict[Endpoint, str] = {
    "chat": "/v1/chat/completions",
    "responses": "/v1/responses",
    "messages": "/v1/messages",
    "generate_content": ":generateContent",
}

# Parameters of the request, under the names of the route.
_BY_ROUTE = frozenset({"extra_body", "model_kwargs"})


@dataclass(frozen=True)
class Choice:
    """Which class serves a model, and why.

    Attributes:
        model: The id of the model.
        class_name: The class, which `langchain_cometapi` has under this name.
        endpoint: The route that it calls: chat, responses, messages or generate_content.
        reason: Why, in a sentence.
        advice: What would serve the model better, and how to get it; `""` if nothing would.
    """

    model: str
    class_name: str
    endpoint: Endpoint
    reason: str
    advice: str = ""

    def __str__(self) -> str:
        """Return the choice in words."""
        text = f"{self.model} is called by `{self.class_name}` on {_PATHS[self.endpoint]}: "
        return f"{text}{self.reason}{' ' if self.advice else ''}{self.advice}"


def explain_choice(model: str) -> Choice:
    """Return which class `cometapi_chat_model` takes for a model, and why; imports no extra.

    ```python
    from langchain_cometapi.native import explain_choice

    print(explain_choice("claude-sonnet-5-5"))
    ```

    Args:
        model: The id of the model.

    Raises:
        CometAPIUnsentRequestError: If CometAPI is known to serve the model, and not for chat.
    """
    vendor = get_vendor(model)
    endpoint: Endpoint = vendor.endpoint or "chat"
    if vendor.native is None:
        check_endpoint(model, vendor, endpoint)
        return Choice(model, _DEFAULT, endpoint, _explain_route(vendor))
    route = vendor.native
    is_installed = find_spec(route.package) is not None
    has_library = httpx.__name__ == "httpx2"  # the vendors' SDKs take no other
    if is_installed and has_library:
        reason = f"this route carries {route.features}, which chat does not."
        return Choice(model, route.class_name, route.endpoint, reason)
    what = "needs openai 3" if is_installed else "is not installed"
    reason = f"the extra `{route.extra}` {what}."
    install = route.install if has_library else route.install.replace("install", "install -U", 1)
    advice = (
        f"`{install}` brings `{route.class_name}`, which carries {route.features} on "
        f"{_PATHS[route.endpoint]}."
    )
    return Choice(model, _DEFAULT, endpoint, reason, advice)


def _explain_route(vendor: Vendor) -> str:
    if vendor is UNKNOWN:
        return "nothing is known of this model, and every gateway has this route."
    if vendor.endpoint == "responses":
        return "there the model has all of its features."
    return "this is the route of the model, as far as is known."


def cometapi_chat_model(model: str, **kwargs: Any) -> BaseChatModel:
    """Return the chat model that serves a model id best with what is installed.

    Claude is served best by `ChatCometAPIAnthropic` (extra `anthropic`), Gemini by
    `ChatCometAPIGoogle` (extra `google`), all others by `ChatCometAPI` on the route of the model;
    so are Claude and Gemini without their extras. `explain_choice` says which it is and why, and so
    does a log entry of the level INFO.

    ```python
    from langchain_cometapi import cometapi_chat_model

    model = cometapi_chat_model("claude-sonnet-5-5", max_tokens=1000, timeout=60)
    ```

    Args:
        model: The id of the model.
        **kwargs: Arguments of the class. Those that `ChatCometAPI` and the native classes share
            mean the same in each: key, URL, timeouts, headers, `max_tokens`, `temperature`, `stop`,
            `reasoning_effort`, `streaming` and LangChain's own. One that the chosen class does not
            have is an error.

    Raises:
        ValueError: If an argument does not fit the chosen class, or has another meaning in each.
        CometAPIUnsentRequestError: If CometAPI is known to serve the model, and not for chat.
    """
    if "model_name" in kwargs:
        msg = "`model_name` is another name of `model`, which is passed already. Leave it out."
        raise ValueError(msg)
    choice = explain_choice(model)
    vendor = get_vendor(model)
    if vendor.native is not None and (unclear := sorted(_BY_ROUTE & kwargs.keys())):
        msg = (
            f"`{unclear[0]}` means another thing on each route, and what is installed decides "
            f"which of them {model} is called on. Pass the parameters as arguments, or call "
            f"`{vendor.native.class_name}` or `{_DEFAULT}` yourself."
        )
        raise ValueError(msg)
    from langchain_cometapi.chat_models import ChatCometAPI

    kind: Any = ChatCometAPI
    if choice.class_name != _DEFAULT:
        kind = getattr(native, choice.class_name)
        for name in kwargs.keys() - _list_arguments(kind):
            if name in _list_arguments(ChatCometAPI):
                msg = (
                    f"`{name}` is an argument of `{_DEFAULT}`, and not of `{choice.class_name}`, "
                    f"which serves {model} best. Leave it out, or call `{_DEFAULT}` yourself."
                )
                raise ValueError(msg)
    _logger.info("%s", choice)
    built: BaseChatModel = kind(model=model, **kwargs)
    return built


def _list_arguments(kind: Any) -> set[str]:
    fields = kind.model_fields
    return {*fields, *(field.alias for field in fields.values() if field.alias)}
