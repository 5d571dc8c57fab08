"""Constructor arguments of `OpenAIEmbeddings` and `OpenAI` that have no field here.

Code that moves from those classes keeps them. What has an equal is passed on under its name here,
what changes nothing is left out with one warning, and what would change something is an error.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from langchain_cometapi._chat.request.parameter_warnings import find_stacklevel
from langchain_cometapi.exceptions import CometAPIParameterWarning

if TYPE_CHECKING:
    from collections.abc import Mapping

_NO_TOKENIZER = "texts are sent as texts, never as tokens"

UNUSED_BY_EMBEDDINGS = {
    "check_embedding_ctx_length": "a text that is too long is an error, and never split",
    "embedding_ctx_length": "a text that is too long is an error, and never split",
    "tiktoken_enabled": _NO_TOKENIZER,
    "tiktoken_model_name": _NO_TOKENIZER,
    "allowed_special": _NO_TOKENIZER,
    "disallowed_special": _NO_TOKENIZER,
    "retry_min_seconds": "the SDK chooses the time between repeats, `max_retries` their number",
    "retry_max_seconds": "the SDK chooses the time between repeats, `max_retries` their number",
    "deployment": "`model` names the model",
    "openai_api_version": "CometAPI has one version, which is part of `base_url`",
    "api_version": "CometAPI has one version, which is part of `base_url`",
    "openai_api_type": "CometAPI has one type of API",
}
"""Arguments of `OpenAIEmbeddings` that change nothing here, and why."""

UNUSED_BY_LLM = {
    "batch_size": "each prompt is a request; `max_concurrency` bounds how many are sent at once",
    "tiktoken_model_name": "tokens are estimated; `custom_get_token_ids` counts them",
    "allowed_special": "tokens are estimated; `custom_get_token_ids` counts them",
    "disallowed_special": "tokens are estimated; `custom_get_token_ids` counts them",
}
"""Arguments of `OpenAI` that change nothing here, and why."""

_UNSPLIT = ("check_embedding_ctx_length", False)
"""What `OpenAIEmbeddings` takes for what is always so here: no reason to warn."""

_AZURE = "azure"


def leave_out_unused(
    values: dict[str, Any], unused: Mapping[str, str], class_name: str
) -> dict[str, Any]:
    """Return constructor arguments without those that change nothing, after one warning.

    Args:
        values: The arguments.
        unused: The names of such arguments, and why each changes nothing.
        class_name: The class, for the warning.

    Raises:
        ValueError: If an argument would change something that is not so here.
    """
    if _AZURE in str(values.get("openai_api_type") or ""):
        msg = (
            f"`openai_api_type` is {values['openai_api_type']!r}, and CometAPI is not Azure. Use "
            "`AzureOpenAIEmbeddings` of langchain-openai for Azure, or leave it out."
        )
        raise ValueError(msg)
    kept = {name: value for name, value in values.items() if name not in unused}
    reasons: dict[str, list[str]] = {}
    for name in sorted(values.keys() & unused.keys()):
        if values[name] is not None and (name, values[name]) != _UNSPLIT:
            reasons.setdefault(unused[name], []).append(f"`{name}`")
    if reasons:
        reasons_text = "; ".join(
            f"{', '.join(names)}: {reason}" for reason, names in reasons.items()
        )
        msg = f"{class_name} has no use for some arguments, and leaves them out. {reasons_text}."
        warnings.warn(msg, CometAPIParameterWarning, stacklevel=find_stacklevel())
    return kept


def rename_headers(values: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments of embeddings with `headers` as `default_headers`.

    Raises:
        ValueError: If both are passed.
    """
    if "headers" not in values:
        return values
    values = dict(values)
    headers = values.pop("headers")
    if headers is None:
        return values
    if values.get("default_headers") is not None:
        msg = "Pass `default_headers` or `headers`, which is the same here, not both."
        raise ValueError(msg)
    return {**values, "default_headers": headers}
