"""Standard blocks of calls that must not run, in messages of the native classes.

Core's translators for their providers show the block of such a call as a `tool_call`, and a call
without a block not at all.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from langchain_core.messages.block_translators import get_translator, register_translator

from langchain_cometapi._chat.response.cut_calls import ERRORS

if TYPE_CHECKING:
    from collections.abc import Callable


def show_invalid_calls(provider: str) -> None:
    """Make core show the invalid calls of a provider's messages as `invalid_tool_call`.

    Only messages of this package change: others do not have `ERRORS` in their metadata.
    """
    translators = get_translator(provider) or {}
    register_translator(
        provider, **{name: partial(_translate, known) for name, known in translators.items()}
    )


def _translate(translate: Callable[[Any], list[Any]], message: Any) -> list[Any]:
    """Return the standard blocks of a message, of which invalid calls come last."""
    errors = message.response_metadata.get(ERRORS)
    if not errors:
        return translate(message)
    calls = {call["id"]: call for call in message.invalid_tool_calls if call["id"] in errors}
    content = message.content
    if isinstance(content, list):
        content = [b for b in content if not (isinstance(b, dict) and b.get("id") in calls)]
    update = {"content": content, "invalid_tool_calls": []}
    invalid = [{**call, "error": call["error"] or errors[id_]} for id_, call in calls.items()]
    return [*translate(message.model_copy(update=update)), *invalid]
