"""A process makes room for its connections."""

import resource
import subprocess
import sys

from shared.runtime.descriptors import MOST

PROGRAM = """
import resource, sys
from shared.runtime.descriptors import make_room
resource.setrlimit(resource.RLIMIT_NOFILE, (int(sys.argv[1]), resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
sys.stdout.write(f"{make_room()} {resource.getrlimit(resource.RLIMIT_NOFILE)[0]}")
"""


def test_room_is_made_as_far_as_the_system_lets_it() -> None:
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    allowed = MOST if hard == resource.RLIM_INFINITY else min(MOST, hard)
    given = str(min(256, allowed))
    said = subprocess.run([sys.executable, "-c", PROGRAM, given], capture_output=True, text=True, check=True).stdout

    assert said == f"{allowed} {allowed}"
