"""JSON schemas in the dialects of vendors; knows nothing of requests."""
