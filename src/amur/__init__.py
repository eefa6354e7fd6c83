"""Amur (令行): a policy document goes in, a running and provable authority comes out."""

__version__ = "0.1.0"
