"""Sign-off: a decision is drafted once, signed step by step, and happens with the last signature."""
