"""The route `POST /v1/messages`."""
