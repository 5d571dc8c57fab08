"""LangChain models for CometAPI, one gateway in front of many model vendors.

The public names resolve on first use (PEP 562), so that importing the package
costs next to nothing and a program pays only for what it touches.
"""

# ruff: noqa: F403, F405 - the names of the exceptions stand in `__all__` alone

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from langchain_cometapi._version import __version__
    from langchain_cometapi.callbacks import CostCallbackHandler, Spending
    from langchain_cometapi.chat_models import ChatCometAPI
    from langchain_cometapi.embeddings import CometAPIEmbeddings
    from langchain_cometapi.exceptions import *
    from langchain_cometapi.llms import CometAPILLM
    from langchain_cometapi.native import ChatCometAPIAnthropic as ChatCometAPIAnthropic
    from langchain_cometapi.native import ChatCometAPIGoogle as ChatCometAPIGoogle
    from langchain_cometapi.native.choice import cometapi_chat_model, explain_choice
    from langchain_cometapi.registration import register, unregister

__all__ = [
    "ChatCometAPI",
    "CometAPIAuthenticationError",
    "CometAPIBudgetExceededError",
    "CometAPICatalogWarning",
    "CometAPIConnectionError",
    "CometAPIContentFilterError",
    "CometAPIContextOverflowError",
    "CometAPIEmbeddings",
    "CometAPIError",
    "CometAPIInsufficientBalanceError",
    "CometAPIInvalidKeyError",
    "CometAPIInvalidRequestError",
    "CometAPILLM",
    "CometAPIModelNotFoundError",
    "CometAPIOutputFilteredError",
    "CometAPIOverloadedError",
    "CometAPIParameterWarning",
    "CometAPIPermissionDeniedError",
    "CometAPIRateLimitError",
    "CometAPIRefusalError",
    "CometAPIRetiredModelWarning",
    "CometAPIServerError",
    "CometAPIStreamError",
    "CometAPIStreamTruncatedError",
    "CometAPIStructuredOutputError",
    "CometAPITimeoutError",
    "CometAPIUnexpectedResponseError",
    "CometAPIUnknownCostWarning",
    "CometAPIUnsentRequestError",
    "CostCallbackHandler",
    "Spending",
    "__version__",
    "cometapi_chat_model",
    "explain_choice",
    "register",
    "unregister",
]

_MODULES = {
    "ChatCometAPI": "langchain_cometapi.chat_models",
    "CometAPIEmbeddings": "langchain_cometapi.embeddings",
    "CometAPILLM": "langchain_cometapi.llms",
    "CostCallbackHandler": "langchain_cometapi.callbacks",
    "Spending": "langchain_cometapi.callbacks",
    "__version__": "langchain_cometapi._version",
    "cometapi_chat_model": "langchain_cometapi.native.choice",
    "explain_choice": "langchain_cometapi.native.choice",
    "register": "langchain_cometapi.registration",
    "unregister": "langchain_cometapi.registration",
}

# Not in `__all__`: without their extras, `import *` would fail.
_NATIVE = ("ChatCometAPIAnthropic", "ChatCometAPIGoogle")
_MODULES |= dict.fromkeys(_NATIVE, "langchain_cometapi.native")


def __getattr__(name: str) -> object:
    if name not in __all__ and name not in _NATIVE:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    module = import_module(_MODULES.get(name, "langchain_cometapi.exceptions"))
    value = globals()[name] = getattr(module, name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, *_NATIVE})
