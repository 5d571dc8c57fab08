"""Responses in Google's form, at once or in a stream."""
