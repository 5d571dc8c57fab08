"""Advice for an argument that a model does not have: what it is, and where to pass it."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING, Any

from langchain_cometapi._base.signatures import (
    ChatArguments,
    EmbeddingsArguments,
    LLMArguments,
)

if TYPE_CHECKING:
    from collections.abc import Collection

_AZURE = re.compile(r"azure_|(openai_)?api_(type|version)$|deployment(_name)?$|model_version$")

# What a chat model has for an argument of the other classes.
_INSTEAD_IN_CHAT = {
    "batch_size": '`model.batch(inputs, {"max_concurrency": 8})`',
    "max_concurrency": '`model.batch(inputs, {"max_concurrency": 8})`',
    "system": "a `SystemMessage` in the input",
}

# What other packages call an argument.
_OTHER_NAMES = {
    "api_base": "base_url",
    "endpoint": "base_url",
    "headers": "default_headers",
    "key": "api_key",
    "model_name": "model",
    "proxies": "openai_proxy",
    "proxy": "openai_proxy",
    "retries": "max_retries",
    "stream": "streaming",
    "token": "api_key",
    "url": "base_url",
}

# What a request for embeddings may have as well, and the class has no argument for.
_FIELDS_OF_EMBEDDINGS = frozenset({"user"})

# High enough that `top_k` is not taken for `top_p`, nor `thinking` for `think_tags`.
_SIMILARITY = 0.85


def describe_unknown(
    name: str, known: Collection[str], class_name: str, place: str = "extra_body={...}"
) -> str:
    """Return the text of the error for an argument that a model does not have.

    Args:
        name: The argument.
        known: The names that the model has.
        class_name: The model's class.
        place: Where fields of the request go, with dots for the field.
    """
    if _AZURE.match(name):
        return f"`{name}` belongs to Azure OpenAI. Leave it out."
    is_embeddings = "dimensions" in known
    if (other := _OTHER_NAMES.get(name)) in known:
        close = [str(other)]
    elif (owners := _find_owners(name)) and name not in _FIELDS_OF_EMBEDDINGS:
        instead = "" if is_embeddings else _INSTEAD_IN_CHAT.get(name, "")
        return _describe_other_class(name, owners, class_name, instead)
    else:
        close = difflib.get_close_matches(name, sorted(known), n=1, cutoff=_SIMILARITY)
    hint = f" Did you mean `{close[0]}`?" if close else ""
    if is_embeddings:
        place = "model_kwargs={...}"
    if not close:
        place = place.replace("...", f"{name!r}: ...")
    return (
        f"Unknown argument `{name}`.{hint} A field that the model's vendor documents goes into "
        f"`{place}`."
    )


def _find_owners(name: str) -> list[str]:
    """Return the classes that have an argument of a name."""
    arguments: dict[str, Any] = {
        "ChatCometAPI": ChatArguments,
        "CometAPILLM": LLMArguments,
        "CometAPIEmbeddings": EmbeddingsArguments,
    }
    return [owner for owner, its in arguments.items() if name in its.__optional_keys__]


def _describe_other_class(name: str, owners: list[str], class_name: str, instead: str) -> str:
    where = " and ".join(f"`{owner}`" for owner in owners)
    advice = f"Use {instead} instead" if instead else f"Pass it to `{owners[0]}`, or leave it out"
    return f"`{name}` is an argument of {where}, not of `{class_name}`. {advice}."
