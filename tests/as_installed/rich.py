"""No installation has the library of this name: our tools bring it, and structlog would take it."""

raise ImportError("this is as in an installation")
