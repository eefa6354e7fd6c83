"""Settings, URLs, the server's entry point, the supervisor and the gate. No rules."""
