"""Chat responses: plain and streamed."""
