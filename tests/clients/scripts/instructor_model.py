"""Instructor: an answer as an object, by a tool call and by both kinds of JSON."""

import instructor
from openai import OpenAI
from pydantic import BaseModel
from shared import BASE_URL, MODEL, QUESTION, report


class Answer(BaseModel):
    answer: str


messages = [{"role": "user", "content": QUESTION}]
answers = {}
sources = set()
for mode in (instructor.Mode.TOOLS, instructor.Mode.JSON, instructor.Mode.JSON_SCHEMA):
    client = instructor.from_openai(OpenAI(base_url=BASE_URL, api_key="any"), mode=mode)
    create = client.chat.completions.create_with_completion
    given, completion = create(model=MODEL, messages=messages, response_model=Answer)
    answers[mode] = given.answer
    sources |= {chunk["filename"] for chunk in completion.footnote["chunks"]}
report(answers[instructor.Mode.JSON_SCHEMA], sorted(sources))
