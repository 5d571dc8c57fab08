"""Chat requests: checked as the gateway and the vendor behind it check them."""
