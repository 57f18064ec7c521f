// The Vercel AI SDK: npm install ai @ai-sdk/openai, then node vercel_ai.mjs
import { createOpenAI } from "@ai-sdk/openai";
import { streamText } from "ai";

const openai = createOpenAI({
  baseURL: process.env.FOOTNOTE_BASE_URL ?? "http://127.0.0.1:8000/v1",
  apiKey: process.env.FOOTNOTE_API_KEY ?? "any",
});

const answer = streamText({
  model: openai("gpt-5.4-mini"),
  prompt: "How long is parental leave?",
  tools: { file_search: openai.tools.fileSearch({ vectorStoreIds: ["default"] }) },
});
for await (const text of answer.textStream) process.stdout.write(text);
process.stdout.write("\n");
for (const { filename } of await answer.sources) console.log(`source: ${filename}`);
