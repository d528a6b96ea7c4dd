"""Kills the alert loop again and again: `python -m tests.alerting.killing KILLS SEED`.

It works on the database of the environment. Each loop is a process of its own, forked from one that has loaded
everything and touched nothing, so that most of its short life is work. The last one lives until it is told to stop.
"""

import os
import random
import signal
import sys
from time import sleep

import django

LIVES_AT_LEAST_S, LIVES_AT_MOST_S = 0.004, 0.25


def main(kills: int, seed: int) -> None:
    """Forks and kills `kills` loops, then runs one to the end."""
    django.setup()
    from django.core.management import call_command

    chance = random.Random(seed)
    for _ in range(kills):
        child = os.fork()
        if child == 0:
            call_command("run_alerts")
            os._exit(0)
        sleep(chance.uniform(LIVES_AT_LEAST_S, LIVES_AT_MOST_S))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    call_command("run_alerts")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
