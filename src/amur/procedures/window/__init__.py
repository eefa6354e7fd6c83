"""The window: what is handed in over a counter, with its papers looked at and its person known, and fetched there."""
