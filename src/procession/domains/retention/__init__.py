"""How long what is finished stays, and what is archived is kept (contract 70, 3)."""
