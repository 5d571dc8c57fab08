"""Claude and Gemini over their own protocols, on LangChain's own packages.

| class | is a | route | extra |
| --- | --- | --- | --- |
| `ChatCometAPIAnthropic` | `ChatAnthropic` | `/v1/messages` | `anthropic` |
| `ChatCometAPIGoogle` | `ChatGoogleGenerativeAI` | `/v1beta/models/...` | `google` |

`cometapi_chat_model` chooses among these and `ChatCometAPI`; `explain_choice` says which and why.

The names resolve on first use (PEP 562): without the extras, this module imports neither.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from langchain_cometapi.native.anthropic import ChatCometAPIAnthropic
    from langchain_cometapi.native.choice import Choice, cometapi_chat_model, explain_choice
    from langchain_cometapi.native.google import ChatCometAPIGoogle

__all__ = [
    "ChatCometAPIAnthropic",
    "ChatCometAPIGoogle",
    "Choice",
    "cometapi_chat_model",
    "explain_choice",
]

# Name -> module and extra, and the packages that the extra brings.
_CLASSES = {
    "ChatCometAPIAnthropic": ("anthropic", {"anthropic", "langchain_anthropic"}),
    "ChatCometAPIGoogle": ("google", {"google", "langchain_google_genai"}),
}
_CHOICE = ("Choice", "cometapi_chat_model", "explain_choice")


def __getattr__(name: str) -> object:
    if name in _CHOICE:
        return getattr(import_module(f"{__name__}.choice"), name)
    if name not in _CLASSES:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    from langchain_cometapi._client.sdk import httpx

    extra, packages = _CLASSES[name]
    try:
        module = import_module(f"{__name__}.{extra}")
    except ImportError as error:
        if (error.name or "").partition(".")[0] not in packages:
            raise
        msg = f'`{name}` needs an extra: pip install "langchain-cometapi[{extra}]"'
        raise ImportError(msg, name=error.name) from error
    if httpx.__name__ != "httpx2":  # pip installs no such mix; `openai` 2 has another HTTP library
        msg = f'`{name}` needs openai 3: pip install -U "langchain-cometapi[{extra}]"'
        raise ImportError(msg, name="openai")
    value = globals()[name] = getattr(module, name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
