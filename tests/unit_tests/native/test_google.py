"""`ChatCometAPIGoogle`: what it sends, and what becomes of the features of Gemini."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from google.genai.errors import ClientError
from google.genai.types import HarmBlockThreshold, HarmCategory
from langchain_core.messages import HumanMessage, ToolMessage
from pydantic import ValidationError

from langchain_cometapi.exceptions import (
    CometAPIContentFilterError,
    CometAPIParameterWarning,
    CometAPIUnexpectedResponseError,
    CometAPIUnsentRequestError,
)
from tests.support import KEY, Gateway, all_ways, answer, ask, ask_sync, raw
from tests.unit_tests.native.gemini_gateway import (
    CALL,
    MODEL,
    SIGNATURE,
    TOOL,
    event,
    events,
    make,
    reply,
    streamed,
    whole,
)

pytestmark = pytest.mark.native

HELLO = reply({"text": "Hel"}, {"text": "lo"})


# -- requests


@all_ways
async def test_request_goes_to_googles_route_with_the_key_in_its_header(way: str) -> None:
    gateway = Gateway(HELLO)
    message = await ask(make(gateway), way)
    [request] = gateway.requests
    method = "streamGenerateContent" if "stream" in way else "generateContent"
    query = {"alt": "sse"} if "stream" in way else {}
    assert request.url.path == f"/v1beta/models/{MODEL}:{method}"
    assert dict(request.url.params) == query
    assert request.headers["x-goog-api-key"] == KEY
    assert "authorization" not in request.headers
    assert gateway.bodies == [{"contents": [{"role": "user", "parts": [{"text": "Hi"}]}]}]
    assert message.text == "Hello"
    assert message.usage_metadata["output_token_details"] == {"reasoning": 10}
    assert message.response_metadata["finish_reason"] == "STOP"
    assert message.response_metadata["request_id"] == "request-1"
    assert message.response_metadata["model_provider"] == "google_genai"
    assert message.response_metadata["gateway"] == "cometapi"


@all_ways
async def test_parameters_of_a_call_go_before_those_of_the_model(way: str) -> None:
    gateway = Gateway(HELLO)
    model = make(gateway, temperature=0.5, model_kwargs={"speech_config": {"language_code": "no"}})
    options = {"headers": {"x-call": "c"}, "extra_body": {"labels": {"a": "b"}}}
    await ask(
        model, way, model="gemini-3.5-flash", temperature=1.0, timeout=9, http_options=options
    )
    [request] = gateway.requests
    assert "/models/gemini-3.5-flash:" in request.url.path
    assert request.headers["x-call"] == "c"
    assert request.extensions["timeout"]["read"] == 9
    [body] = gateway.bodies
    assert body["generationConfig"]["temperature"] == 1.0
    assert "speechConfig" in body["generationConfig"]
    assert body["labels"] == {"a": "b"}
    assert model.model == MODEL


@pytest.mark.parametrize(
    ("content", "kwargs", "named"),
    [
        ("Hi", {"unknown": 1}, "`unknown`"),
        ("Hi", {"http_options": {"base_url": "https://other.example"}}, "`base_url`"),
        ("Hi", {"audio_timestamp": True}, "audio_timestamp"),
        ("Hi", {"tool_choice": "any"}, "tool_choice"),
        ([{"type": "hologram"}], {}, "hologram"),
    ],
)
@all_ways
async def test_what_cannot_be_sent_is_an_error(
    way: str, content: Any, kwargs: Any, named: str
) -> None:
    gateway = Gateway(HELLO)
    with pytest.raises(CometAPIUnsentRequestError, match=named) as caught:
        await ask(make(gateway), way, [HumanMessage(content)], **kwargs)
    error: object = caught.value
    assert isinstance(error, ClientError)
    assert gateway.requests == []


@all_ways
async def test_parameter_that_gemini_refuses_is_dropped_with_a_warning(way: str) -> None:
    gateway = Gateway(HELLO)
    refused: Any = {"presence_penalty": 0.5, "response_logprobs": True, "logprobs": 3}
    with pytest.warns(CometAPIParameterWarning) as warned:
        await ask(make(gateway), way, top_p=0.5, **refused)
    named = {str(one.message).split("`")[1] for one in warned}
    assert named == {"presence_penalty", "logprobs", "top_logprobs"}
    assert gateway.bodies[0]["generationConfig"] == {"topP": 0.5}
    with pytest.raises(CometAPIUnsentRequestError, match="strict_params"):
        await ask(make(gateway, strict_params=True), way, **refused)
    assert len(gateway.requests) == 1


def test_model_that_is_not_served_by_this_protocol_is_an_error() -> None:
    gateway = Gateway(HELLO)
    with pytest.raises(CometAPIUnsentRequestError, match="`ChatCometAPI`"):
        make(gateway, "claude-sonnet-5-5").invoke("Hi")
    assert gateway.requests == []


@streamed
async def test_several_candidates_of_a_stream_are_an_error(way: str) -> None:
    gateway = Gateway(HELLO)
    with pytest.raises(CometAPIUnsentRequestError, match="`n` must be 1"):
        await ask(make(gateway, n=2), way)
    assert gateway.requests == []


def test_arguments_that_are_no_fields_are_taken_in_without_a_word(
    caplog: pytest.LogCaptureFixture,
) -> None:
    gateway = Gateway(HELLO)
    model = make(gateway, speech_config={"language_code": "no"}, google_api_key=None, location=None)
    with pytest.raises(ValidationError, match="`vertexai`"):
        make(gateway, vertexai=True)
    model.invoke("Hi")
    assert "speechConfig" in gateway.bodies[0]["generationConfig"]
    assert caplog.text == ""


def test_profile_is_that_of_googles_protocol_and_of_the_model() -> None:
    model = make(Gateway(HELLO))
    profile: Any = model.profile
    wanted = ("video_inputs", "reasoning_output", "structured_output", "tool_calling")
    assert all(profile[name] for name in wanted)
    image: Any = make(Gateway(HELLO), "gemini-3.1-flash-image").profile
    assert image["image_outputs"]
    own: Any = {"max_input_tokens": 7}
    assert make(Gateway(HELLO), profile=own).profile == own
    assert make(Gateway(HELLO), "gemini-0-unknown").profile is None
    assert model.model_copy(update={"model": "gemini-3.1-flash-image"}).profile == image
    bound: Any = model.bind(model="gemini-3.1-flash-image")
    assert bound.profile == image
    model.model = "gemini-3.1-flash-image"
    assert model.profile == image != profile


# -- features


@all_ways
async def test_thoughts_and_signatures_go_through_a_tool_loop(way: str) -> None:
    call = {**CALL, "thoughtSignature": SIGNATURE}
    gateway = Gateway(reply({"text": "Look it up.", "thought": True}, call), HELLO)
    model = make(gateway, include_thoughts=True, thinking_level="low").bind_tools([TOOL])
    message = await ask(model, way)
    kinds = [block["type"] for block in message.content_blocks]
    assert kinds == ["reasoning", "tool_call"]
    [called] = message.tool_calls
    result = ToolMessage("Rain", tool_call_id=called["id"])
    assert (await ask(model, way, [HumanMessage("Hi"), message, result])).text == "Hello"
    first, second = gateway.bodies
    config = first["generationConfig"]["thinkingConfig"]
    assert config == {"includeThoughts": True, "thinkingLevel": "LOW"}
    replayed = second["contents"][1]["parts"]
    assert replayed[-1] == call
    assert second["contents"][2]["parts"][0]["functionResponse"]["response"] == {"output": "Rain"}


def test_thoughts_of_v1_without_a_signature_stay_behind_without_a_word(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Gemini signs calls, not thoughts; LangChain's class logs each of them in every request."""
    gateway = Gateway(reply({"text": "Hm.", "thought": True}, {"text": "Sun"}), HELLO)
    model = make(gateway, include_thoughts=True, output_version="v1")
    model.invoke([HumanMessage("Hi"), model.invoke("Hi"), HumanMessage("And now?")])
    assert gateway.bodies[-1]["contents"][1]["parts"] == [{"text": "Sun"}]
    assert caplog.messages == []


