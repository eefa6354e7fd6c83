"""What happens in the life of people and firms, and which services belong to it: how a reader finds a service."""
