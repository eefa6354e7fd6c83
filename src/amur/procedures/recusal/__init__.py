"""Stepping back from a case: by oneself, by a superior, or because the party objects; why is sealed."""
