"""Problem codes of submissions."""

from core.errors import add_to_catalogue

add_to_catalogue(
    {
        "400.14": "The submission does not say which form it is for: its outermost element needs an id.",
        "400.150": "The record could not be filed: {reason}",
        "404.6": "The form version {version} is not known here.",
        "409.1": "A record with this instanceID is here already, with other content. Edit that record instead.",
        "409.2": "This form takes no records at present.",
        "409.14": "This record was edited in the meantime; the edit is based on an older version.",
        "409.150": "This record was deleted. It can be restored by the office.",
        "409.151": "This was decided already.",
    }
)
