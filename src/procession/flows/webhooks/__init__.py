"""What leaves the server: payloads rendered with the change, their log, and who watches what."""
