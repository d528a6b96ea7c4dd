"""Does what the README asks of curl, for machines that have none: `-sS -X METHOD -H HEADER -d @- URL`."""

import sys
import urllib.request
from argparse import ArgumentParser
from urllib.error import HTTPError


def main() -> None:
    parser = ArgumentParser()
    parser.add_argument("-s", action="store_true")
    parser.add_argument("-S", action="store_true")
    parser.add_argument("-X", default=None)
    parser.add_argument("-H", action="append", default=[])
    parser.add_argument("-d", choices=["@-"])
    parser.add_argument("url")
    asked = parser.parse_args()
    request = urllib.request.Request(
        asked.url,
        method=asked.X,
        headers=dict(header.split(": ", 1) for header in asked.H),
        data=sys.stdin.buffer.read() if asked.d else None,
    )
    try:
        with urllib.request.urlopen(request) as answer:
            sys.stdout.buffer.write(answer.read())
    except HTTPError as error:
        sys.stdout.buffer.write(error.read())


if __name__ == "__main__":
    main()
