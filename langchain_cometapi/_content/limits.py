"""A warning when a message is empty because reasoning used up the token limit."""

from __future__ import annotations

import warnings

from langchain_cometapi._content.finish_reasons import Finish, read_finish_reason


def warn_if_limit_spent(finish_reason: object, *, is_empty: bool) -> None:
    """Warn why a message is empty when reasoning has used up the token limit."""
    if read_finish_reason(finish_reason) is Finish.LENGTH and is_empty:
        warnings.warn(
            "The message is empty: the model spent its whole token limit before it came to "
            f"answer (finish_reason {finish_reason!r}), usually on reasoning. Raise `max_tokens` "
            "or lower `reasoning_effort`.",
            stacklevel=2,
        )
