// OpenAI's SDK for Node: npm install openai, then node openai_node.mjs
import OpenAI from "openai";

const client = new OpenAI({
  baseURL: process.env.FOOTNOTE_BASE_URL ?? "http://127.0.0.1:8000/v1",
  apiKey: process.env.FOOTNOTE_API_KEY ?? "any",
});

const response = await client.responses.create({
  model: "gpt-5.4-mini",
  input: "How long is parental leave?",
  tools: [{ type: "file_search", vector_store_ids: ["default"] }],
});
console.log(response.output_text);
for (const { filename } of response.output.at(-1).content[0].annotations) console.log(`source: ${filename}`);

const chunks = await client.chat.completions.create({
  model: "gpt-5.4-mini@default", // the model, and the store that it answers from
  messages: [{ role: "user", content: "Who is told about an accident?" }],
  stream: true,
});
for await (const chunk of chunks) process.stdout.write(chunk.choices[0]?.delta.content ?? "");
process.stdout.write("\n");
