"""Requests for a supplement: what is missing, item by item, asked at once and once, and the answer to each item."""
