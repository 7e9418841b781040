"""Running the service: start and stop, health, metrics, logs, backups."""
