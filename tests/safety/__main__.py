"""python -m tests.safety [--planted-faults [ID …]]: id -> tests -> result."""

import sys

from tests.safety.holding import print_what_holds
from tests.safety.planting import print_what_is_noticed

if "--planted-faults" in sys.argv[1:]:
    raise SystemExit(print_what_is_noticed([a for a in sys.argv[1:] if not a.startswith("-")]))
raise SystemExit(print_what_holds())
