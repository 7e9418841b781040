"""The site that students and staff see."""
