"""Questions and a table that says, for each combination of answers, what is needed and who decides."""
