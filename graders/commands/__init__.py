"""The commands of ``deepgrade``, by who types them; ``graders.cli`` finds them here."""
