"""What the service answers: pages for people, JSON for programs."""
