"""OpenAI's Agents SDK: file_search, streamed, and going on from a response."""

import asyncio

from agents import Agent, FileSearchTool, Runner, set_default_openai_client, set_tracing_disabled
from openai import AsyncOpenAI
from shared import BASE_URL, QUESTION, STORE_ID, report


async def main() -> None:
    set_tracing_disabled(True)
    set_default_openai_client(AsyncOpenAI(base_url=BASE_URL, api_key="any"))
    search = FileSearchTool(vector_store_ids=[STORE_ID], include_search_results=True)
    agent = Agent(name="hr", model="gpt-5.4-mini", tools=[search])

    plain = await Runner.run(agent, QUESTION)
    streamed = Runner.run_streamed(agent, QUESTION)
    async for _ in streamed.stream_events():
        pass
    assert streamed.final_output == plain.final_output
    later = await Runner.run(agent, "And is it paid?", previous_response_id=plain.last_response_id)
    assert "paid" in later.final_output

    messages = [item for item in plain.raw_responses[0].output if item.type == "message"]
    report(plain.final_output, [note.filename for note in messages[0].content[0].annotations])


asyncio.run(main())
