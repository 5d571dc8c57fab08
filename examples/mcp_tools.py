"""Tools of an MCP server, for models of two vendors: `python examples/mcp_tools.py`.

The server is `files/mcp_server.py`, which langchain-mcp-adapters starts. It needs
`pip install "langchain-cometapi[emulator]" langchain langchain-mcp-adapters`.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

from langchain.agents import create_agent
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage
from langchain_core.tools import BaseTool
from langchain_mcp_adapters.client import MultiServerMCPClient
from langchain_mcp_adapters.sessions import StdioConnection
from langchain_mcp_adapters.tools import load_mcp_tools

from langchain_cometapi import ChatCometAPI

from _service import choose_service

SERVER = Path(__file__).parent / "files" / "mcp_server.py"


async def ask(model: str, tools: list[BaseTool], question: str) -> None:
    print(f"{model}: {question}")
    agent = create_agent(ChatCometAPI(model=model), tools)
    state = await agent.ainvoke({"messages": [HumanMessage(question)]})
    for message in state["messages"][1:]:
        if isinstance(message, ToolMessage):
            print(f"  < {message.status}: {message.text}")
        elif isinstance(message, AIMessage):
            for call in message.tool_calls:
                print(f"  > {call['name']} {call['args']}")
    print(f"{state['messages'][-1].text}\n")


async def run() -> None:
    library: StdioConnection = {
        "transport": "stdio",
        "command": sys.executable,
        "args": [str(SERVER)],
    }
    client = MultiServerMCPClient({"library": library})
    # One session starts the server once; the tools of `client.get_tools()` start it for each call.
    async with client.session("library") as session:
        tools = await load_mcp_tools(session)
        print("Tools:", ", ".join(tool.name for tool in tools), "\n")
        await ask("claude-sonnet-5-5", tools, "Which book of Hamsun can I borrow today?")
        # What a tool raises is a result for the model, which can do better.
        await ask("gemini-3.8-flash", tools, "Is The Bird by Vesaas there?")


def main() -> None:
    choose_service(OFFLINE)
    asyncio.run(run())


def calls(*pairs: tuple[str, str, str]) -> dict[str, Any]:
    return {"tool_calls": [{"name": name, "args": {key: value}} for name, key, value in pairs]}


OFFLINE: dict[str, list[dict[str, Any]]] = {  # what the emulator replies in place of the models
    "claude-sonnet-5-5": [
        calls(("find_books", "author", "Hamsun")),
        calls(("count_copies", "title", "Hunger"), ("count_copies", "title", "Growth of the Soil")),
        {"text": "Both: three copies of Hunger are there, and one of Growth of the Soil."},
    ],
    "gemini-3.8-flash": [
        calls(("count_copies", "title", "The Bird")),
        calls(("find_books", "author", "Vesaas")),
        calls(("count_copies", "title", "The Birds")),
        {"text": "It is called The Birds, and all its copies are out."},
    ],
}


if __name__ == "__main__":
    main()
