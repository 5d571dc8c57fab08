"""The emulator's own facts about vendors and models: a module per vendor, and a registry."""
