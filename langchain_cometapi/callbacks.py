"""What a run has used and what it has cost, and a limit for both."""

from __future__ import annotations

import asyncio
import threading
import warnings
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import fields
from typing import Any, Literal, Self
from uuid import UUID

from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.outputs import LLMResult
from langchain_core.tracers.context import register_configure_hook
from tenacity import RetryCallState
from typing_extensions import override

from langchain_cometapi._base.run_events import RequestCheck
from langchain_cometapi._base.spending import (
    Spending,
    find_message,
    find_metadata,
    has_partial_message,
    may_be_billed,
    read_tokens,
)
from langchain_cometapi._catalog.prices import Prices, estimate_cost
from langchain_cometapi._chat.request.parameter_warnings import find_stacklevel
from langchain_cometapi._chat.response.usage import create_usage_metadata
from langchain_cometapi._content.origin import PROVIDER
from langchain_cometapi._json import read_number
from langchain_cometapi.exceptions import (
    CometAPIBudgetExceededError,
    CometAPIInvalidKeyError,
    CometAPIUnknownCostWarning,
    CometAPIUnsentRequestError,
)

__all__ = ["CostCallbackHandler", "Spending"]

_UNSENT = (CometAPIUnsentRequestError, CometAPIInvalidKeyError)
_UNKNOWN_MODEL = "unknown"

_ADVICE = "Raise the limit, or call `reset()` on the handler to start over."

_slots: list[ContextVar[CostCallbackHandler | None]] = []
"""Each holds a handler of a `with` block; core asks all of them, and never forgets one."""


