"""A model with tools and parameters bound to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from langchain_core.language_models import LanguageModelInput, ModelProfile
from langchain_core.language_models.chat_models import _ChatModelBinding
from langchain_core.runnables.configurable import (
    RunnableConfigurableAlternatives,
    RunnableConfigurableFields,
)

from langchain_cometapi._chat.request.encode import RequestExplanation
from langchain_cometapi._chat.tool_schemas import create_own_tool
from langchain_cometapi._client.redaction import hide_values
from langchain_cometapi._schemas.keywords import drop_infinite_defaults

_SHELLS = ("local_shell", "shell")
"""Built-in tools of the Responses route that LangChain does not know."""


class ModelBinding(_ChatModelBinding):  # type: ignore[no-redef]
    """LangChain's binding of a chat model, with an `explain` that includes what is bound.

    LangChain's own class calls the model's `explain` without the bound tools and parameters.
    """

    def __repr_args__(self) -> Iterable[tuple[str | None, Any]]:
        for name, value in super().__repr_args__():
            yield name, hide_values(value) if name == "kwargs" else value

    @property
    def profile(self) -> ModelProfile | None:
        """The profile of the model that is asked, which may be a bound one."""
        model: Any = self.bound
        asked = self.kwargs.get("model") or model.model_name
        profile: ModelProfile | None = (
            model.profile if asked == model.model_name else model._find_profile(asked)
        )
        return profile

    def explain(self, messages: LanguageModelInput, **call: Any) -> RequestExplanation:
        """Return the request that `invoke` would send; see `ChatCometAPI.explain`."""
        model: Any = self.bound
        explained: RequestExplanation = model.explain(messages, **{**self.kwargs, **call})
        return explained


class _Configurable:
    """What a configurable model adds to LangChain's class: the profile of the model that is asked.

    LangChain's own class has that of the default model.
    """

    @property
    def profile(self) -> ModelProfile | None:
        """The profile of the model that the config chooses."""
        runnable: Any = self
        chosen, _ = runnable.prepare()
        profile: ModelProfile | None = chosen.profile
        return profile


class ConfigurableModel(_Configurable, RunnableConfigurableFields):  # type: ignore[type-arg]
    """A model with fields that a config may set."""

    @classmethod
    def lc_id(cls) -> list[str]:
        """Return the id of LangChain's class, so that a dump can be loaded."""
        return [*cls.get_lc_namespace(), "RunnableConfigurableFields"]


class ConfigurableModels(_Configurable, RunnableConfigurableAlternatives):  # type: ignore[type-arg]
    """A model, and others that a config may choose."""

    @classmethod
    def lc_id(cls) -> list[str]:
        """Return the id of LangChain's class, so that a dump can be loaded."""
        return [*cls.get_lc_namespace(), "RunnableConfigurableAlternatives"]


def keep_tools(tools: Sequence[Any], *, strict: bool | None) -> list[dict[str, Any] | None]:
    """Return the tools that LangChain's conversion would lose, as they are sent; `None` for others.

    LangChain makes functions of OpenAI's custom tools, and refuses what it has no name of; of some
    schemas it loses a part, see `tool_schemas`.
    """
    return [
        dict(tool) if _is_typed(tool) else create_own_tool(tool, strict=strict) for tool in tools
    ]


def hide_tools(tools: Sequence[Any], kept: Sequence[dict[str, Any] | None]) -> list[Any]:
    """Return tools with functions in place of those that `keep_tools` has kept."""
    return [
        tool if own is None else _create_stand_in(own)
        for tool, own in zip(tools, kept, strict=True)
    ]


def restore_tools(
    tools: Sequence[Any], kept: Sequence[dict[str, Any] | None], bound: dict[str, Any]
) -> dict[str, Any]:
    """Return what was bound with the tools that `hide_tools` has replaced, and their choice.

    Args:
        tools: The tools as the user passed them.
        kept: What `keep_tools` has kept.
        bound: The parameters that were bound, with the converted tools.
    """
    converted = [
        own or (done if isinstance(tool, dict) else drop_infinite_defaults(done))
        for tool, own, done in zip(tools, kept, bound.get("tools") or (), strict=False)
    ]
    choice = bound.get("tool_choice")
    name = (choice.get("function") or {}).get("name") if isinstance(choice, dict) else None
    for tool in converted if name else ():
        if tool.get("type") == "custom" and _get_name(tool) == name:
            bound = {**bound, "tool_choice": {"type": "custom", "custom": {"name": name}}}
        elif tool.get("type") == name:
            bound = {**bound, "tool_choice": {"type": name}}
    return {**bound, "tools": converted}


def _is_typed(tool: Any) -> bool:
    if not isinstance(tool, dict):
        return False
    # Anthropic has functions of this type, too.
    is_custom = tool.get("type") == "custom" and "input_schema" not in tool
    return is_custom or tool.get("type") in _SHELLS


def _get_name(tool: dict[str, Any]) -> Any:
    inner = tool.get("custom") or tool.get("function") or {}
    return tool.get("name") or inner.get("name")


def _create_stand_in(tool: dict[str, Any]) -> dict[str, Any]:
    return {"type": "function", "function": {"name": _get_name(tool) or tool["type"]}}


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
