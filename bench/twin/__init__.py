"""The twin: what we measure, once more, as a Django application with tables of its own.

It runs in a virtual environment of its own (requirements/peers.txt), behind our door, with our
threads and our durability. `python -m bench --peers` measures the two side by side.
"""
