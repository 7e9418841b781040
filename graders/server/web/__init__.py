"""The website for students and staff."""
