"""`max_repairs`: a model that is asked again, with what was wrong with its output."""

from __future__ import annotations

import json
import re
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from langchain_core.messages import AIMessage, AIMessageChunk, HumanMessage, ToolMessage
from langchain_core.messages.ai import add_usage
from langchain_core.runnables.base import RunnableSerializable
from typing_extensions import override

from langchain_cometapi._chat.response.costs import COST, COST_DETAILS, add_up_costs
from langchain_cometapi._content.finish_reasons import is_cut
from langchain_cometapi._structured.failures import ATTEMPTS
from langchain_cometapi.exceptions import CometAPIRefusalError, CometAPIStructuredOutputError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator

    from langchain_core.messages import BaseMessage
    from langchain_core.runnables import RunnableConfig

    from langchain_cometapi._chat.request.encode import RequestExplanation
    from langchain_cometapi._structured.parsers import StructuredOutputParser


_LINK = re.compile(r"\n\s*For further information visit \S+")
"""What Pydantic adds to each error, and no model can visit."""


class _Attempts:
    """The messages of an output that is asked for until it fits, sync or async."""

    def __init__(self, model: RepeatingModel, input_: Any) -> None:
        """Start with the input of the model."""
        self._parser = model.parser
        self._remaining = model.max_repairs
        self._usage: Any = None
        self._others: list[dict[str, Any]] = []
        self._count = 1
        self._is_whole = False
        chat_model: Any = model.bound.bound
        self.messages: list[BaseMessage] = chat_model._convert_input(input_).to_messages()
        """What to send."""

    @property
    def is_last(self) -> bool:
        """Whether the message that comes next is the last one in any case."""
        return self._remaining == 0

    def ask_again(self, message: AIMessage) -> bool:
        """Return whether to send `messages` again, to which the error of this message was added."""
        error = None if self.is_last else self._find_error(message)
        if error is None:
            return False
        self._usage = add_usage(self._usage, message.usage_metadata)
        self._others.append(message.response_metadata)
        self._remaining -= 1
        self._count += 1
        self.messages = [*self.messages, *_create_turn(message, error, self._parser)]
        return True

    def _find_error(self, message: AIMessage) -> CometAPIStructuredOutputError | None:
        """Return what the model could do better: not a refusal, nor an output that was cut off."""
        try:
            self._parser.parse_message(message)
        except CometAPIRefusalError:
            return None
        except CometAPIStructuredOutputError as error:
            return None if is_cut(error.finish_reason) else error
        except Exception:  # noqa: BLE001 - of the user's validators; the parser raises it again
            return None
        return None

    def finish(self, message: AIMessage) -> AIMessage:
        """Return the last message, with the usage of all."""
        metadata = {**self._add_costs(message.response_metadata), ATTEMPTS: self._count}
        usage = add_usage(self._usage, message.usage_metadata) if self._usage else None
        changed: dict[str, Any] = {"response_metadata": metadata}
        if usage is not None:
            changed["usage_metadata"] = usage
        return message.model_copy(update=changed)

    def _add_costs(self, metadata: dict[str, Any]) -> dict[str, Any]:
        """Return metadata with the cost of all attempts; without it where one is not known."""
        if not self._others:
            return metadata
        others = {k: v for k, v in metadata.items() if k not in (COST, COST_DETAILS)}
        return {**others, **add_up_costs([*self._others, metadata])}

    def buffer(self, chunks: Iterable[Any]) -> list[Any] | None:
        """Return all chunks of a stream, or `None` if the model is to be asked again."""
        buffered = list(chunks)
        first, *others = buffered
        return None if self.ask_again(first + others if others else first) else buffered

    def pass_on(self, chunk: AIMessage) -> AIMessage:
        """Return a chunk of the last stream, which may be the whole message."""
        self._is_whole = not isinstance(chunk, AIMessageChunk)
        if self._is_whole:
            return self.finish(chunk)
        if COST in chunk.response_metadata:
            metadata = self._add_costs(chunk.response_metadata)
            return chunk.model_copy(update={"response_metadata": metadata})
        return chunk

    def close(self) -> Iterator[AIMessageChunk]:
        """Yield the chunk after the last stream, which adds the usage of the others."""
        if not self._is_whole:
            metadata = {ATTEMPTS: self._count}
            yield AIMessageChunk(content="", usage_metadata=self._usage, response_metadata=metadata)


