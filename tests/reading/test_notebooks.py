"""Notebooks: cells in order, outputs as text, and nothing of their pictures."""

import json
from typing import Any

import pytest

from tests.reading.sources import text_of


def notebook(*cells: dict[str, Any]) -> bytes:
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


def code(source: str, *outputs: dict[str, Any]) -> dict[str, Any]:
    return {"cell_type": "code", "metadata": {}, "source": [source], "outputs": list(outputs)}


def test_cells_are_read_without_pictures() -> None:
    """Text and code, outputs too; no base64, and no sign of where a picture was."""
    text = text_of(
        "a.ipynb",
        notebook(
            {
                "cell_type": "markdown",
                "source": ["# Rainfall\n", "The mean is 81 mm. ![map](attachment:map.png)"],
            },
            code(
                "print('max')",
                {"output_type": "stream", "name": "stdout", "text": ["max 140 mm\n"]},
                {
                    "output_type": "display_data",
                    "data": {
                        "image/png": "iVBORw0KGgo" * 500,
                        "text/plain": ["<Figure size 640x480 with 1 Axes>"],
                    },
                },
                {
                    "output_type": "execute_result",
                    "data": {"text/plain": "[<matplotlib.lines.Line2D at 0x7f1>]"},
                },
                {
                    "output_type": "execute_result",
                    "data": {"text/plain": ["   mm\n", "0  81"], "text/html": "<table>"},
                },
            ),
        ),
    )

    assert text == (
        "# Rainfall\nThe mean is 81 mm.\n\n```\nprint('max')\n```\n\n```\nmax 140 mm\n```\n\n```\n   mm\n0  81\n```"
    )


def test_an_error_is_its_last_line() -> None:
    """The traceback's colours and frames say nothing."""
    failed = {
        "output_type": "error",
        "ename": "KeyError",
        "evalue": "'mm'",
        "traceback": ["\x1b[0;31mKeyError"],
    }

    assert text_of("a.ipynb", notebook(code("x['mm']", failed))).endswith("```\nKeyError: 'mm'\n```")


def test_code_with_fences_stays_in_its_own() -> None:
    """The fence is longer than any inside."""
    assert text_of("a.ipynb", notebook(code('s = """```"""'))) == '````\ns = """```"""\n````'


@pytest.mark.parametrize("data", [b'{"worksheets": [{"cells": []}]}', b'["no", "notebook"]', b"not json"])
def test_what_is_no_notebook_is_read_as_json(data: bytes) -> None:
    """Nothing is lost."""
    assert text_of("a.ipynb", data)
