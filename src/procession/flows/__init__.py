"""Use cases over several domains, in wings: a wing's listing is the list of what one can do there.

Among the wings arrows run one way (docs/architecture.md): tasks > templates > processes > access >
people > launching > forms, organizing > telling > deadlines, reaching.
"""
