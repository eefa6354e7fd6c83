"""The writes of this subject: what a party agrees to, and what brings a document to it."""
