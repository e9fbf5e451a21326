"""Problem codes of workspaces and roles."""

from core.errors import add_to_catalogue

add_to_catalogue(
    {
        "404.120": "Nobody has an account with the e-mail address {email}. Ask an administrator to create it.",
        "409.120": "This is the last administrator. Make somebody else an administrator first.",
        "409.121": "{name} is in this workspace already. Change the role in the list.",
        "409.123": "You cannot take your own role as manager away. Ask another manager to do it.",
    }
)
