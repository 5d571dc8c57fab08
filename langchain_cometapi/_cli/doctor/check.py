"""The outcome of a check, and the models that are asked."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

from langchain_cometapi._cli.wording import as_command_line

Status = Literal["ok", "warning", "failed", "skipped"]


@dataclass(frozen=True)
class Check:
    """The outcome of a check.

    Attributes:
        name: What was checked.
        status: How it ended. A warning is no reason to fail.
        message: What was found, or why the check was skipped.
        advice: What to do about it.
        details: Figures and names for programs; they depend on the check.
    """

    name: str
    status: Status
    message: str
    advice: str | None = None
    details: dict[str, Any] = field(default_factory=dict)

    def in_words_of_options(self) -> Check:
        """Return the check with the advice of errors in the words of a command line."""
        advice = None if self.advice is None else as_command_line(self.advice)
        return replace(self, message=as_command_line(self.message), advice=advice)

    def as_dict(self) -> dict[str, Any]:
        """Return the outcome as JSON has it."""
        return asdict(self)


@dataclass(frozen=True)
class Models:
    """The ids of the models that are asked.

    Attributes:
        model: The chat model.
        embedding_model: The embedding model.
        claude_model: The model of the native Claude route.
        gemini_model: The model of the native Gemini route.
    """

    model: str
    embedding_model: str
    claude_model: str
    gemini_model: str
