"""The answers that are ready: small texts for the questions of the demo and the documentation."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from langchain_cometapi.emulator._generation.conversation import (
    joined_text,
    last_user_text,
    tool_results,
)
from langchain_cometapi.emulator._generation.facts import read_facts
from langchain_cometapi.emulator._generation.schema_values import fill_schema
from langchain_cometapi.emulator._generation.words import stem, words
from langchain_cometapi.emulator._json import to_json

if TYPE_CHECKING:
    from langchain_cometapi.emulator._generation.prompt import Prompt

OPENING = "[CometAPI emulator] "
"""What each of the answers begins with, so that nobody takes it for that of a model."""

_FILE = "answers.toml"
_MAX_QUESTION = 200
_MAX_RESULT = 400
_RESULT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class ReadyAnswer:
    """An answer to one question.

    Attributes:
        words: The stems that the question has.
        earlier: The stems that an earlier message of the user has.
        reasoning: The reasoning before the answer, or before its tool calls.
        text: The answer, one line for each paragraph; `{word}` stands for the result of a tool.
        calls: The word of each tool that is called first, and a text with its arguments.
        results: The reasoning once the tools have returned.
    """

    words: frozenset[str]
    earlier: frozenset[str]
    reasoning: str
    text: str
    calls: tuple[tuple[str, str], ...] = ()
    results: str = ""

    def choose_calls(self, request: Prompt) -> list[tuple[str, str]]:
        """Return the names of the tools to call, each with its arguments as JSON.

        Args:
            request: The request with the question.
        """
        if request.tool_choice != "auto" or request.turns[-1]["role"] != "user":
            return []
        chosen: dict[str, str] = {}
        for word, about in self.calls:
            tool = _find_tool(request.tools, word)
            if tool is not None:
                arguments = fill_schema(tool.get("parameters") or {}, read_facts(about))
                chosen.setdefault(tool["name"], to_json(arguments))
        calls = list(chosen.items())
        return calls if request.parallel else calls[:1]

    def write(self, request: Prompt) -> str | None:
        """Return the text of the answer; `None` if it says nothing of the results of the tools.

        Args:
            request: The request with the question, or with the results of the tools.
        """
        returned = dict(tool_results(request.turns))
        tools = [*request.tools, *({"name": name} for name in returned)]
        results: dict[str, str] = {}
        for word, _ in self.calls:
            tool = _find_tool(tools, word)
            if tool is not None and tool["name"] in returned:
                result = returned[tool["name"]][:_MAX_RESULT]
                results[word] = result.strip().removesuffix(".")
        if returned and not results:
            return None
        lines = []
        for line in self.text.splitlines():
            # A sentence about a result that is not there is left out, not the line.
            sentences = re.split(r"(?<=[.!?]) (?=[A-Z])", line)
            complete = [one for one in sentences if results.keys() >= set(_RESULT.findall(one))]
            if complete:
                whole = " ".join(complete)
                lines.append(_RESULT.sub(lambda found: results[found[1]], whole))
        return OPENING + "\n".join(lines)

    def reason(self, request: Prompt) -> str:
        """Return the reasoning.

        Args:
            request: The request with the question, or with the results of the tools.
        """
        return self.results if self.results and tool_results(request.turns) else self.reasoning


def find_answer(request: Prompt) -> ReadyAnswer | None:
    """Return the answer to the question of the newest user message; `None` if there is none.

    Args:
        request: A valid request.
    """
    question = last_user_text(request.turns)
    if len(question) > _MAX_QUESTION:
        return None
    asked = _stems(question)
    for answer in _read_answers():
        if answer.words <= asked and answer.earlier <= _earlier_stems(request, question):
            return answer
    return None


@cache
def _read_answers() -> tuple[ReadyAnswer, ...]:
    """Return all answers."""
    text = (files(__package__) / _FILE).read_text(encoding="utf-8")
    return tuple(
        ReadyAnswer(
            words=_stems(one["words"]),
            earlier=_stems(one.get("earlier", "")),
            reasoning=one["reasoning"],
            text=one["text"],
            calls=tuple((call["tool"], call["about"]) for call in one.get("calls", ())),
            results=one.get("results", ""),
        )
        for one in tomllib.loads(text)["answer"]
    )


def _earlier_stems(request: Prompt, question: str) -> frozenset[str]:
    texts = [joined_text(turn.get("content")) for turn in request.turns if turn["role"] == "user"]
    return _stems(" ".join(text for text in texts if text != question))


def _find_tool(tools: list[dict[str, Any]], word: str) -> dict[str, Any] | None:
    """Return the tool with a word in its name, else in its description."""
    for field in ("name", "description"):
        for tool in tools:
            if stem(word) in _stems(tool.get(field) or ""):
                return tool
    return None


def _stems(text: str) -> frozenset[str]:
    return frozenset(map(stem, words(text)))
