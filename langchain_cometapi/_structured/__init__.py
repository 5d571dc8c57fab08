"""Structured output of both routes: the methods, the parsers and their errors."""
