"""Token usage in Google's words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from langchain_cometapi.emulator._generation.usage import PART_TOKENS

if TYPE_CHECKING:
    from langchain_cometapi.emulator._generation.usage import PromptCount
    from langchain_cometapi.emulator._routes.generate_content.request.generate_content_request import (  # noqa: E501
        GenerateContentRequest,
    )

# The smallest limit that the tests of applications set is a hundred tokens: room for an answer.
_LEVEL_TOKENS = {"MINIMAL": 0, "LOW": 16, "MEDIUM": 32, "HIGH": 64}


def thought_tokens(request: GenerateContentRequest) -> int:
    """Return how many tokens a response has of thoughts, shown or not.

    Args:
        request: A valid request.
    """
    tokens = _LEVEL_TOKENS.get(request.think.level, 0)
    budget = request.think.budget
    return tokens if budget is None else min(tokens, budget)


@dataclass(frozen=True)
class Usage:
    """The token counts of a response.

    Attributes:
        request: The request.
        prompt: Counts of the prompt.
        tools: Tokens of the prompts of Google's tools.
        thoughts: Tokens of thoughts.
    """

    request: GenerateContentRequest
    prompt: PromptCount
    tools: int
    thoughts: int

    def body(self, text: int, images: int = 0) -> dict[str, Any]:
        """Return `usageMetadata`, without counts that are zero, as protobuf has it.

        Args:
            text: Tokens of text that the response has so far.
            images: Tokens of images that it has so far.
        """
        prompt, candidates = self.prompt, text + images
        counts: dict[str, Any] = {
            "promptTokenCount": prompt.total,
            "candidatesTokenCount": candidates,
            "totalTokenCount": prompt.total + candidates + self.tools + self.thoughts,
            "cachedContentTokenCount": prompt.cached,
            "promptTokensDetails": self._details,
            "cacheTokensDetails": _listed({"TEXT": prompt.cached}),
            "candidatesTokensDetails": _listed({"IMAGE": images}),
            "toolUsePromptTokenCount": self.tools,
            "toolUsePromptTokensDetails": _listed({"TEXT": self.tools}),
            "thoughtsTokenCount": self.thoughts,
        }
        return {name: count for name, count in counts.items() if count}

    @cached_property
    def _details(self) -> list[dict[str, Any]]:
        kinds = [
            part["type"]
            for message in self.request.messages
            for part in (message["content"] if isinstance(message["content"], list) else ())
        ]
        image = self.request.row.rules.image_tokens.high
        tokens = {
            "IMAGE": kinds.count("image_url") * image,
            "AUDIO": self.prompt.audio,
            "VIDEO": kinds.count("video_url") * PART_TOKENS["video_url"],
            "DOCUMENT": kinds.count("file") * PART_TOKENS["file"],
        }
        text = self.prompt.total - sum(tokens.values())
        return _listed({"TEXT": text, **tokens})


def _listed(tokens: dict[str, int]) -> list[dict[str, Any]]:
    return [
        {"modality": modality, "tokenCount": count} for modality, count in tokens.items() if count
    ]
