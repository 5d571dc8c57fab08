"""The messages of Google's `generateContent`, with their fields and types.

As Google's reference (ai.google.dev/api/generate-content) and the converters of google-genai 3.6
for the Gemini API have them, 2026-11. What is for Vertex AI alone is not among them.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

Fields = dict[str, str]
"""The type of each field, by its name in camel case.

A type is one of the scalars of protobuf, "struct" for an object, "value" for anything, the name of
one of `MESSAGES` or of `ENUMS`, or one of these after "repeated ".
"""

REQUEST: Final = "GenerateContentRequest"

_MEDIA_OPTIONS: Fields = {
    "audioMetadata": "value",
    "documentMetadata": "value",
    "mediaProcessing": "value",
    "mediaResolution": "value",
    "spreadsheetMetadata": "value",
    "videoMetadata": "VideoMetadata",
}

MESSAGES: Final[Mapping[str, Fields]] = MappingProxyType(
    {
        REQUEST: {
            "cachedContent": "string",
            "contents": "repeated Content",
            "continuationToken": "bytes",
            "generationConfig": "GenerationConfig",
            "labels": "struct",
            "model": "string",
            "safetySettings": "repeated SafetySetting",
            "serviceTier": "string",
            "store": "bool",
            "systemInstruction": "Content",
            "toolConfig": "ToolConfig",
            "tools": "repeated Tool",
        },
        "Content": {"parts": "repeated Part", "role": "string"},
        "Part": {
            "audioTranscription": "value",
            "codeExecutionResult": "CodeExecutionResult",
            "executableCode": "ExecutableCode",
            "fileData": "FileData",
            "functionCall": "FunctionCall",
            "functionResponse": "FunctionResponse",
            "inlineData": "Blob",
            "partMetadata": "struct",
            "speechMetadata": "value",
            "text": "string",
            "thought": "bool",
            "thoughtSignature": "bytes",
            "toolCall": "ToolCall",
            "toolResponse": "ToolResponse",
            **_MEDIA_OPTIONS,
        },
        "Blob": {"data": "bytes", "displayName": "string", "mimeType": "string"},
        "FileData": {"displayName": "string", "fileUri": "string", "mimeType": "string"},
        "VideoMetadata": {
            "contentLayers": "value",
            "endOffset": "string",
            "fps": "double",
            "startOffset": "string",
        },
        "FunctionCall": {"args": "struct", "id": "string", "name": "string"},
        "FunctionResponse": {
            "id": "string",
            "name": "string",
            "parts": "repeated FunctionResponsePart",
            "response": "struct",
            "scheduling": "Scheduling",
            "willContinue": "bool",
        },
        "FunctionResponsePart": {"fileData": "FileData", "inlineData": "Blob", **_MEDIA_OPTIONS},
        "ExecutableCode": {"code": "string", "id": "string", "language": "Language"},
        "CodeExecutionResult": {"id": "string", "outcome": "Outcome", "output": "string"},
        "ToolCall": {"args": "struct", "id": "string", "toolType": "string"},
        "ToolResponse": {"id": "string", "response": "struct", "toolType": "string"},
        "Tool": {
            "codeExecution": "Empty",
            "computerUse": "value",
            "fileSearch": "FileSearch",
            "functionDeclarations": "repeated FunctionDeclaration",
            "googleMaps": "GoogleMaps",
            "googleSearch": "GoogleSearch",
            "googleSearchRetrieval": "value",
            "mcpServers": "value",
            "urlContext": "Empty",
        },
        "Empty": {},
        "FileSearch": {
            "fileSearchStoreNames": "repeated string",
            "metadataFilter": "string",
            "topK": "int32",
        },
        "GoogleMaps": {"enableWidget": "bool", "groundingTypes": "value"},
        "GoogleSearch": {"searchTypes": "value", "timeRangeFilter": "value"},
        "FunctionDeclaration": {
            "behavior": "Behavior",
            "description": "string",
            "name": "string",
            "parameters": "value",
            "parametersJsonSchema": "value",
            "response": "value",
            "responseJsonSchema": "value",
        },
        "ToolConfig": {
            "functionCallingConfig": "FunctionCallingConfig",
            "includeServerSideToolInvocations": "bool",
            "retrievalConfig": "value",
        },
        "FunctionCallingConfig": {"allowedFunctionNames": "repeated string", "mode": "Mode"},
        "SafetySetting": {"category": "HarmCategory", "threshold": "HarmBlockThreshold"},
        "GenerationConfig": {
            "audioTranscriptionConfig": "value",
            "candidateCount": "int32",
            "enableEnhancedCivicAnswers": "bool",
            "frequencyPenalty": "float",
            "imageConfig": "ImageConfig",
            "logprobs": "int32",
            "maxOutputTokens": "int32",
            "mediaResolution": "MediaResolution",
            "presencePenalty": "float",
            "responseFormat": "value",
            "responseJsonSchema": "value",
            "responseLogprobs": "bool",
            "responseMimeType": "string",
            "responseModalities": "repeated Modality",
            "responseSchema": "value",
            "seed": "int32",
            "speechConfig": "SpeechConfig",
            "stopSequences": "repeated string",
            "temperature": "float",
            "thinkingConfig": "ThinkingConfig",
            "topK": "int32",
            "topP": "float",
            "translationConfig": "value",
        },
        "ImageConfig": {
            "aspectRatio": "string",
            "imageOutputOptions": "value",
            "imageSize": "string",
        },
        "SpeechConfig": {
            "languageCode": "string",
            "multiSpeakerVoiceConfig": "value",
            "voiceConfig": "value",
        },
        "ThinkingConfig": {
            "includeThoughts": "bool",
            "thinkingBudget": "int32",
            "thinkingLevel": "ThinkingLevel",
        },
    }
)

PART_DATA: Final = frozenset(
    {
        "codeExecutionResult",
        "executableCode",
        "fileData",
        "functionCall",
        "functionResponse",
        "inlineData",
        "text",
        "toolCall",
        "toolResponse",
    }
)
"""The fields of a part that are its data, of which it has one."""

_HARM = "HARM_CATEGORY_"

ENUMS: Final[Mapping[str, tuple[str, frozenset[str]]]] = MappingProxyType(
    {
        "Behavior": ("FunctionDeclaration.Behavior", frozenset({"BLOCKING", "NON_BLOCKING"})),
        "HarmBlockThreshold": (
            "SafetySetting.HarmBlockThreshold",
            frozenset(
                {
                    "BLOCK_LOW_AND_ABOVE",
                    "BLOCK_MEDIUM_AND_ABOVE",
                    "BLOCK_NONE",
                    "BLOCK_ONLY_HIGH",
                    "HARM_BLOCK_THRESHOLD_UNSPECIFIED",
                    "OFF",
                }
            ),
        ),
        # The categories of PaLM, such as HARM_CATEGORY_TOXICITY, are refused by Gemini.
        "HarmCategory": (
            "HarmCategory",
            frozenset(
                {
                    f"{_HARM}CIVIC_INTEGRITY",
                    f"{_HARM}DANGEROUS_CONTENT",
                    f"{_HARM}HARASSMENT",
                    f"{_HARM}HATE_SPEECH",
                    f"{_HARM}SEXUALLY_EXPLICIT",
                }
            ),
        ),
        "Language": ("ExecutableCode.Language", frozenset({"LANGUAGE_UNSPECIFIED", "PYTHON"})),
        "MediaResolution": (
            "GenerationConfig.MediaResolution",
            frozenset(
                f"MEDIA_RESOLUTION_{level}" for level in ("HIGH", "LOW", "MEDIUM", "UNSPECIFIED")
            ),
        ),
        "Modality": (
            "GenerationConfig.Modality",
            frozenset({"AUDIO", "IMAGE", "MODALITY_UNSPECIFIED", "TEXT", "VIDEO"}),
        ),
        "Mode": (
            "FunctionCallingConfig.Mode",
            frozenset({"ANY", "AUTO", "MODE_UNSPECIFIED", "NONE", "VALIDATED"}),
        ),
        "Outcome": (
            "CodeExecutionResult.Outcome",
            frozenset(
                {
                    "OUTCOME_DEADLINE_EXCEEDED",
                    "OUTCOME_FAILED",
                    "OUTCOME_OK",
                    "OUTCOME_UNSPECIFIED",
                }
            ),
        ),
        "Scheduling": (
            "FunctionResponse.Scheduling",
            frozenset({"INTERRUPT", "SCHEDULING_UNSPECIFIED", "SILENT", "WHEN_IDLE"}),
        ),
        "ThinkingLevel": (
            "ThinkingConfig.ThinkingLevel",
            frozenset({"HIGH", "LOW", "MEDIUM", "MINIMAL", "THINKING_LEVEL_UNSPECIFIED", "XHIGH"}),
        ),
    }
)
"""The name that Google's errors give an enumeration, and its values."""
