"""What is asked: XLSForm to XForm, versions, fields, lists, and the form library."""
