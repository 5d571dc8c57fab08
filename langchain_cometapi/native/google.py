"""`ChatCometAPIGoogle`: Gemini over `:generateContent`, a subclass of `ChatGoogleGenerativeAI`."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Self

import openai
from google.genai.types import GenerateContentConfig
from langchain_google_genai import ChatGoogleGenerativeAI
from langchain_google_genai.chat_models import ChatGoogleGenerativeAIError
from pydantic import Field, model_validator
from typing_extensions import override

from langchain_cometapi import exceptions as exc
from langchain_cometapi._base.connection import raise_key_error
from langchain_cometapi._base.native_model import NativeModel
from langchain_cometapi._chat.request.encode import RequestExplanation
from langchain_cometapi._chat.request.native_history import write_request
from langchain_cometapi._chat.request.native_rules import adapt_config, leave_out_cache_control
from langchain_cometapi._client import google_clients as sdk
from langchain_cometapi._content.grounding import count_characters
from langchain_cometapi._content.image_signatures import keep_signatures
from langchain_cometapi._context import CallContext

if TYPE_CHECKING:
    from collections.abc import Callable

    from langchain_core.messages import BaseMessage

    from langchain_cometapi._client.native_calls import NativeCall


class ChatCometAPIGoogle(NativeModel, ChatGoogleGenerativeAI):
    """Gemini over its own protocol: thinking, video, Google Search with citations, images.

    It takes the parameters of `ChatGoogleGenerativeAI` (extra `google`) and the connection of
    `ChatCometAPI`: `COMETAPI_KEY`, `base_url`, `timeout`, `max_retries`, `default_headers`. No
    variable of Google's is read, and there is no Vertex AI.

    ```python
    from langchain_cometapi import ChatCometAPIGoogle

    model = ChatCometAPIGoogle(model="gemini-3.8-flash", thinking_level="low")
    ```

    Parameters that are not set are not sent. Every error is a `CometAPIError`, and the one of
    `google.genai` and of `langchain_google_genai`, too.
    """

    if TYPE_CHECKING:

        def __init__(self, *, model: str, **kwargs: Any) -> None: ...

    else:

        def __init__(self, **kwargs: Any) -> None:
            # Not the parent's: it logs a warning of what is not a field; `build_extra` sorts that.
            raise_key_error(super(ChatGoogleGenerativeAI, self).__init__, **kwargs)

    temperature: float | None = Field(default=None, ge=0, le=2)
    n: int | None = Field(default=None, alias="candidate_count", ge=1)  # type: ignore[assignment]

    client: ClassVar[Any]  # type: ignore[misc] # a property, set below the class
    if not TYPE_CHECKING:
        # The parent's settings of a connection are no fields: no variable of Google's is read.
        google_api_key: ClassVar[None] = None
        credentials: ClassVar[None] = None
        vertexai: ClassVar[bool] = False
        project: ClassVar[None] = None
        location: ClassVar[None] = None
        base_url: ClassVar[None] = None
        additional_headers: ClassVar[None] = None
        client_args: ClassVar[None] = None
        api_version: ClassVar[None] = None
        timeout: ClassVar[None] = None
        default_metadata: ClassVar[None] = None

    _supports_code_execution: ClassVar[bool] = True  # LangChain knows of 2.x and 3.x
    _endpoint = "generate_content"
    _example = "gemini-3.8-flash"
    _foreign = sdk.FOREIGN
    _parameters = frozenset(GenerateContentConfig.model_fields) - {"system_instruction"}
    _body = "http_options={'extra_body': {...}}"
    _settings_type = sdk.GoogleSettings
    _route = sdk.GENERATE_CONTENT
    _sdk_errors = (openai.OpenAIError, ValueError, ChatGoogleGenerativeAIError)
    _error_classes = sdk.ERROR_CLASSES

    @model_validator(mode="after")
    @override
    def validate_environment(self) -> Self:
        """Build no client: the parent's reads Google's variables."""
        return self

    @override
    def _get_parent(self, kwargs: dict[str, Any]) -> Any:
        return super(ChatCometAPIGoogle, self._set_parameters(kwargs))._get_parent(kwargs)

    def _set_parameters(self, kwargs: dict[str, Any]) -> Self:
        """Return the model for a call: LangChain's class takes `model` and such of none.

        Args:
            kwargs: The parameters of the call, which get those of the model, in place.
        """
        model = kwargs.pop("model", None) or self.model
        for name, value in {**self.model_kwargs, "media_resolution": self.media_resolution}.items():
            if value is not None:
                kwargs.setdefault(name, value)
        if kwargs.pop("code_execution", False):  # that `invoke` of LangChain's class alone knows
            kwargs["tools"] = [*(kwargs.get("tools") or ()), {"code_execution": {}}]
        other = self if model == self.model else self.model_copy(update={"model": model})
        other._clients = self._clients
        return other

    @property
    @override
    def async_client(self) -> Any:
        """The asynchronous part of `client`, for any event loop."""
        return self.client.aio

    @override
    def _prepare_request(self, messages: list[Any], **kwargs: Any) -> dict[str, Any]:
        request, context = self._prepare(messages, kwargs)
        self._parameter_warnings.warn(context.changes, context.model)
        return request

    def _prepare(
        self, messages: list[Any], kwargs: dict[str, Any]
    ) -> tuple[dict[str, Any], CallContext]:
        """Return the arguments for the SDK, by the rules of the model's row.

        Raises:
            CometAPIUnsentRequestError: If the model would not take them.
        """
        base_url = str(self.cometapi_api_base)
        context = CallContext.create(self.model, base_url, strict_params=self.strict_params)
        leave_out_cache_control(kwargs, context)
        write = partial(super()._prepare_request, **kwargs)
        request: dict[str, Any] = write_request(write, messages, context, "generate_content")
        adapt_config(request["config"], context)
        return request, context

    @override
    def _write(
        self, messages: list[Any], stop: list[str] | None, kwargs: dict[str, Any]
    ) -> RequestExplanation:
        stream = kwargs.pop("stream", False)
        other = self._set_parameters(kwargs)
        kwargs = {"cached_content": self.cached_content, **kwargs, "stop": stop}
        request, context = other._prepare(messages, kwargs)
        settings: Any = self._client_settings()
        url, body = sdk.write_request(settings.root, request, stream=stream)
        return RequestExplanation("POST", url, body, tuple(context.changes))

    @override
    def _complete(self, message: BaseMessage, get_text: Callable[[], str]) -> None:
        if grounding := message.response_metadata.get("grounding_metadata"):
            count_characters(grounding, get_text())
        if self.output_version == "v1":
            keep_signatures(message)

    @override
    def _translate(self, error: Exception, call: NativeCall, streamed: Any) -> BaseException:
        """Return the exception to raise; its `code` is a number where it is one, as Google's."""
        built = super()._translate(error, call, streamed)
        if isinstance(built, exc.CometAPIError):
            code: Any = built.code or str(built.status_code or "")
            built.code = int(code) if code.isdigit() else built.code  # type: ignore[assignment]
        return built


ChatCometAPIGoogle.client = property(sdk.make_client)
