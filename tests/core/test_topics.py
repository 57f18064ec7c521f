"""What documents are about: sections in turn from each file."""

from app.core.topics import Topic, topics_of


def test_files_take_turns() -> None:
    """One file gives four of its sections, spread over its text; two give two each."""
    leave = ["Handbook", *(f"Handbook › Part {number}" for number in range(8))]

    assert [topic.heading for topic in topics_of([("a.md", leave)])] == [
        "Part 0",
        "Part 2",
        "Part 4",
        "Part 6",
    ]
    assert topics_of([("a.md", leave), ("b.md", ["Meals", "Trains"])]) == [
        Topic("a.md", "Part 0"),
        Topic("b.md", "Meals"),
        Topic("a.md", "Part 4"),
        Topic("b.md", "Trains"),
    ]


def test_a_file_without_sections_stands_for_itself() -> None:
    """No headings, or such as are too long to be asked about."""
    assert topics_of([("a.txt", []), ("b.md", ["x" * 200])]) == [Topic("a.txt", None), Topic("b.md", None)]
    assert topics_of([]) == []


def test_headings_are_offered_without_their_numbers() -> None:
    """Where most of them are numbered; elsewhere a number belongs to what is said."""
    numbered = ["1 Ferries", "2.1 Travel", "A.3 Forms", "Wharves"]
    counting = ["7 steps", "Travel", "Leave"]

    topics = topics_of([("manual.pdf", numbered), ("guide.md", counting)])

    assert {topic.heading for topic in topics} == {"Ferries", "Forms", "7 steps", "Travel"}


def test_what_every_manual_has_is_not_offered() -> None:
    """Its introduction and its index say little about it, unless it has nothing else."""
    manual = ["1 Introduction", "2 Travel", "3 Function Reference", "Index", "Literaturverzeichnis"]

    assert topics_of([("a.pdf", manual)]) == [Topic("a.pdf", "Travel")]
    assert topics_of([("a.pdf", ["Introduction"])]) == [Topic("a.pdf", "Introduction")]
