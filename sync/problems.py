"""Problem codes of submissions."""

from core.errors import add_to_catalogue

add_to_catalogue(
    {
        "400.7": "The multipart part {field} is missing: it holds the XML of the record.",
        "400.19": "An edit names the version it replaces: its XML needs {field}.",
        "404.5": "The record that this edit belongs to is not here.",
        "400.151": "The submission does not say which form it is for: its outermost element needs an id.",
        "400.150": "The form has no published version. Publish one, then accept the record.",
        "400.152": "The value of {field} is not from a link of this list. Open the list again.",
        "404.6": "The form version {version} is not known here.",
        "409.1": "A record with this instanceID is here already, with other content. Edit that record instead.",
        "409.2": "This form takes no records at present.",
        "409.9": "This record was edited in the meantime; the edit is based on an older version.",
        "409.18": "This record was deleted. It can be restored by the office.",
        "400.161": "The change does not say which version of the entity it is based on (baseVersion).",
        "400.162": "The id of the entity is not a UUID. Let the form make it with once(uuid()).",
        "400.163": "A new entity needs a label.",
        "400.164": "“{name}” cannot be the name of an entity list: begin with a letter, use letters, digits, “_” and "
        "“-” only, and at most {limit} characters.",
        "400.165": "“{name}” cannot be the name of a property: begin with a letter, use letters, digits, “_” and “-” "
        "only, at most {limit} characters, and neither “name” nor “label”.",
        "400.166": "The list {list} has no property “{name}”.",
        "400.28": "The entity cannot be taken: {reason}",
        "400.32": "The entity has no conflict to resolve.",
        "404.7": "The entity list of the form is not here; it may have been deleted.",
        "404.8": "The entity that the record changes is not here.",
        "404.9": "The entity has no such version to base a change on.",
        "409.14": "There is an entity with this UUID already.",
        "409.15": "The entity is in version {current} by now, and the change is based on {provided}. Look at it again, "
        "or send the change with force=true.",
        "409.161": "Rows of this list come from the plan: add, change or end them there.",
        "409.162": "The property “{name}” of the list {list} belongs to the plan; a form cannot change it.",
        "409.163": "The entity was deleted. Restore it, and what waited for it is done.",
        "409.164": "“{name}” is a list of the plan: it is always there and cannot be made or deleted.",
        "409.16": "There is an entity list “{current}” already, and “{provided}” differs only in capital letters. "
        "Write it the same way.",
        "409.17": "There is a property “{current}” already, and the form’s “{provided}” differs only in capital "
        "letters. Write it the same way.",
        "409.24": "There is a property “{current}” already, and “{provided}” differs only in capital letters.",
        "409.168": "The list {list} is used by forms ({forms}). Delete them or take the list out of them first.",
        "409.169": "Entities of the list {list} have something in “{name}”; empty it in all of them first.",
        "501.1": "This server does not support {feature}.",
        "413.161": "A list has at most {limit} properties.",
        "413.162": "A workbook holds at most {limit} rows. Download the list as CSV.",
        "500.161": "The record could not be read; its entities were left alone.",
        "409.151": "This was decided already.",
        "409.152": "The record was changed while its page was open. Look at it again, then decide.",
        "409.155": "Another record has the same id by now. Open the waiting record again and compare.",
        "409.156": "The deleted record is gone for good, so this one cannot restore it. It stays here; leave it out.",
        "409.157": "The record that it met is not here any more. Open the waiting record again.",
        "409.158": "The form of this record is deleted. Restore the form first, then decide.",
        "409.153": "The upload has {offset} bytes already. Go on from there.",
        "412.153": "This server speaks version 1.0.0 of the tus protocol (Tus-Resumable).",
        "413.153": "More bytes came than the upload was announced with.",
        "423.153": "Another request is writing to this upload. Try again in a moment.",
        "460.153": "The bytes that arrived are not the file that was announced. Send it again.",
    }
)
