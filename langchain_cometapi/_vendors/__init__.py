"""What each model family takes, refuses and needs: a module per vendor, and a registry of all."""
