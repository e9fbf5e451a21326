"""Problem codes of sign-in and accounts."""

from core.errors import add_to_catalogue

add_to_catalogue(
    {
        "400.21": "The password is too short: use at least {least} characters.",
        "400.38": "The password is too long: use at most {most} bytes.",
        "400.120": "The password is too simple: use at least four different characters.",
        "400.121": "This is not an e-mail address: {given}",
        "400.122": "The current password is wrong.",
        "400.123": "The two new passwords are not the same. Type the new one twice.",
        "401.101": "The e-mail address or the password is wrong.",
        "409.122": "You cannot close your own account. Ask another administrator.",
    }
)
