"""Problem codes of submissions."""

from core.errors import add_to_catalogue

add_to_catalogue(
    {
        "400.7": "The multipart part {field} is missing: it holds the XML of the record.",
        "400.19": "An edit names the version it replaces: its XML needs {field}.",
        "404.5": "The record that this edit belongs to is not here.",
        "400.151": "The submission does not say which form it is for: its outermost element needs an id.",
        "400.150": "The record could not be filed: {reason}",
        "404.6": "The form version {version} is not known here.",
        "409.1": "A record with this instanceID is here already, with other content. Edit that record instead.",
        "409.2": "This form takes no records at present.",
        "409.9": "This record was edited in the meantime; the edit is based on an older version.",
        "409.18": "This record was deleted. It can be restored by the office.",
        "409.151": "This was decided already.",
    }
)
