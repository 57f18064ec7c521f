"""What is said of a picture in an office file to those who cannot see it. Pure."""

import re

_BY_PROGRAM = "Description automatically generated"
_IS_FILE_NAME = re.compile(r"\S+\.(?:png|jpe?g|gif|bmp|emf|wmf|svg|tiff?)", re.IGNORECASE)


def described(description: str) -> str:
    """Return the description of a picture as text, without Word's remark that a program says so."""
    said = " ".join(description.replace(_BY_PROGRAM, "").split()).rstrip(" ,.")
    return f"(Picture: {said})" if any(map(str.isalpha, said)) and not _IS_FILE_NAME.fullmatch(said) else ""
