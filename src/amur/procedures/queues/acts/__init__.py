"""The writes of queues: acts on many cases at once, and the views that officials keep."""