class CostCallbackHandler(RequestCheck, BaseCallbackHandler):
    """Counts tokens, requests, retries and cost of a run, for each model and in all.

    ```python
    from langchain_cometapi import ChatCometAPI, CostCallbackHandler

    costs = CostCallbackHandler(max_usd=0.50)
    model = ChatCometAPI(model="claude-sonnet-5-5")
    model.invoke("Hello", config={"callbacks": [costs]})
    print(costs.total.cost, costs.total.total_tokens)
    print(costs.models["claude-sonnet-5-5"])
    ```

    It works for chat models and LLMs of any provider: calls, streams, batches, agents, threads,
    synchronous and asynchronous. In a `with` block, it counts every run that is started in it.
    LangChain has no callbacks for embeddings. A response of LangChain's own cache counts nothing.

    With a limit, the next request, or repeat of a request, is refused before it is sent, by a
    `CometAPIBudgetExceededError`. What a request costs is known when it has ended: requests that
    run at the same time, as in a batch, are all sent before the first of them counts, so that the
    limit is exceeded by those at most. `max_concurrency` of the config keeps their number low. A
    call of another provider's model is refused when it starts, also where LangChain's cache would
    answer it.

    A handler may be shared between threads and event loops. A pickle has the sums so far.
    """

    # Else core would log the refusal, and go on. (`run_inline` would save time, but then core does
    # not tell the other handlers of an asynchronous LLM run of its start.)
    raise_error = True

    def __init__(
        self,
        *,
        max_usd: float | None = None,
        max_tokens: int | None = None,
        unknown_cost: Literal["warn", "error", "ignore"] = "warn",
        estimate: bool = True,
        prices: Prices = "auto",
        apply_ratio: bool = False,
    ) -> None:
        """Start with nothing spent.

        Args:
            max_usd: Refuse further requests when so many USD are spent: reported and estimated
                costs together.
            max_tokens: Refuse further requests when so many tokens are used, input and output.
            unknown_cost: What to do if there is a limit, and a request has ended for which the
                cost (with `max_usd`) or the tokens (with `max_tokens`) are not known. It does not
                count towards the limit: `"warn"` once, before the next request
                (`CometAPIUnknownCostWarning`), `"error"` refuses the next request.
            estimate: Whether to estimate costs that the gateway does not report.
            prices: Where the prices for that are from; see `catalog.estimate_cost`.
            apply_ratio: Whether to multiply estimates by the `price_ratio` of the catalogue.

        Raises:
            ValueError: If an argument is none of these.
            ImportError: If `prices` is `"genai-prices"`, which is not installed.
        """
        super().__init__()
        for name, limit in (("max_usd", max_usd), ("max_tokens", max_tokens)):
            if limit is not None and ((number := read_number(limit)) is None or number < 0):
                msg = f"`{name}` must be a number from 0 on, or `None`, not {limit!r}."
                raise ValueError(msg)
        if unknown_cost not in ("warn", "error", "ignore"):
            msg = f'`unknown_cost` must be "warn", "error" or "ignore", not {unknown_cost!r}.'
            raise ValueError(msg)
        if estimate:  # loads the prices and checks the argument now, and not within a run
            estimate_cost(
                usage_metadata={"input_tokens": 0, "output_tokens": 0, "total_tokens": 0},
                model=_UNKNOWN_MODEL,
                prices=prices,
            )
        self.max_usd = max_usd
        self.max_tokens = max_tokens
        self.unknown_cost = unknown_cost
        self._prices: dict[str, Any] | None = (
            {"prices": prices, "apply_ratio": apply_ratio} if estimate else None
        )
        self._lock = threading.Lock()
        self._models: dict[str, Spending] = {}
        self._runs: dict[UUID, str] = {}
        """The models of the runs that have not ended."""
        self._has_warned = False

    # -- the sums -------------------------------------------------------------------------

    @property
    def models(self) -> dict[str, Spending]:
        """What was spent, by the id of the model that was asked for."""
        with self._lock:
            return dict(self._models)

    @property
    def total(self) -> Spending:
        """What was spent in all."""
        return sum(self.models.values(), Spending())

    def reset(self) -> None:
        """Start over; calls that are under way will count."""
        with self._lock:
            self._models.clear()
            self._has_warned = False

    def __repr__(self) -> str:
        """Return the sums."""
        total = self.total
        sums = ", ".join(f"{f.name}={getattr(total, f.name)!r}" for f in fields(total))
        return f"{type(self).__name__}({sums})"

    def __getstate__(self) -> dict[str, Any]:
        """Return the sums and the limits; runs that have not ended stay behind."""
        with self._lock:
            return {**vars(self), "_lock": None, "_runs": {}, "_models": dict(self._models)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Take the sums and the limits."""
        vars(self).update(state, _lock=threading.Lock())

    # -- with -----------------------------------------------------------------------------

    def __enter__(self) -> Self:
        """Count every run that is started from here on, in this thread or task."""
        slot = next((slot for slot in [*_slots] if slot.get() is None), None)
        if slot is None:
            slot = ContextVar(f"cometapi_costs_{len(_slots)}", default=None)
            register_configure_hook(slot, inheritable=True)
            _slots.append(slot)
        slot.set(self)
        return self

    def __exit__(self, *_: object) -> None:
        """Count no further runs."""
        for slot in reversed(_slots):
            if slot.get() is self:
                slot.set(None)
                return

    # -- limits ---------------------------------------------------------------------------

    def check_request(self, model: str) -> None:
        """Refuse a request if a limit is reached.

        Args:
            model: The id of the model.

        Raises:
            CometAPIBudgetExceededError: If it is.
        """
        if self.max_usd is None and self.max_tokens is None:
            return
        total = self.total
        reason = ""
        if self.max_usd is not None and total.cost >= self.max_usd:
            reason = (
                f"`max_usd` is {self.max_usd:g}, and {total.cost:.6g} USD are spent "
                f"({total.reported_cost:.6g} reported, {total.estimated_cost:.6g} estimated)"
            )
        elif self.max_tokens is not None and total.total_tokens >= self.max_tokens:
            reason = f"`max_tokens` is {self.max_tokens}, and {total.total_tokens} are used"
        elif unknown := self._describe_unknown(total):
            if self.unknown_cost == "error":
                reason = unknown
            elif self.unknown_cost == "warn":
                self._warn(unknown)
        if not reason:
            return
        msg = f"The request was not sent: {reason}. {_ADVICE}"
        raise CometAPIBudgetExceededError(
            msg,
            model=model,
            spent_usd=total.cost,
            spent_tokens=total.total_tokens,
            max_usd=self.max_usd,
            max_tokens=self.max_tokens,
        )

    def _describe_unknown(self, total: Spending) -> str:
        if self.max_usd is not None and total.unknown_cost:
            return f"the cost of {total.unknown_cost} of {total.requests} requests is not known"
        if self.max_tokens is not None and total.unknown_tokens:
            counts = f"{total.unknown_tokens} of {total.requests}"
            return f"the tokens of {counts} requests are not known"
        return ""

    def _warn(self, unknown: str) -> None:
        with self._lock:
            is_new, self._has_warned = not self._has_warned, True
        if is_new:
            text = f"The limit does not hold: {unknown}. `unknown_cost` chooses what follows."
            warnings.warn(text, CometAPIUnknownCostWarning, stacklevel=find_stacklevel())

    # -- events ---------------------------------------------------------------------------

    @override
    def on_chat_model_start(self, serialized: Any, messages: Any, **event: Any) -> None:
        """Remember the model of a run; see `_begin`."""
        self._begin(**event)

    @override
    def on_llm_start(self, serialized: Any, prompts: Any, **event: Any) -> None:
        """Remember the model of a run; see `_begin`."""
        self._begin(**event)

    def _begin(
        self,
        *,
        run_id: UUID,
        metadata: Mapping[str, Any] | None = None,
        invocation_params: Mapping[str, Any] | None = None,
        **_: Any,
    ) -> None:
        """Remember the model of a run.

        Raises:
            CometAPIBudgetExceededError: If a limit is reached and the model is none of this
                package, which asks when it sends a request.
        """
        metadata, parameters = metadata or {}, invocation_params or {}
        names = (
            metadata.get("ls_model_name"),
            parameters.get("model"),
            parameters.get("model_name"),
        )
        model = next((name for name in names if name and isinstance(name, str)), "")
        # The native classes have their vendor as the provider.
        if PROVIDER not in (metadata.get("ls_provider"), metadata.get("ls_gateway")):
            self.check_request(model or _UNKNOWN_MODEL)
        with self._lock:
            self._runs[run_id] = model

    @override
    def on_retry(self, retry_state: RetryCallState, *, run_id: UUID, **_: Any) -> None:
        """Count a repeat, and refuse it if a limit is reached."""
        model = self._runs.get(run_id) or _UNKNOWN_MODEL
        self._add(model, Spending(retries=1))
        self.check_request(model)

    @override
    def on_llm_end(self, response: LLMResult, *, run_id: UUID, **_: Any) -> None:
        """Count a response."""
        with self._lock:
            model = self._runs.pop(run_id, "")
        self._count_response(response, model)

    @override
    def on_llm_error(
        self, error: BaseException, *, run_id: UUID, response: LLMResult | None = None, **_: Any
    ) -> None:
        """Count an error; what a stream had used before it broke off is not known."""
        with self._lock:
            known = self._runs.pop(run_id, None)
        model = known or _UNKNOWN_MODEL
        if isinstance(error, CometAPIBudgetExceededError):
            return
        if known is None and isinstance(error, asyncio.CancelledError):
            return  # it was counted
        is_error = isinstance(error, Exception)  # else a stream was left, or a task cancelled
        if isinstance(error, _UNSENT):
            self._add(model, Spending(errors=1))
        elif response is not None and has_partial_message(response):
            self._count_response(response, model)
            self._add(model, Spending(errors=int(is_error)))
        else:
            unknown = int(may_be_billed(error))
            self._add(
                model,
                Spending(
                    requests=1,
                    errors=int(is_error),
                    unknown_cost=unknown,
                    unknown_tokens=unknown,
                ),
            )

    def count_cancelled(self, run_id: UUID) -> None:
        """Count a request that was cancelled: what it has cost is not known.

        Args:
            run_id: The id of its run, which has no other event.
        """
        with self._lock:
            known = self._runs.pop(run_id, None)
        if known is not None:
            self._add(
                known or _UNKNOWN_MODEL, Spending(requests=1, unknown_cost=1, unknown_tokens=1)
            )

    def _count_response(self, response: LLMResult, model: str) -> None:
        message = find_message(response)
        metadata = find_metadata(response, message)
        usage: Any = getattr(message, "usage_metadata", None)
        if usage and usage.get("total_cost") == 0:
            return  # by which LangChain marks a response of its own cache
        if not usage:
            counts = (response.llm_output or {}).get("token_usage")  # LLMs of other packages
            usage = create_usage_metadata(counts) if counts and isinstance(counts, dict) else None
        served = metadata.get("model_name") or metadata.get("model")
        model = model or (served if isinstance(served, str) else "") or _UNKNOWN_MODEL
        cost = read_number(metadata.get("cost"))
        spent = Spending(requests=1, **read_tokens(usage))
        if cost is not None and cost >= 0:
            self._add(model, spent + Spending(reported_cost=float(cost)))
            return
        estimate = None
        if usage and self._prices is not None:
            estimate = estimate_cost(message, usage_metadata=usage, model=model, **self._prices)
        if estimate is None:
            self._add(model, spent + Spending(unknown_cost=1))
        else:
            self._add(model, spent + Spending(estimated_cost=estimate.amount))

    def _add(self, model: str, spent: Spending) -> None:
        with self._lock:
            self._models[model] = self._models.get(model, Spending()) + spent
