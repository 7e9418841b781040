"""The truth of the service: one database, in which something is done when its transaction is committed."""
