"""Exits with 0 if the service in this container is ready: its database answers and it has graders."""

import http.client
import os
import sys

host, _, port = os.environ.get("DEEPGRADE_ADDRESS", "0.0.0.0:8000").rpartition(":")
connection = http.client.HTTPConnection("127.0.0.1" if host == "0.0.0.0" else host, int(port), timeout=4)
try:
    connection.request("GET", "/readyz")
    answer = connection.getresponse()
    print(answer.read().decode())
except (OSError, http.client.HTTPException) as error:
    sys.exit(f"no answer: {error}")
sys.exit(answer.status != 200)
