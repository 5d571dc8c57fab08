"""Requests of the Messages route: what the gateway and Anthropic refuse."""
