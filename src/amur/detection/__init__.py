"""Sigma rules and indicators of compromise over batches of events. Pure: no database, no clock, no policy."""