def test_cache_control_of_a_middleware_is_left_out() -> None:
    """Anthropic's middleware sets it, and a fallback takes over the parameters of the request."""
    gateway = Gateway(HELLO)
    make(gateway, strict_params=True).invoke("Hi", cache_control={"type": "ephemeral"})
    assert "ephemeral" not in str(gateway.bodies)


@pytest.mark.parametrize(
    ("block", "part"),
    [
        (
            {"type": "video", "base64": "AAAA", "mime_type": "video/mp4"},
            {"inlineData": {"data": "AAAA", "mimeType": "video/mp4"}},
        ),
        (
            {"type": "video", "url": "https://www.youtube.com/watch?v=1"},
            {"fileData": {"fileUri": "https://www.youtube.com/watch?v=1"}},
        ),
        (
            {
                "type": "media",
                "data": "AAAA",
                "mime_type": "video/mp4",
                "video_metadata": {"start_offset": "1s", "end_offset": "5s"},
            },
            {
                "inlineData": {"data": "AAAA", "mimeType": "video/mp4"},
                "videoMetadata": {"startOffset": "1s", "endOffset": "5s"},
            },
        ),
    ],
    ids=["inline", "youtube", "clip"],
)
def test_video_is_sent(block: dict[str, Any], part: dict[str, Any]) -> None:
    gateway = Gateway(HELLO)
    make(gateway).invoke([HumanMessage([{"type": "text", "text": "What happens?"}, block])])
    assert gateway.bodies[0]["contents"][0]["parts"] == [{"text": "What happens?"}, part]


