"""Ratings: what a party thinks of how its case was dealt with, and what the office does about a bad one."""
