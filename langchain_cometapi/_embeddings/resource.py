"""The embeddings route: posts texts and returns the gateway's JSON."""

from __future__ import annotations

from langchain_cometapi._client.resources import AsyncResource, Resource
from langchain_cometapi._client.route import Route

ROUTE = Route("/embeddings")


class EmbeddingsResource(Resource):
    """Posts payloads to the embeddings route over a synchronous client."""

    route = ROUTE


class AsyncEmbeddingsResource(AsyncResource):
    """The asynchronous twin of `EmbeddingsResource`."""

    route = ROUTE
