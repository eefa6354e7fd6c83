"""The Board: the policy's text beside what runs it, and a tally that is computed."""
