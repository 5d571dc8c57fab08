"""Writes the generated files of `langchain_cometapi/data`: the snapshot and the profiles."""
