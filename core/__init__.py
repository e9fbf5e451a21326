"""What every other package stands on: settings, database, storage, jobs, sign-in, access, errors, web plumbing."""
