"""A model with parameters bound to it, which explains its requests with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_core.language_models.chat_models import _ChatModelBinding

if TYPE_CHECKING:
    from langchain_core.language_models import LanguageModelInput

    from langchain_cometapi._chat.request.encode import RequestExplanation


class ModelBinding(_ChatModelBinding):  # type: ignore[no-redef]
    """LangChain's binding of a chat model, whose `explain` knows what is bound.

    LangChain's own passes the call on to the model alone, which would leave bound tools out of
    the explanation.
    """

    def explain(self, messages: LanguageModelInput, **call: Any) -> RequestExplanation:
        """Return the request that `invoke` would send; see `ChatCometAPI.explain`."""
        model: Any = self.bound
        explained: RequestExplanation = model.explain(messages, **{**self.kwargs, **call})
        return explained