@all_ways
async def test_grounded_text_has_its_citations(way: str) -> None:
    grounding = {
        "webSearchQueries": ["capital of Norway"],
        "groundingChunks": [{"web": {"uri": "https://a.example", "title": "A"}}],
        "groundingSupports": [
            {"segment": {"startIndex": 0, "endIndex": 5, "text": "Hello"}}
            | {"groundingChunkIndices": [0]}
        ],
    }
    gateway = Gateway(reply({"text": "Hel"}, {"text": "lo"}, groundingMetadata=grounding))
    message = await ask(make(gateway).bind_tools([{"google_search": {}}]), way)
    assert gateway.bodies[0]["tools"] == [{"googleSearch": {}}]
    blocks = [block for block in message.content_blocks if block.get("annotations")]
    [citation] = blocks[-1]["annotations"]
    assert (citation["url"], citation["title"]) == ("https://a.example", "A")
    assert citation["cited_text"] == "Hello"


@all_ways
async def test_code_execution_is_a_tool_of_every_gemini(way: str) -> None:
    gateway = Gateway(HELLO)
    await ask(make(gateway, "gemini-4-hydrogen"), way, code_execution=True)
    assert gateway.bodies[0]["tools"] == [{"codeExecution": {}}]


@pytest.mark.parametrize("output_version", ["v0", "v1"])
@all_ways
async def test_images_come_back_and_are_sent_again_with_their_signature(
    way: str, output_version: Any
) -> None:
    image = base64.b64encode(b"\x89PNG\r\n\x1a\n").decode()
    part = {"inlineData": {"mimeType": "image/png", "data": image}, "thoughtSignature": SIGNATURE}
    plain = {"inlineData": {"mimeType": "image/png", "data": image}}
    gateway = Gateway(reply({"text": "Here:"}, plain, part), HELLO)
    model = make(
        gateway,
        "gemini-3.1-flash-image",
        response_modalities=["TEXT", "IMAGE"],
        image_config={"aspect_ratio": "16:9"},
        output_version=output_version,
    )
    message = await ask(model, way)
    _, block = [block for block in message.content_blocks if block["type"] == "image"]
    assert (block["base64"], block["mime_type"]) == (image, "image/png")
    config = gateway.bodies[0]["generationConfig"]
    assert config["responseModalities"] == ["TEXT", "IMAGE"]
    assert config["imageConfig"] == {"aspectRatio": "16:9"}
    await ask(model, way, [HumanMessage("Hi"), message, HumanMessage("At night")])
    sent = gateway.bodies[1]["contents"][1]["parts"]
    assert [part.get("inlineData", {}).get("data") for part in sent] == [None, image, image]
    assert [part.get("thoughtSignature") for part in sent] == [None, None, SIGNATURE]


