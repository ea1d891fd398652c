"""Run a command with a PostgreSQL and a Redis of its own: `with_services.py COMMAND...`; ends with its exit code."""

import os
import subprocess
import sys

from services import services


def main():
    """Start both, run the command against them, stop both."""
    with services() as (database, broker):
        if not (database and broker):
            sys.exit("PostgreSQL and Redis are needed here: install postgresql and redis-server, or name them by URL.")
        environment = {**os.environ, "BYLAW_DATABASE_URL": database, "BYLAW_BROKER_URL": broker}
        code = subprocess.run(sys.argv[1:], env=environment).returncode
    sys.exit(code)


if __name__ == "__main__":
    main()
