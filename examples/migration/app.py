"""A small application on ChatOpenAI: a support desk on the command line.

`to_cometapi.diff` moves it to ChatCometAPI; `python examples/migrate.py` shows both.
"""

from __future__ import annotations

import os
import sys

from langchain_core.messages import BaseMessage, HumanMessage, SystemMessage
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI
from openai import APIError
from pydantic import BaseModel


@tool
def find_order(number: str) -> str:
    """Find an order by its number."""
    return f"order {number}: sent on Monday, arrives on Thursday"


class Ticket(BaseModel):
    """What the desk files."""

    subject: str
    order: str


SYSTEM = SystemMessage("You are the support desk of a bookshop. Answer briefly.")
QUESTION = "Find order A-17: when does it arrive?"


def make_model() -> ChatOpenAI:
    return ChatOpenAI(model=os.environ.get("DESK_MODEL", "gpt-5.4-mini"), max_retries=1)


def answer(model: ChatOpenAI, question: str) -> list[BaseMessage]:
    """Return the conversation in which the model has used its tool."""
    messages: list[BaseMessage] = [SYSTEM, HumanMessage(question)]
    with_tools = model.bind_tools([find_order])
    while (reply := with_tools.invoke(messages)).tool_calls:
        messages.append(reply)
        messages += [find_order.invoke(call) for call in reply.tool_calls]
    return [*messages, reply]


def main() -> None:
    model = make_model()
    question = " ".join(sys.argv[1:]) or QUESTION
    try:
        conversation = answer(model, question)
        print("desk:", conversation[-1].text)
        ticket = model.with_structured_output(Ticket).invoke(conversation)
        print("filed:", ticket)
        for chunk in model.stream([*conversation, HumanMessage("Thank you!")]):
            print(chunk.text, end="", flush=True)
        print()
    except APIError as error:
        sys.exit(f"the desk is closed: {type(error).__name__}")


if __name__ == "__main__":
    main()
