"""Embeddings, and text models."""

from __future__ import annotations

from langchain_core.callbacks import get_usage_metadata_callback
from langchain_openai import OpenAI

from scripts.differences.side import (
    MAKING,
    DownloadError,
    Side,
    completion,
    difference,
    refuse_downloads,
)

# -- embeddings ----------------------------------------------------------------------------------

EMBEDDING = "Calls"


@difference("embeddings", MAKING, "no `model`")
def _no_embedding_model(side: Side) -> str:
    return f"`{side.make(model=None).model}`"


@difference("embeddings", EMBEDDING, "texts, by default")
def _embed(side: Side) -> str:
    with refuse_downloads():
        try:
            side.make(check_embedding_ctx_length=None).embed_documents(["Hi"])
        except DownloadError:
            return "sent as tokens, of a vocabulary that is downloaded"
    return "sent as texts"


@difference("embeddings", EMBEDDING, "`encoding_format`, by default")
def _encoding(side: Side) -> str:
    side.make().embed_query("Hi")
    return f"`{side.body.get('encoding_format')}`"


@difference("embeddings", EMBEDDING, "a blank text")
def _blank(side: Side) -> str:
    side.make().embed_documents(["Hi", " "])
    return "sent"


@difference("embeddings", EMBEDDING, "a vector less than texts")
def _missing(side: Side) -> str:
    data = [{"index": 0, "embedding": [1.0]}]
    vectors = side.make({"data": data, "model": "m"}).embed_documents(["one", "two"])
    return f"{len(vectors)} vector"


# -- text ----------------------------------------------------------------------------------------


@difference("text", MAKING, "no `model`")
def _no_text_model(side: Side) -> str:
    return f"`{side.make(model=None).model_name}`"


@difference("text", EMBEDDING, "the route")
def _text_route(side: Side) -> str:
    side.ask()
    return f"`{side.requests[0].url.path}`"


@difference("text", EMBEDDING, "what is sent beside model and prompt")
def _text_defaults(side: Side) -> str:
    side.ask()
    names = sorted(side.body.keys() - {"model", "prompt", "messages"})
    return ", ".join(f"`{name}`" for name in names) or "nothing"


@difference("text", EMBEDDING, "a list of two prompts")
def _prompts(side: Side) -> str:
    answer = completion()
    if side.cls is OpenAI:
        answer["choices"] *= 2
    side.make(answer).generate(["one", "two"])
    return f"{len(side.requests)} request{'s' if len(side.requests) > 1 else ''}"


@difference("text", EMBEDDING, "`get_usage_metadata_callback`")
def _counted(side: Side) -> str:
    with get_usage_metadata_callback() as counted:
        side.ask()
    return "counts" if counted.usage_metadata else "counts nothing"
