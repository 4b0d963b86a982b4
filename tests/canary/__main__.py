"""python -m tests.canary"""

from tests.canary.proof import main

raise SystemExit(main())
