"""Cases that belong together: split, merged, reopened, joined in one incident, or told apart as alike."""
