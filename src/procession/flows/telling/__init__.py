"""What is said to people: mails, comments, notes of the bot, the activity feed."""
