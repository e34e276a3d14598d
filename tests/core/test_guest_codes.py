"""Guest codes (contract 00, 5.8)."""

import re

from procession.domains.people.guest_codes import code_digest, guest_code


def test_a_code_depends_on_everything_that_goes_into_it() -> None:
    codes = {
        guest_code(*inputs)
        for inputs in [("k", "o", 1, 1), ("j", "o", 1, 1), ("k", "p", 1, 1), ("k", "o", 2, 1),
                       ("k", "o", 1, 2)]
    }  # fmt: skip
    assert len(codes) == 5
    assert all(re.fullmatch(r"[A-Za-z0-9]{40}", code) for code in codes)
    assert guest_code("k", "o", 1, 1) in codes
    assert len({code_digest(code) for code in codes}) == 5
