"""What each endpoint accepts and sends: a folder or a module per endpoint."""
