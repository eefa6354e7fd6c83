"""Consent by a code to the telephone of somebody whom a proxy serves."""
