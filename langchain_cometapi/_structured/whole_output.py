"""Structured output of LangChain's own classes, whose parsers take one that was cut for whole."""

from __future__ import annotations

from functools import cache
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from langchain_core.runnables import RunnableMap, RunnablePassthrough, RunnableSequence

from langchain_cometapi._structured.failures import check_finished

if TYPE_CHECKING:
    from langchain_core.runnables import Runnable


def guard_output(structured: Any, *, include_raw: bool) -> Runnable[Any, Any]:
    """Return a model with structured output that refuses one which the model did not finish.

    Args:
        structured: What `with_structured_output` of LangChain's class has returned, without
            `include_raw`.
        include_raw: Whether to return the message and the error, too.
    """
    *steps, parser = structured.steps
    kind: Any = type(parser)
    guarded: Any = _guard(kind).model_construct(**dict(parser))
    model: Any = steps[0] if len(steps) == 1 else RunnableSequence(*steps)
    if not include_raw:
        return RunnableSequence(model, guarded)
    # As LangChain's classes do it.
    parse: Any = RunnablePassthrough.assign(
        parsed=itemgetter("raw") | guarded, parsing_error=lambda _: None
    )
    failed: Any = RunnablePassthrough.assign(parsed=lambda _: None)
    either = parse.with_fallbacks([failed], exception_key="parsing_error")
    return RunnableSequence(RunnableMap(raw=model), either)


@cache
def _guard(kind: Any) -> Any:
    """Return a class of parsers that look at the finish reason first."""

    def parse_result(self: Any, result: Any, *, partial: bool = False) -> Any:
        check_finished(result[0].message)
        return kind.parse_result(self, result, partial=partial)

    return type(kind)(
        kind.__name__, (kind,), {"parse_result": parse_result, "__module__": __name__}
    )
