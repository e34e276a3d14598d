"""`python -m procession.cli` is the command `procession`."""

import sys

from procession.cli.main import main

sys.exit(main())
