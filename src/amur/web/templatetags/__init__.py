"""Template tags. ``amur`` is loaded into every template by the settings."""
