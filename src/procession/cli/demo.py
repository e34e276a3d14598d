"""The demo organization."""

import argparse

from procession.kit.settings import Settings


def run(settings: Settings, options: argparse.Namespace) -> int:
    return 0
