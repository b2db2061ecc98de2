"""Ask this container's own web process whether it lives: `python -m tracker.probe`, for a health check."""

import http.client
import os
import sys


def main() -> None:
    """Exit with 0 where /healthz answers 200, else with 1 and the reason."""
    connection = http.client.HTTPConnection("127.0.0.1", int(os.environ.get("PORT", "8000")), timeout=4)
    try:
        connection.request("GET", "/healthz")
        status = connection.getresponse().status
    except OSError as error:
        sys.exit(f"no answer: {error}")
    finally:
        connection.close()
    if status != http.HTTPStatus.OK:
        sys.exit(f"the answer is {status}")


if __name__ == "__main__":
    main()
