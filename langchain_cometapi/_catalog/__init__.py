"""What is known of a model: its card in the catalogue, its profile, its retirement."""
