"""The command `procession examples`."""

import json

from procession.flows.demo.example_templates import example_names, example_text
from procession.kit.errors import BadRequest


def show_examples(name: str | None, *, as_json: bool = False) -> int:
    """Their names, or one of them."""
    if name is None:
        names = example_names()
        print(json.dumps(names) if as_json else "\n".join(names))
        return 0
    if name not in example_names():
        raise BadRequest(f"There is no example {name}. There are: {', '.join(example_names())}.")
    print(example_text(name), end="")
    return 0
