"""JSON schemas in requests: what is in them, and what a vendor refuses of them."""
