"""The embeddings route: posts texts and returns the gateway's JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from langchain_cometapi._client.resources import AsyncResource, Resource
from langchain_cometapi._client.route import Route

if TYPE_CHECKING:
    from langchain_cometapi._client.clients import AsyncClient, Client

ROUTE = Route("/embeddings")


class EmbeddingsResource(Resource):
    """Posts payloads to the embeddings route over a synchronous client."""

    def __init__(self, client: Client) -> None:
        """Use a client of the SDK's."""
        super().__init__(client, ROUTE)


class AsyncEmbeddingsResource(AsyncResource):
    """The asynchronous twin of `EmbeddingsResource`."""

    def __init__(self, client: AsyncClient) -> None:
        """Use a client of the SDK's."""
        super().__init__(client, ROUTE)
