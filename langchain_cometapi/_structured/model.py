"""What `with_structured_output` returns: a model whose output has the form of a schema."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from langchain_core.runnables.base import RunnableSerializable
from pydantic import PrivateAttr
from typing_extensions import override

from langchain_cometapi._structured.methods import OutputRequest, create_sequence
from langchain_cometapi._vendors.registry import get_vendor

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from langchain_core.runnables import RunnableConfig, RunnableSequence
    from langchain_core.runnables.graph import Graph
    from langchain_core.runnables.utils import ConfigurableFieldSpec
    from langchain_core.utils.pydantic import TypeBaseModel


class StructuredModel(RunnableSerializable[Any, Any]):
    """A model bound to a schema, and the parser of its messages, as one runnable.

    `first` is the model, whose `explain` shows the request, and `last` the parser, as in the
    sequence that `ChatOpenAI` returns. What they are depends on the model that is called: a call
    with `model=...` chooses the method, the dialect of the schema and the parser for that model.
    """

    model: Any
    """The chat model."""

    request: Any
    """What it is asked for, an `OutputRequest`."""

    _sequences: dict[tuple[str, str], Any] = PrivateAttr(default_factory=dict)

    @classmethod
    def create(cls, model: Any, request: OutputRequest) -> Self:
        """Return a bound model; what is wrong with the request is an error here.

        Raises:
            CometAPIUnsentRequestError: If the request contradicts itself.
        """
        created = cls(model=model, request=request)
        created._choose({})
        return created

    def _choose(self, parameters: dict[str, Any]) -> RunnableSequence[Any, Any]:
        """Return model and parser for a call with these parameters."""
        model = self.model
        own = self.request.parameters.get("model") or model.model_name
        name = parameters.get("model") or own
        key = (name, model._choose_endpoint(name))
        sequence: RunnableSequence[Any, Any] | None = self._sequences.get(key)
        if sequence is None:
            profile = model.profile if name == model.model_name else model._find_profile(name)
            sequence = create_sequence(model, self.request, get_vendor(name), profile)
            self._sequences[key] = sequence
        return sequence

    # -- as a sequence -----------------------------------------------------------------------------

    @property
    def first(self) -> Any:
        """The model, with what asks it for the output."""
        return self._choose({}).first

    @property
    def last(self) -> Any:
        """The parser."""
        return self._choose({}).last

    @property
    def steps(self) -> list[Any]:
        """The model and the parser."""
        return self._choose({}).steps

    @property
    @override
    def InputType(self) -> Any:
        return self._choose({}).InputType

    @property
    @override
    def OutputType(self) -> Any:
        return self._choose({}).OutputType

    @override
    def get_input_schema(self, config: RunnableConfig | None = None) -> TypeBaseModel:
        return self._choose({}).get_input_schema(config)

    @override
    def get_output_schema(self, config: RunnableConfig | None = None) -> TypeBaseModel:
        return self._choose({}).get_output_schema(config)

    @property
    @override
    def config_specs(self) -> list[ConfigurableFieldSpec]:
        return self._choose({}).config_specs

    @override
    def get_graph(self, config: RunnableConfig | None = None) -> Graph:
        return self._choose({}).get_graph(config)

    # -- calls -------------------------------------------------------------------------------------

    @override
    def invoke(self, input: Any, config: RunnableConfig | None = None, **kwargs: Any) -> Any:
        return self._choose(kwargs).invoke(input, config, **kwargs)

    @override
    async def ainvoke(self, input: Any, config: RunnableConfig | None = None, **kwargs: Any) -> Any:
        return await self._choose(kwargs).ainvoke(input, config, **kwargs)

    @override
    def batch(self, inputs: list[Any], config: Any = None, **kwargs: Any) -> list[Any]:
        return self._choose(kwargs).batch(inputs, config, **kwargs)

    @override
    async def abatch(self, inputs: list[Any], config: Any = None, **kwargs: Any) -> list[Any]:
        return await self._choose(kwargs).abatch(inputs, config, **kwargs)

    @override
    def stream(
        self, input: Any, config: RunnableConfig | None = None, **kwargs: Any
    ) -> Iterator[Any]:
        return self._choose(kwargs).stream(input, config, **kwargs)

    @override
    def astream(
        self, input: Any, config: RunnableConfig | None = None, **kwargs: Any
    ) -> AsyncIterator[Any]:
        return self._choose(kwargs).astream(input, config, **kwargs)

    @override
    def transform(
        self, input: Iterator[Any], config: RunnableConfig | None = None, **kwargs: Any
    ) -> Iterator[Any]:
        return self._choose(kwargs).transform(input, config, **kwargs)

    @override
    def atransform(
        self, input: AsyncIterator[Any], config: RunnableConfig | None = None, **kwargs: Any
    ) -> AsyncIterator[Any]:
        return self._choose(kwargs).atransform(input, config, **kwargs)
