"""The limits of a server in a hurry, in seconds: those of every server, in less time."""

HEAD, PAUSE, IN_ALL, IDLE = 1.5, 1.0, 2.5, 3.0

#: As `running_server` takes them.
SETTINGS = {
    "HEAD_TIMEOUT": str(HEAD),
    "BODY_PAUSE": str(PAUSE),
    "BODY_TIMEOUT": str(IN_ALL),
    "KEEP_ALIVE_TIMEOUT": str(IDLE),
}
