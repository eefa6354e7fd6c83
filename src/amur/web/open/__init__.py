"""The Open door: what anyone may read by machine, the ledger in public, and the page that checks a receipt."""
