"""Ask the web server whether it is well, under a host name it answers to: `healthcheck.py [port]`; the exit code is the answer."""

import os
import sys
import urllib.error
import urllib.request


def main():
    """End with 0 when /health/ answers 200 within four seconds."""
    host = os.environ.get("BYLAW_HOSTS", "localhost").split(",")[0].strip().lstrip(".")
    port = sys.argv[1] if len(sys.argv) > 1 else "8000"
    request = urllib.request.Request(f"http://127.0.0.1:{port}/health/", headers={"Host": host})
    try:
        with urllib.request.urlopen(request, timeout=4) as answer:
            sys.exit(0 if answer.status == 200 else 1)
    except (urllib.error.URLError, TimeoutError) as error:
        sys.exit(f"not well: {error}")


if __name__ == "__main__":
    main()
