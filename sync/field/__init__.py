"""What the field client asks of the server: signing in for long, records and their files, receipts, news, devices."""
