"""``/api/v1``: the same data as the pages, as JSON, for the owner of a personal token."""
