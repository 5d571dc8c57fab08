"""Checks of a request in Google's wording."""
