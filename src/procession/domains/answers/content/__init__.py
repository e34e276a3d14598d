"""Reading answers that people and clients send, pure (contract 31, 1 to 5).

`containers` and `keys` say which field each value is for; `shapes` reads a value into the shape of
its field's type; `validating` checks it by the field's own rules; `emptiness` and `requiring` say
what counts as answered, `defaults` what fills in. `reading` does all of it for one form.
"""
