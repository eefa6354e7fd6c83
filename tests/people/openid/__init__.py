"""A real OpenID Connect provider in its own process, and a browser's part of the talk with it."""
