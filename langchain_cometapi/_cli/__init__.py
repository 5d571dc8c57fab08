"""The command line, a module or a folder per command (extra `[cli]`)."""
