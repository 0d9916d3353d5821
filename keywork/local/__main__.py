"""`python -m keywork.local`: what `make run` calls."""

import sys

from keywork.local.run import main

sys.exit(main())
