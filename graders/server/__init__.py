"""The service: students submit and watch the results live. It uses only the public modules below it."""
