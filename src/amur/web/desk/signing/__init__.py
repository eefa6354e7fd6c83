"""Sign-off at the desk: the panel of a case, the form that drafts, the page that signs, the list of what waits."""