@pytest.mark.parametrize(
    ("fields", "sent"),
    [
        ({"thinking_budget": 0}, {"generationConfig": {"thinkingConfig": {"thinkingBudget": 0}}}),
        (
            {"media_resolution": "MEDIA_RESOLUTION_LOW"},
            {"generationConfig": {"mediaResolution": "MEDIA_RESOLUTION_LOW"}},
        ),
        (
            {
                "safety_settings": {
                    HarmCategory.HARM_CATEGORY_HARASSMENT: HarmBlockThreshold.BLOCK_ONLY_HIGH
                }
            },
            {
                "safetySettings": [
                    {"category": "HARM_CATEGORY_HARASSMENT", "threshold": "BLOCK_ONLY_HIGH"}
                ]
            },
        ),
    ],
)
def test_parameter_is_sent_in_googles_form(fields: dict[str, Any], sent: dict[str, Any]) -> None:
    gateway = Gateway(HELLO)
    make(gateway, **fields).invoke("Hi")
    [body] = gateway.bodies
    assert {name: body[name] for name in body if name != "contents"} == sent


# -- explain


@pytest.mark.parametrize(
    ("fields", "parameters"),
    [
        ({"cached_content": "cachedContents/1"}, {"stop": ["X"]}),
        ({"thinking_level": "low", "media_resolution": "MEDIA_RESOLUTION_LOW"}, {}),
        ({"frequency_penalty": 0.5, "labels": {"team": "a"}}, {"model": "gemini-4-hydrogen"}),
        ({}, {"code_execution": True, "model": "gemini-4-hydrogen"}),
    ],
)
@pytest.mark.filterwarnings("ignore::langchain_cometapi.CometAPIParameterWarning")
def test_explain_is_the_request_that_is_sent(fields: Any, parameters: Any) -> None:
    gateway = Gateway(HELLO)
    model = make(gateway, **fields)
    bound: Any = (
        model.bind(**parameters)
        if "code_execution" in parameters
        else model.bind_tools([TOOL], **parameters)
    )
    explained = bound.explain("Hi")
    assert gateway.requests == []
    bound.invoke("Hi")
    [request] = gateway.requests
    assert explained.body == gateway.bodies[0]
    assert explained.body["tools"]
    assert (explained.method, explained.url) == ("POST", str(request.url))
    assert KEY not in repr(explained)
    refused = [change.parameter for change in explained.changes]
    assert refused == list({"frequency_penalty": 1} & fields.keys())


def test_explain_raises_what_invoke_raises() -> None:
    with pytest.raises(CometAPIUnsentRequestError, match="unheard_of"):
        make(Gateway(HELLO)).explain("Hi", unheard_of=1)


# -- responses without a message


@all_ways
async def test_prompt_that_was_blocked_is_an_error(way: str) -> None:
    body = {"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}}
    gateway = Gateway(events(body) if "stream" in way else answer(body))
    with pytest.raises(CometAPIContentFilterError, match="PROHIBITED_CONTENT") as caught:
        await ask(make(gateway), way)
    assert not caught.value.is_retryable


@all_ways
async def test_answer_that_was_withheld_says_so(way: str) -> None:
    gateway = Gateway(reply({"text": ""}, finish="SAFETY", finishMessage="Unsafe."))
    message = await ask(make(gateway), way)
    assert message.response_metadata["finish_reason"] == "SAFETY"
    assert "refusal" in [block["type"] for block in message.content_blocks]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"candidates": []},
        {"candidates": {"a": 1}},
        {"candidates": [{"content": [1]}]},
        {"usageMetadata": {}},
    ],
)
@whole
async def test_response_that_is_no_message_is_an_error(way: str, body: Any) -> None:
    with pytest.raises(CometAPIUnexpectedResponseError):
        await ask(make(Gateway(answer(body))), way)


def test_half_of_a_surrogate_pair_does_not_reach_the_message() -> None:
    body = event({"text": "X"}, finish="STOP")
    content = answer(body).read().replace(b'"X"', b'"a\\ud83d"')
    gateway = Gateway(raw(content))
    assert ask_sync(make(gateway), "invoke").text == "a\ufffd"
