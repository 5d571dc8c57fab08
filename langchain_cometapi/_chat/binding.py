"""A model with tools and parameters bound to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from langchain_core.language_models import LanguageModelInput
from langchain_core.language_models.chat_models import _ChatModelBinding

from langchain_cometapi._chat.request.encode import RequestExplanation
from langchain_cometapi._client.redaction import hide_values


class ModelBinding(_ChatModelBinding):  # type: ignore[no-redef]
    """LangChain's binding of a chat model, with an `explain` that includes what is bound.

    LangChain's own class calls the model's `explain` without the bound tools and parameters.
    """

    def __repr_args__(self) -> Iterable[tuple[str | None, Any]]:
        for name, value in super().__repr_args__():
            yield name, hide_values(value) if name == "kwargs" else value

    def explain(self, messages: LanguageModelInput, **call: Any) -> RequestExplanation:
        """Return the request that `invoke` would send; see `ChatCometAPI.explain`."""
        model: Any = self.bound
        explained: RequestExplanation = model.explain(messages, **{**self.kwargs, **call})
        return explained


def keep_cache_control(tools: Sequence[Any], converted: Any) -> Any:
    """Return converted tools with the `cache_control` that LangChain's conversion loses.

    Args:
        tools: Tools in any form: Anthropic's has it as a field, LangChain's in its `extras`.
        converted: The same tools in OpenAI's form.
    """
    marks = [_get_cache_control(tool) for tool in tools]
    if not any(marks) or not isinstance(converted, list) or len(converted) != len(marks):
        return converted
    return [
        {"cache_control": mark, **tool} if mark and isinstance(tool, dict) else tool
        for mark, tool in zip(marks, converted, strict=True)
    ]


def _get_cache_control(tool: Any) -> Any:
    extras = tool if isinstance(tool, dict) else getattr(tool, "extras", None)
    return extras.get("cache_control") if isinstance(extras, dict) else None
