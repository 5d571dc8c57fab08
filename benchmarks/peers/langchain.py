"""LangChain's models of other services, given the base URL of the server."""

from __future__ import annotations

from benchmarks.canned import MODEL
from benchmarks.clients import KEY, Client, LangChain


def openrouter(url: str) -> Client:
    from langchain_openrouter import ChatOpenRouter

    return LangChain(ChatOpenRouter(model=MODEL, api_key=KEY, base_url=url))


def deepseek(url: str) -> Client:
    from langchain_deepseek import ChatDeepSeek

    return LangChain(ChatDeepSeek(model=MODEL, api_key=KEY, api_base=url))


def litellm(url: str) -> Client:
    from langchain_litellm import ChatLiteLLM

    return LangChain(ChatLiteLLM(model=f"openai/{MODEL}", api_key=KEY, api_base=url))
