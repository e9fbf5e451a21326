"""Web plumbing shared by all wires: audiences and their error writers, uploads, downloads, paging."""
