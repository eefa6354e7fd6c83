"""Editions of an official text beside each other: a crosswalk, who confirms it, and what has to be looked at again."""
