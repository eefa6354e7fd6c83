"""Opinions of several bodies on one case: asked at once, each by itself, counted when the round is closed."""
