"""Notices: what a party is told, over which channels, what reached it and what did not."""
