"""Records out of the system, streamed with flat memory from one consistent instant."""
