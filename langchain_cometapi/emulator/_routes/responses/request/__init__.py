"""Checks of a Responses request, in OpenAI's wording."""
