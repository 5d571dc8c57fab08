"""What an argument that a model does not have is, and where it goes."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

_OF_EMBEDDINGS = frozenset(
    {
        "check_embedding_ctx_length",
        "chunk_size",
        "dimensions",
        "embed_instruction",
        "embedding_ctx_length",
        "encoding_format",
        "query_instruction",
        "retry_max_seconds",
        "retry_min_seconds",
        "show_progress_bar",
        "skip_empty",
    }
)

_OF_AZURE = frozenset(
    {
        "api_version",
        "azure_ad_token",
        "azure_ad_token_provider",
        "azure_deployment",
        "azure_endpoint",
        "deployment",
        "deployment_name",
        "openai_api_type",
        "openai_api_version",
    }
)

# What other packages call an argument.
_OTHER_NAMES = {
    "api_base": "base_url",
    "endpoint": "base_url",
    "headers": "default_headers",
    "key": "api_key",
    "proxy": "openai_proxy",
    "retries": "max_retries",
    "stream": "streaming",
    "token": "api_key",
    "url": "base_url",
}

# High enough that `top_k` is not taken for `top_p`, nor `thinking` for `think_tags`.
_SIMILARITY = 0.85


def describe_unknown(
    name: str, known: Collection[str], of_chat: Collection[str], place: str
) -> str:
    """Return the text of the error for an argument that a model does not have.

    Args:
        name: The argument.
        known: The names that the model has.
        of_chat: The parameters of a chat request; of a chat model, they are no unknown arguments.
        place: The argument that takes a vendor's own fields of the request.
    """
    is_chat = place == "extra_body"
    if is_chat and name in _OF_EMBEDDINGS:
        return f"`{name}` is an argument of embeddings. Pass it to `CometAPIEmbeddings`."
    if not is_chat and name in of_chat:
        return f"`{name}` is a parameter of chat models. Pass it to `ChatCometAPI`."
    if name in _OF_AZURE:
        return f"`{name}` belongs to Azure OpenAI. Leave it out."
    close = difflib.get_close_matches(name, sorted(known), n=1, cutoff=_SIMILARITY)
    if (other := _OTHER_NAMES.get(name)) in known:
        close = [str(other)]
    hint = f" Did you mean `{close[0]}`?" if close else ""
    field = "..." if close else f"{name!r}: ..."
    return (
        f"Unknown argument `{name}`.{hint} A field that the model's vendor documents goes into "
        f"`{place}={{{field}}}`."
    )
