"""Rules that run: version's rules, state of a process and what happened -> effects, next state.

Contract 50, 3 and 4, sentence by sentence; pure, as all of `core`. A reader of the contract finds
section 3.1 in `steps`, 3.2 in `fields`, 3.3 in `combining`, 4.1 in `listening`, 4.2 in `firing`
and `recalculating`, 4.3 and 4.4 in `cascading`, 4.5 in `hiding`, 4.8 in `acting` and `assigning`,
6.5 in `dating`.
"""
