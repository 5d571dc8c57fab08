"""A model with tools and parameters bound to it."""

from __future__ import annotations

from typing import Any

from langchain_core.language_models import LanguageModelInput
from langchain_core.language_models.chat_models import _ChatModelBinding

from langchain_cometapi._chat.request.encode import RequestExplanation


class ModelBinding(_ChatModelBinding):  # type: ignore[no-redef]
    """LangChain's binding of a chat model, with an `explain` that includes what is bound.

    LangChain's own class calls the model's `explain` without the bound tools and parameters.
    """

    def explain(self, messages: LanguageModelInput, **call: Any) -> RequestExplanation:
        """Return the request that `invoke` would send; see `ChatCometAPI.explain`."""
        model: Any = self.bound
        explained: RequestExplanation = model.explain(messages, **{**self.kwargs, **call})
        return explained
