"""Webhooks: an enterprise or a body is told by a signed call what happens to its own cases."""
