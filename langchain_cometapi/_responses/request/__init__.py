"""From LangChain's messages and parameters to a payload."""
