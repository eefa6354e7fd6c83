"""Co-signing: a form whose case begins only when others have read exactly what is submitted and agreed to it."""
