"""Stored phrases: words that an official uses again and again, of the pack and of their own."""
