"""An LLM that makes each call with parameters on a copy of itself that has them.

Core's cache and traces know an LLM by `_identifying_params` alone, which take no arguments.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from inspect import iscoroutinefunction, signature
from typing import Any, Self

from langchain_core.language_models import BaseLLM
from pydantic import PrivateAttr

from langchain_cometapi._base.generation_fields import GenerationFields
from langchain_cometapi._client.redaction import SECRET_PARAMETERS

_CALL_FIELDS = ("system", "max_concurrency", "streaming")
"""Fields of the model that a call may set, and that are not parameters of a request."""

_HIDDEN = frozenset((*SECRET_PARAMETERS, *_CALL_FIELDS))
"""Arguments of a call that core does not see."""


class CallCopies(GenerationFields, BaseLLM):
    """An LLM whose copies have the parameters of one call."""

    _call_parameters: dict[str, Any] = PrivateAttr(default_factory=dict)

    def _copy_with(self, parameters: dict[str, Any]) -> Self:
        fields = {name: parameters.pop(name) for name in _CALL_FIELDS if name in parameters}
        copied = self.model_copy(update=fields)
        copied._clients, copied._call_parameters = self._clients, parameters
        return copied


def _on_a_copy(method: Callable[..., Any]) -> Callable[..., Any]:
    """Return a method of core that is called on a copy, if the call has parameters."""
    of_core = signature(method).parameters

    @wraps(method)
    def call(self: CallCopies, *args: Any, **kwargs: Any) -> Any:
        parameters = {k: v for k, v in kwargs.items() if k not in of_core}
        model = self._copy_with(parameters) if parameters else self
        return method(model, *args, **{k: v for k, v in kwargs.items() if k not in _HIDDEN})

    @wraps(method)
    async def acall(self: CallCopies, *args: Any, **kwargs: Any) -> Any:
        return await call(self, *args, **kwargs)

    return acall if iscoroutinefunction(method) else call


for _name in ("generate", "agenerate", "stream", "astream"):
    setattr(CallCopies, _name, _on_a_copy(getattr(BaseLLM, _name)))
