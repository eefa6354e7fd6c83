"""Where a mobile network reaches: sites and what they send, people and who counts as covered by which definition."""
