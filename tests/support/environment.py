"""Variables of other products, each with a value that no request may have."""

from __future__ import annotations

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
