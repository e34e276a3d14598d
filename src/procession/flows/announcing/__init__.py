"""What has happened, told to those whom it concerns: mails, the bell, digests."""
