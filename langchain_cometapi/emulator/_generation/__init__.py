"""The stand-in for a model: texts and JSON values derived from the prompt."""
