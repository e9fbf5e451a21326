"""What goes out to the field: form lists, forms and media for devices, and the codes that set devices up."""
