"""Problem codes of reports. None ends in a zero, since on the wire a code is a number."""

from core.errors import Problem, add_to_catalogue

__all__ = ["Problem"]

add_to_catalogue(
    {
        "400.191": "“{value}” is no fiscal year. Use four digits of the Buddhist era, such as 2570.",
        "400.192": "“{value}” is no quarter. Use 1, 2, 3 or 4.",
        "400.193": "“{value}” is no date. Use year, month and day, such as 2027-01-22.",
        "400.194": "“{value}” is no selection by review. Use one of: {allowed}.",
        "400.195": "This form cannot be summed up by “{value}”. Use one of: {allowed}.",
        "400.196": "The value of {field} is too long: use at most {limit} characters.",
        "400.197": "The value of {field} must be true or false.",
        "400.199": "“{value}” is no language that labels are written in. Use one of: {allowed}.",
        "400.198": "“{value}” is no figure of this form. Use one of: {allowed}.",
    }
)
