"""Who grades what is queued: processes that lease one submission at a time."""
