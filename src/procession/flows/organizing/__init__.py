"""What an organization puts on its things: tags, folders, custom fields."""
