"""The commands of ``deepgrade``, grouped by their users; ``graders.cli`` finds them here."""
