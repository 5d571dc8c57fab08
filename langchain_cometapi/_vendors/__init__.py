"""Facts about vendors, as data: what a model family takes, refuses and demands."""
