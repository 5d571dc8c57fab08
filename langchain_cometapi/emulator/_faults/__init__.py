"""What the emulator can do wrong on request, and how each fault looks on the wire."""
