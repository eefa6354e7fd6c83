"""The peer, as an application of Django."""
