"""From the gateway's JSON to LangChain's messages."""
