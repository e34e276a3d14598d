"""`python -m procession.cli` is the command `procession`."""

import sys

from procession.cli.entry import main

sys.exit(main())
