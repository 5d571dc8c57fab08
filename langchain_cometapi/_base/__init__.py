"""What the public models are built on."""
