"""What is said to people: mails, mentions, notes of the bot, the activity feed."""
