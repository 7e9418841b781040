"""``/api/v1``: the same data as the pages, as JSON; a personal token says who asks."""
