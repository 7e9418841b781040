"""One module per page; each has ``include(app, services)``."""
