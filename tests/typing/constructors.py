"""Constructor calls that type checkers must take, and some that they must not.

`make lint` checks this file with mypy, with and without Pydantic's plugin, and with pyright. A
checker that takes what is marked as an error complains of the mark.
"""

from __future__ import annotations

from typing import Any

from pydantic import SecretStr

from langchain_cometapi import ChatCometAPI, CometAPIEmbeddings, CometAPILLM


async def get_key() -> str:
    """Return a key, as a vault would."""
    return "sk-test"


def construct() -> list[Any]:
    """Return models that were made with arguments of every kind."""
    return [
        ChatCometAPI(
            model="m",
            api_key="sk-test",
            base_url="https://gateway.example/v1",
            timeout=30,
            max_retries=3,
            max_tokens=100,
            temperature=0.2,
            stop=["END"],
            default_headers={"X-Team": "a"},
            organization="org",
            extra_body={"top_k": 1},
            user="me",
            parallel_tool_calls=False,
            tags=["a"],
        ),
        ChatCometAPI(
            model_name="m",
            cometapi_api_key=SecretStr("sk-test"),
            cometapi_api_base="https://gateway.example/v1",
            request_timeout=(3.0, 30.0),
            max_completion_tokens=100,
            stop_sequences="END",
            openai_organization="org",
        ),
        ChatCometAPI(model="m", api_key=lambda: "sk-test"),
        ChatCometAPI(model="m", api_key=get_key),
        CometAPILLM(model="m", api_key="sk-test", max_tokens=100, system="Be brief.", stop="END"),
        CometAPILLM(model_name="m", cometapi_api_key=get_key, max_completion_tokens=100),
        CometAPIEmbeddings(model="m", api_key="sk-test", timeout=30, dimensions=256),
        CometAPIEmbeddings(model="m", check_embedding_ctx_length=False, organization="org"),
        ChatCometAPI(model="m", temprature=1),  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
        ChatCometAPI(model=1),  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        CometAPILLM(model="m", best_of=2),  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
        CometAPIEmbeddings(model="m", dimension=2),  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    ]


def read_fields(chat: ChatCometAPI) -> tuple[str, int | None, float | None]:
    """Return values of fields, whose types are those of their declarations."""
    return chat.model_name, chat.max_tokens, chat.temperature
