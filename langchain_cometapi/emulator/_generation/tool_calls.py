"""Which tools the emulated model calls, and with which arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_cometapi.emulator._generation.conversation import called_since_user, last_user_text
from langchain_cometapi.emulator._generation.facts import read_facts
from langchain_cometapi.emulator._generation.schema_values import fill_schema
from langchain_cometapi.emulator._generation.words import content_stems, words
from langchain_cometapi.emulator._json import to_json

if TYPE_CHECKING:
    from langchain_cometapi.emulator._generation.prompt import Prompt
    from langchain_cometapi.emulator._state import EmulatorState

# Words that occur in too many tool names to distinguish tools.
_GENERIC_STEMS = content_stems("tool function call run set value input output result return get my")
_MIN_SHARED_STEMS = 2
# The keywords of parameters that are more than an object of any kind.
_TELLING = frozenset(
    {"$ref", "additionalProperties", "allOf", "anyOf", "minProperties", "oneOf", "properties"}
)


def choose_calls(request: Prompt) -> list[tuple[str, str]]:
    """Return the names of the tools to call, each with arguments from the prompt, as JSON.

    Args:
        request: A valid request.
    """
    facts = read_facts(last_user_text(request.turns))
    calls = []
    for tool in _choose_tools(request):
        schema = tool.get("parameters") or {}
        arguments = fill_schema(schema, facts) if any(map(schema.get, _TELLING)) else {}
        calls.append((tool["name"], to_json(arguments)))
    return calls


def _choose_tools(request: Prompt) -> list[dict[str, Any]]:
    """Return the function objects to call; an empty list for a text message."""
    if not request.tools or not request.turns or request.tool_choice == "none":
        return []
    if request.tool_choice not in ("auto", "required"):
        return [tool for tool in request.tools if tool["name"] == request.tool_choice][:1]
    prompt = last_user_text(request.turns)
    ranked = sorted(request.tools, key=lambda tool: -_relevance(tool, prompt))
    if request.tool_choice == "required":
        called = called_since_user(request.turns)
        # An agent that forces a call in every turn ends when all tools were called.
        uncalled = [tool for tool in ranked if tool["name"] not in called]
        return (uncalled or ranked)[:1]
    if request.turns[-1]["role"] != "user":
        return []
    named = [tool for tool in request.tools if tool["name"].lower() in prompt.lower()]
    relevant = named or [tool for tool in request.tools if _relevance(tool, prompt) > 0]
    if relevant and not request.parallel:
        return [tool for tool in ranked if tool in relevant][:1]
    return relevant


def _relevance(tool: dict[str, Any], prompt: str) -> int:
    """Return a score: how many words a tool's name and description share with the prompt."""
    prompt_stems = content_stems(prompt)
    name = content_stems(" ".join(words(tool["name"]))) - _GENERIC_STEMS
    about = content_stems(str(tool.get("description") or "")) - _GENERIC_STEMS - name
    score = 100 * (tool["name"].lower() in prompt.lower()) + 10 * len(name & prompt_stems)
    described = len(about & prompt_stems)
    if score or described >= _MIN_SHARED_STEMS:
        score += described
    return score


def make_calls(
    request: Prompt, planned: list[tuple[str, str]], state: EmulatorState
) -> list[dict[str, Any]]:
    """Return OpenAI-shaped tool calls.

    Args:
        request: A valid request.
        planned: The names of the tools to call, each with its arguments as text.
        state: The emulator's memory; it numbers and signs the calls.
    """
    rules = request.row.rules
    first_index = sum(len(message.get("tool_calls") or ()) for message in request.messages)
    calls: list[dict[str, Any]] = []
    for index, (name, arguments) in enumerate(planned, first_index):
        call: dict[str, Any] = {
            "id": rules.call_ids.template.format(
                serial=state.next_serial(), name=name, index=index
            ),
            "type": "function",
            "function": {"name": name, "arguments": arguments},
        }
        if rules.signatures and not calls:  # only the first of parallel calls
            signature = state.issue_signature(call["id"])
            call["extra_content"] = {"google": {"thought_signature": signature}}
        calls.append(call)
    return calls
