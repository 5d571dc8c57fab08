"""How JSON is read: as messages of protobuf."""

from __future__ import annotations

import pytest

from langchain_cometapi.emulator._routes.generate_content.request.messages import camel, snake
from langchain_cometapi.emulator._rules.google_messages import ENUMS, MESSAGES
from tests.unit_tests.emulator.generate_content_client import (
    GenerateContentClient,
    calling,
    config,
    functions,
    media,
    said,
    user,
)
from tests.unit_tests.emulator.refusals import accepts, refuses

test_json_is_refused = refuses(
    (config(topK="Infinity"), "'generation_config.top_k' (TYPE_INT32), "),
    (config(maxOutputTokens="NaN"), "max_output_tokens' (TYPE_INT32)"),
    (config(temperature=10**400), "'generation_config.temperature' (TYPE_"),
    ({"foo": 1}, 'Unknown name "foo": Cannot find field.'),
    ({"messages": []}, 'Unknown name "messages": Cannot find field.'),
    (config(maxTokens=1), "Unknown name \"maxTokens\" at 'generation_config': Cannot find field."),
    ({"contents": [user({"type": "text"})]}, "Unknown name \"type\" at 'contents[0].parts[0]'"),
    (config(TopP=1), 'Unknown name "TopP"'),
    (config(audioTimestamp=True), 'Unknown name "audioTimestamp"'),
    (config(topP=1, top_p=1), "is already set. Cannot set 'topP'"),
    (
        {"contents": [user({"text": "a", **media("image/png")})]},
        "is already set. Cannot set 'inlineData'",
    ),
    ({"systemInstruction": [said("a")]}, '"system_instruction": Proto field is not repeating'),
    ({"contents": ["a"]}, "Invalid value at 'contents[0]' (type.googleapis"),
    ({"contents": [user({"text": {}})]}, "parts[0].text' (TYPE_STRING)"),
    (config(temperature="warm"), 'temperature\' (TYPE_FLOAT), "warm"'),
    (config(topP=True), "top_p' (TYPE_FLOAT), true"),
    (config(maxOutputTokens=1.5), "tokens' (TYPE_INT32), 1.5"),
    (config(seed=2**31), "seed' (TYPE_INT32)"),
    (config(responseLogprobs=1), "response_logprobs' (TYPE_BOOL), 1"),
    (config(stopSequences=[1]), "stop_sequences[0]' (TYPE_STRING)"),
    (calling("SOME"), '.ai.generativelanguage.v1beta.FunctionCallingConfig.Mode), "SOME"'),
    ({"contents": [user(media("image/png", "%%"))]}, "Base64 decoding failed"),
    ({"contents": [user({"functionCall": {"args": "{}"}})]}, "args' (type.googleapis.com/"),
    ({"tools": [{"googleSearch": []}]}, "Proto field is not repeating"),
)

test_json_is_accepted = accepts(
    ("snake case", {"generation_config": {"top_p": 0.5, "stop_sequences": ["x"]}}),
    ("nulls", {"tools": None, **config(temperature=None)}),
    ("numbers as texts", config(temperature="0.5", maxOutputTokens="99")),
    ("whole number with a point", config(maxOutputTokens=99.0)),
    ("one for a list", {"contents": {"parts": {"text": "a"}}}),
    ("lower case", calling("auto")),
    ("base64 for URLs", {"contents": [user(media("image/png", "_-8"))]}),
    ("snake case in tools", {"tools": [{"function_declarations": [{"name": "f"}]}]}),
    ("fields without effect", {"store": False, "labels": {"a": "b"}, "serviceTier": "flex"}),
)


def test_camel_and_snake_case_mean_the_same(client: GenerateContentClient) -> None:
    snake_case = {"generation_config": {"stop_sequences": ["emulator"]}}
    camel_case = {"generationConfig": {"stopSequences": ["emulator"]}}
    assert client.text(**snake_case) == client.text(**camel_case) == "This is the CometAPI "


def test_body_that_is_no_object_is_refused(client: GenerateContentClient) -> None:
    path = "/v1beta/models/gemini-3.8-flash:generateContent"
    response = client.send("POST", path, json=[])
    assert response.status_code == 400
    assert "GenerateContentRequest" in response.json()["error"]["message"]


@pytest.mark.parametrize("message", MESSAGES)
def test_table_of_messages_is_whole(message: str) -> None:
    scalars = {"bool", "bytes", "double", "float", "int32", "string", "struct", "value"}
    for name, kind in MESSAGES[message].items():
        assert camel(snake(name)) == name
        assert kind.removeprefix("repeated ") in scalars | MESSAGES.keys() | ENUMS.keys()


def test_names_of_functions_are_not_fields(client: GenerateContentClient) -> None:
    schema = {"type": "OBJECT", "properties": {"top_p": {"type": "STRING"}}}
    declaration = {"name": "snake_case", "parameters": {**schema, "required": ["top_p"]}}
    (part,) = client.parts(tools=functions(declaration), **calling("ANY"))
    assert part["functionCall"]["args"].keys() == {"top_p"}
