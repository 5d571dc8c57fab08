"""How long a prompt may be, on both routes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from langchain_cometapi.emulator._faults.vendor_errors import overflow_error
from langchain_cometapi.emulator._generation.usage import count_tokens_of

if TYPE_CHECKING:
    from langchain_cometapi.emulator._generation.prompt import Prompt


def check_context(request: Prompt) -> None:
    """Refuse a prompt that is longer than the context of its model.

    Args:
        request: A valid request.

    Raises:
        PassedOnError: In the words of the vendor.
    """
    rules = request.row.rules
    if rules.max_prompt is not None:
        tokens = count_tokens_of(request)
        if tokens > rules.max_prompt:
            raise overflow_error(rules.name, tokens, rules.max_prompt)
