"""A graph that waits for days if it must: `python examples/graph.py`.

DeepSeek looks up facts and writes a draft; a human reads it; another process takes the thread up
from SQLite, and Claude revises what DeepSeek has written. To do it step by step:

    python examples/graph.py start --thread 1
    python examples/graph.py resume --thread 1 --feedback "Shorter, please."
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from langchain_core.messages import AIMessage, HumanMessage
from langchain_core.runnables import RunnableConfig
from langchain_core.tools import tool
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.prebuilt import ToolNode, tools_condition
from langgraph.types import Command, interrupt

from langchain_cometapi import ChatCometAPI

from _service import call, choose_service

TASK = "Write one sentence for our newsletter about the tide in Bergen."


@tool
def get_tide(port: str) -> str:
    """Get the next high and low tide of a port."""
    return f"{port}: high 13:10 (1.4 m), low 19:25 (0.3 m)"


class State(MessagesState):
    model: str


def write(state: State) -> dict[str, Any]:
    model = ChatCometAPI(model=state["model"]).bind_tools([get_tide])
    return {"messages": [model.invoke(state["messages"])]}


def review(state: State) -> Command[Any]:
    # Here the process may end: what follows runs when someone resumes the thread.
    feedback = interrupt(state["messages"][-1].text)
    if not feedback:
        return Command(goto="__end__")
    # Another vendor goes on. DeepSeek's reasoning and tool calls stay in the thread; what Claude
    # gets of them is converted to what Claude accepts.
    update = {"model": "claude-sonnet-5-5", "messages": [HumanMessage(feedback)]}
    return Command(goto="write", update=update)


def make_graph(saver: SqliteSaver) -> Any:
    graph = StateGraph(State)
    graph.add_node("write", write)
    graph.add_node("tools", ToolNode([get_tide]))
    graph.add_node("review", review, destinations=("write", "__end__"))
    graph.add_edge(START, "write")
    graph.add_conditional_edges("write", tools_condition, {"tools": "tools", "__end__": "review"})
    graph.add_edge("tools", "write")
    return graph.compile(checkpointer=saver)


def run(database: str, thread: str, request: Any) -> None:
    """Run the thread until a human is asked or it ends, and print where it stands."""
    config: RunnableConfig = {"configurable": {"thread_id": thread}}
    with SqliteSaver.from_conn_string(database) as saver:
        graph = make_graph(saver)
        graph.invoke(request, config)
        state = graph.get_state(config)
    for message in state.values["messages"]:
        who = message.response_metadata.get("model_name", message.type)
        if isinstance(message, AIMessage):
            kinds = ", ".join(block["type"] for block in message.content_blocks)
            who = f"{who} ({kinds})"
        print(f"  {who}: {message.text}")
    print("Waiting for feedback." if state.interrupts else "Finished.")


def run_in_two_processes() -> None:
    with tempfile.TemporaryDirectory() as folder:
        database = ["--database", str(Path(folder) / "threads.sqlite")]
        for step in (["start"], ["resume", "--feedback", "Shorter."], ["resume", "--feedback", ""]):
            print(f"$ graph.py {' '.join(step)}", flush=True)
            subprocess.run([sys.executable, __file__, *step, *database], check=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("step", nargs="?", choices=["start", "resume"])
    parser.add_argument("--thread", default="1")
    parser.add_argument("--feedback", default="", help="nothing: it is fine as it is")
    parser.add_argument("--database", default="threads.sqlite")
    args = parser.parse_args()
    choose_service(OFFLINE)
    if args.step == "start":
        request = {"model": "deepseek-v4-pro", "messages": [HumanMessage(TASK)]}
        run(args.database, args.thread, request)
    elif args.step == "resume":
        run(args.database, args.thread, Command(resume=args.feedback))
    else:
        run_in_two_processes()


OFFLINE: dict[str, list[dict[str, Any]]] = {  # what the emulator replies in place of the models
    "deepseek-v4-pro": [
        {
            "reasoning": "I do not know the tide. There is a tool for it.",
            "tool_calls": [call("get_tide", port="Bergen")],
        },
        {
            "reasoning": "Two times, two heights, one sentence.",
            "text": "In Bergen the sea stands highest at 13:10, at 1.4 metres, and has fallen to "
            "0.3 metres by 19:25.",
        },
    ],
    "claude-sonnet-5-5": [{"text": "Bergen: high tide 13:10, low tide 19:25."}],
}


if __name__ == "__main__":
    main()
