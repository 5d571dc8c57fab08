"""Claude and Gemini over their own protocols, which CometAPI serves beside its chat route."""
