"""What CometAPI serves, as far as it is known without asking: cards, snapshot and cached copy."""
