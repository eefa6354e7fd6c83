"""Logs of any format as batches of events; what cannot be read is set aside with its place, and the rest goes on."""
