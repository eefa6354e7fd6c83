"""Hearings: asked for or waived by the party, called in time, held with minutes that are sealed."""
