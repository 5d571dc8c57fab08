"""The emulator as a server: the ASGI application, the thread that serves it, its connections."""
