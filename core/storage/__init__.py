"""The store of blobs: bytes known by their hash (evidence, form media, XLSX), in a local folder and maybe in S3.

Bytes arrive in the spool, are flushed to the disk, renamed into the local folder, and only then named in the database.
A job moves them to S3 at once when S3 is set up; reading works from either place. A blob is never overwritten.
"""

from core.storage.models import Blob
from core.storage.spool import Spooled, spool_bytes
from core.storage.store import BlobStore, blob_store

__all__ = ["Blob", "BlobStore", "Spooled", "blob_store", "spool_bytes"]
