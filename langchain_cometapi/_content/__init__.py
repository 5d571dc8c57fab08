"""What requests and responses both know: content blocks, media, reasoning, citations."""
