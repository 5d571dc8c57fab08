"""Chains over several vendors: `python examples/chains.py`.

Two branches at once on two models, a fallback that takes its tools with it, a retry that tells
what it does, and the events of a chain as they happen.
"""

from __future__ import annotations

import asyncio
from typing import Any

from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import Runnable, RunnableParallel
from langchain_core.tools import tool

from langchain_cometapi import ChatCometAPI, CometAPIError, CometAPIServerError

from _service import call, choose_service


def ask(model: str, prompt: str) -> Runnable[dict[str, Any], str]:
    """Return a chain: prompt, model, text."""
    template = ChatPromptTemplate.from_template(prompt)
    return template | ChatCometAPI(model=model) | StrOutputParser()


def parallel_branches() -> None:
    debate = RunnableParallel(
        pro=ask("claude-sonnet-5-5", "One sentence for: {motion}"),
        con=ask("gemini-3.8-flash", "One sentence against: {motion}"),
    )
    verdict = ask("deepseek-v4-pro", "Who is right? For: {pro} Against: {con} One sentence.")
    chain = debate.assign(verdict=verdict)
    for side, text in chain.invoke({"motion": "Cities should be free of cars."}).items():
        print(f"{side}: {text}")


@tool
def get_population(city: str) -> int:
    """Get the number of people who live in a city."""
    return {"Oslo": 717_710, "Bergen": 293_709}.get(city, 0)


def fallbacks_with_tools() -> None:
    # The first model is not served (yet). Tools are bound to each model, as each vendor wants them;
    # an error of the package is one that another vendor may not have.
    models = [
        ChatCometAPI(model=name).bind_tools([get_population])
        for name in ("gpt-9-preview", "claude-sonnet-5-5", "kimi-k3")
    ]
    model = models[0].with_fallbacks(models[1:], exceptions_to_handle=(CometAPIError,))
    answer = model.invoke("How many people live in Oslo? Get the population of Oslo.")
    for tool_call in answer.tool_calls:
        name = answer.response_metadata["model_name"]
        print(name, "calls", tool_call["name"], tool_call["args"])
        print("result:", get_population.invoke(tool_call).text)


class Retries(BaseCallbackHandler):
    def on_retry(self, retry_state: Any, **kwargs: Any) -> None:
        error = retry_state.outcome.exception()
        print(f"attempt {retry_state.attempt_number} failed: {type(error).__name__}; again")


def retries() -> None:
    # The model itself repeats a request: with the waits that the gateway asks for, and only where
    # a repeat can help. `with_retry` repeats the whole chain, so it names what it repeats.
    model = ChatCometAPI(model="gpt-5.4-mini", max_retries=2)
    chain = (model | StrOutputParser()).with_retry(retry_if_exception_type=(CometAPIServerError,))
    print(chain.invoke("Name a river in one word.", config={"callbacks": [Retries()]}))


async def events() -> None:
    chain = ask("qwen3.8-max", "Explain {topic} to a child in one sentence.").with_config(
        run_name="explain"
    )
    async for event in chain.astream_events({"topic": "tides"}, version="v2"):
        data: Any = event["data"]
        match event["event"]:
            case "on_chat_model_stream":
                print(data["chunk"].text, end="", flush=True)
            case "on_chat_model_end":
                usage = data["output"].usage_metadata
                print(f"\n{event['name']}: {usage['total_tokens']} tokens")
            case kind if event["name"] == "explain" and not kind.endswith("_stream"):
                print(f"{kind}: {event['name']}")


def main() -> None:
    choose_service(OFFLINE)
    print("Parallel branches")
    parallel_branches()
    print("\nFallbacks with tools")
    fallbacks_with_tools()
    print("\nRetries")
    retries()
    print("\nEvents")
    asyncio.run(events())


OFFLINE: dict[str, list[dict[str, Any]]] = {  # what the emulator replies in place of the models
    "claude-sonnet-5-5": [
        {"text": "Streets without cars are quiet, safe and full of people."},
        {"tool_calls": [call("get_population", city="Oslo")]},
    ],
    "gemini-3.8-flash": [{"text": "Who cannot walk or cycle would be left behind."}],
    "deepseek-v4-pro": [
        {"text": "Both: keep cars out, and let in those who need one."},
    ],
    "gpt-5.4-mini": [{"fault": "503"}, {"text": "Glomma"}],
    "qwen3.8-max": [
        {"text": "The moon tugs at the sea, and twice a day the sea leans over to it."}
    ],
}


if __name__ == "__main__":
    main()
