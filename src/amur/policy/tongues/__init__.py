"""What a pack says in more languages than Chinese and English, apart from what it declares."""
