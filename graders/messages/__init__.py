"""What people read: sentences by id, in each language, and the errors that carry one."""
