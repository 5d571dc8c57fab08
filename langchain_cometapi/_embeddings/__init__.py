"""The route `/v1/embeddings`."""
