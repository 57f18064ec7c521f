"""The tokens of several calls in one usage object."""

from app.answering.usage import add_usage


def test_counts_are_added_with_their_details() -> None:
    """What only one of the two says stays; what is no number is the first's."""
    answer = {
        "prompt_tokens": 10,
        "total_tokens": 12,
        "prompt_tokens_details": {"cached_tokens": 4, "audio_tokens": None},
        "completion_tokens_details": None,
        "tier": "flex",
    }
    question = {
        "prompt_tokens": 3,
        "total_tokens": 5,
        "prompt_tokens_details": {"cached_tokens": 1, "audio_tokens": 2},
        "completion_tokens_details": {"reasoning_tokens": 2},
        "tier": "default",
        "cost": 0.5,
    }

    assert add_usage(answer, question) == {
        "prompt_tokens": 13,
        "total_tokens": 17,
        "prompt_tokens_details": {"cached_tokens": 5, "audio_tokens": 2},
        "completion_tokens_details": {"reasoning_tokens": 2},
        "tier": "flex",
        "cost": 0.5,
    }
    assert add_usage(answer, {}) == answer
