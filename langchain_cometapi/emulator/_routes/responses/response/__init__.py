"""What the Responses route sends: a response, or its events."""
