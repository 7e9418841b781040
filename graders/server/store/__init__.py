"""The service's single source of truth: one database, in which a change is made when its transaction commits."""
