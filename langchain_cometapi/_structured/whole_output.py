"""Structured output of LangChain's own classes, whose parsers take one that was cut for whole."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Any

from langchain_core.output_parsers import BaseCumulativeTransformOutputParser
from langchain_core.runnables import RunnableMap, RunnablePassthrough, RunnableSequence
from typing_extensions import override

from langchain_cometapi._structured.failures import check_finished

if TYPE_CHECKING:
    from langchain_core.outputs import Generation
    from langchain_core.runnables import Runnable


class WholeOutputParser(BaseCumulativeTransformOutputParser[Any]):
    """A parser that looks at the finish reason before another one parses."""

    parser: Any
    """That of LangChain's class."""

    @property
    @override
    def OutputType(self) -> Any:
        return self.parser.OutputType

    @override
    def parse_result(self, result: list[Generation], *, partial: bool = False) -> Any:
        """Return the output.

        Raises:
            CometAPIError: If the model did not finish it.
        """
        message: Any = result[0]
        check_finished(message.message)
        return self.parser.parse_result(result, partial=partial)

    @override
    def parse(self, text: str) -> Any:
        return self.parser.parse(text)


def guard_output(structured: Any, *, include_raw: bool) -> Runnable[Any, Any]:
    """Return a model with structured output that refuses one which the model did not finish.

    Args:
        structured: What `with_structured_output` of LangChain's class has returned, without
            `include_raw`.
        include_raw: Whether to return the message and the error, too.
    """
    *steps, parser = structured.steps
    guarded = WholeOutputParser(parser=parser)
    model: Any = steps[0] if len(steps) == 1 else RunnableSequence(*steps)
    if not include_raw:
        return RunnableSequence(model, guarded)
    # As LangChain's classes do it.
    parse: Any = RunnablePassthrough.assign(
        parsed=itemgetter("raw") | guarded, parsing_error=_return_none
    )
    failed: Any = RunnablePassthrough.assign(parsed=_return_none)
    either = parse.with_fallbacks([failed], exception_key="parsing_error")
    return RunnableSequence(RunnableMap(raw=model), either)


def _return_none(_: Any) -> None:
    return None