def _create_turn(
    message: AIMessage, error: CometAPIStructuredOutputError, parser: StructuredOutputParser
) -> list[BaseMessage]:
    """Return a message and its error, as the history that the next request continues."""
    calls = [*message.tool_calls, *message.invalid_tool_calls]
    problem = _LINK.sub("", str(error))
    if calls and parser.by_call:
        advice = f"{problem}\nCall the tool again, with arguments that fit."
        results = [
            ToolMessage(advice, tool_call_id=call["id"] or "", name=call["name"], status="error")
            for call in calls
        ]
        return [message, *results]
    if calls:  # of no tool that the model has, which some vendors refuse in a history
        text = message.text or json.dumps(calls[0]["args"], ensure_ascii=False)
        message = AIMessage(text)
    advice = f"{problem}\n{_name_wanted(parser)}"
    return [message, HumanMessage(advice)]


def _name_wanted(parser: StructuredOutputParser) -> str:
    if parser.by_call:
        return f"Call the tool {parser.schema_name!r}, with arguments that fit."
    return "Answer again, with JSON that fits and nothing else."


class RepeatingModel(RunnableSerializable[Any, AIMessage]):
    """A model that is asked again while its output does not fit, as often as is allowed.

    Each attempt is a run of the model of its own. Usage and cost of the message are those of all
    attempts together. A stream is that of the last attempt: one that may have to be repaired is
    buffered back.
    """

    bound: Any
    """The model, with what asks it for the output."""

    parser: Any
    """The `StructuredOutputParser` that finds the errors."""

    max_repairs: int
    """How often the model may be asked again."""

    def explain(self, messages: Any, **call: Any) -> RequestExplanation:
        """Return the first request; see `ChatCometAPI.explain`."""
        explained: RequestExplanation = self.bound.explain(messages, **call)
        return explained

    @override
    def invoke(self, input: Any, config: RunnableConfig | None = None, **kwargs: Any) -> AIMessage:
        repeat: Any = self._repeat  # core calls it with what it takes
        return self._call_with_config(repeat, input, config, **kwargs)

    @override
    async def ainvoke(
        self, input: Any, config: RunnableConfig | None = None, **kwargs: Any
    ) -> AIMessage:
        repeat: Any = self._arepeat
        return await self._acall_with_config(repeat, input, config, **kwargs)

    @override
    def stream(
        self, input: Any, config: RunnableConfig | None = None, **kwargs: Any
    ) -> Iterator[AIMessage]:
        repeat: Any = self._repeat_stream
        return self._transform_stream_with_config(iter([input]), repeat, config, **kwargs)

    @override
    def astream(
        self, input: Any, config: RunnableConfig | None = None, **kwargs: Any
    ) -> AsyncIterator[AIMessage]:
        async def inputs() -> AsyncIterator[Any]:
            yield input

        repeat: Any = self._arepeat_stream
        return self._atransform_stream_with_config(inputs(), repeat, config, **kwargs)

    def _repeat(self, input_: Any, config: RunnableConfig, **kwargs: Any) -> AIMessage:
        attempts = _Attempts(self, input_)
        while attempts.ask_again(message := self.bound.invoke(attempts.messages, config, **kwargs)):
            pass
        return attempts.finish(message)

    async def _arepeat(self, input_: Any, config: RunnableConfig, **kwargs: Any) -> AIMessage:
        attempts = _Attempts(self, input_)
        while attempts.ask_again(
            message := await self.bound.ainvoke(attempts.messages, config, **kwargs)
        ):
            pass
        return attempts.finish(message)

    def _repeat_stream(
        self, inputs: Iterator[Any], config: RunnableConfig, **kwargs: Any
    ) -> Iterator[AIMessage]:
        attempts = _Attempts(self, list(inputs)[-1])
        buffered: list[Any] | None = None
        while buffered is None and not attempts.is_last:
            buffered = attempts.buffer(self.bound.stream(attempts.messages, config, **kwargs))
        for chunk in buffered or ():
            yield attempts.pass_on(chunk)
        if buffered is None:
            for chunk in self.bound.stream(attempts.messages, config, **kwargs):
                yield attempts.pass_on(chunk)
        yield from attempts.close()

    async def _arepeat_stream(
        self, inputs: AsyncIterator[Any], config: RunnableConfig, **kwargs: Any
    ) -> AsyncIterator[AIMessage]:
        attempts = _Attempts(self, [one async for one in inputs][-1])
        buffered: list[Any] | None = None
        while buffered is None and not attempts.is_last:
            stream = self.bound.astream(attempts.messages, config, **kwargs)
            buffered = attempts.buffer([chunk async for chunk in stream])
        for chunk in buffered or ():
            yield attempts.pass_on(chunk)
        if buffered is None:
            last = self.bound.astream(attempts.messages, config, **kwargs)
            async with aclosing(last):  # a stream that is left leaves no connection open
                async for chunk in last:
                    yield attempts.pass_on(chunk)
        for end in attempts.close():
            yield end
