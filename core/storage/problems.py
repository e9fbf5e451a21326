"""Problem codes of the store of blobs."""

from core.errors import add_to_catalogue

add_to_catalogue(
    {
        "503.101": "The store of files cannot be reached right now. Please try again in a while.",
    }
)
