"""The Desk: what a signed-in official works with. No rules here; every verb is an act of a room below."""
