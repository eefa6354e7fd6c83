"""Numbers that say how something is spread: over firms, regions, people or ground; each by its published formula."""
