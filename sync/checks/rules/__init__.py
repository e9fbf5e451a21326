"""One pure function per check: it takes the facts it needs and gives findings. No database, no clock of its own."""
