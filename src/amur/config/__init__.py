"""Settings, URLs, the server's entry point and the clock. No rules."""
