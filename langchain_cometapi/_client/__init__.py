"""Connections: the SDK's clients, their pools and errors. Knows no route."""
