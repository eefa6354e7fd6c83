"""The text of the policy, and what a pack declares about it: editions, releases, declarations by content hash."""
