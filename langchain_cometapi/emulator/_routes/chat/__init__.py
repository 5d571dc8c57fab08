"""The route `POST /v1/chat/completions`."""
