"""Queues of the desk: by what they are sorted and found, views that officials keep, acts on many cases at once."""
