"""Variables of other products, each with a value that no request may have."""

from __future__ import annotations

import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path

POISON = "poison-7f3a"
POISONED = {
    "OPENAI_API_KEY": f"sk-{POISON}",
    "OPENAI_ADMIN_KEY": f"sk-admin-{POISON}",
    "OPENAI_WEBHOOK_SECRET": f"whsec-{POISON}",
    "OPENAI_CUSTOM_HEADERS": f"Authorization: Bearer {POISON}\nX-Custom: {POISON}",
    "OPENAI_ORG_ID": f"org-{POISON}",
    "OPENAI_ORGANIZATION": f"org-{POISON}",
    "OPENAI_PROJECT_ID": f"proj-{POISON}",
    "OPENAI_PROXY": f"http://{POISON}.invalid:1",
    "OPENAI_API_BASE": f"https://{POISON}.invalid/v1",
    "OPENAI_BASE_URL": f"https://{POISON}.invalid/v1",
    "OPENAI_API_TYPE": "azure",
    "OPENAI_API_VERSION": POISON,
    "LANGSMITH_GATEWAY": f"https://{POISON}.invalid",
    "LANGSMITH_GATEWAY_API_KEY": f"lsv2_{POISON}",
    "LANGSMITH_API_KEY": f"lsv2_{POISON}",
    "LC_OUTPUT_VERSION": "responses/v1",
    "LANGCHAIN_OPENAI_STREAM_CHUNK_TIMEOUT_S": "0.001",
    "LANGCHAIN_OPENAI_TCP_KEEPALIVE": "0",
    "COMET_API_KEY": f"comet-ml-{POISON}",
}

_NATIVE = (
    "anthropic",
    "google.auth",
    "google.genai",
    "langchain_anthropic",
    "langchain_google_genai",
)
_VARIABLE = re.compile(
    r"""["']((?:ANTHROPIC|AWS|CLOUDSDK|CLOUD_ML|GCE|GCLOUD|GEMINI|GOOGLE|VERTEX(?:_?AI)?)_[A-Z0-9_]+)["']"""
)
_BY_WORD = {
    "URL": f"https://{POISON}.invalid/v1",
    "PROXY": f"http://{POISON}.invalid:1",
    "HEADERS": f"X-Custom: {POISON}",
    "MODE": "replay",
    "ENDPOINT": "always",
    "CLIENT": "httpx",
    "BYTES": "1",
    "TIMEOUT": "1",
    "RETRIES": "1",
    "PROPAGATION": "true",
    "TELEMETRY": "true",
    "DEBUG": "true",
    "VERTEXAI": "true",
    "ENTERPRISE": "true",
    "CERTIFICATE": "true",
    "ENABLED": "true",
}
"""What is worst, by the last word of a variable's name."""


@cache
def poison_native() -> dict[str, str]:
    """Return every variable that the SDKs of the native protocols name, with a value.

    They are read from the sources that are installed, so that those of a newer version are here,
    too.
    """
    names = set()
    for module in _NATIVE:
        spec = find_spec(module)
        assert spec is not None, module
        for folder in spec.submodule_search_locations or ():
            for path in Path(folder).rglob("*.py"):
                if "tests" not in path.parts[len(Path(folder).parts) :]:
                    names |= set(_VARIABLE.findall(path.read_text(encoding="utf-8")))
    return {name: _BY_WORD.get(name.rpartition("_")[2], POISON) for name in sorted(names)}
