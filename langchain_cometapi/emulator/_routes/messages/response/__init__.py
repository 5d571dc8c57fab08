"""What the Messages route sends: a message, or its events."""
